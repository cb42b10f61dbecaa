"""A question put to an expert: to one by name, or to any expert for a strand."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.models.topics import Topic


class ExpertRequestQuerySet(models.QuerySet["ExpertRequest"]):
    def waiting(self) -> Self:
        return self.filter(answered_at__isnull=True)

    def of_expert(self, user: Any) -> Self:
        return self.filter(expert_id=user.pk or 0)


class ExpertRequest(models.Model):
    """``expert`` or ``strand`` is given. ``nudge_at`` is two working days after it was asked; nudged once."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="expert_requests")
    expert = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="expert_requests"
    )
    strand = models.CharField(max_length=4, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    nudge_at = models.DateTimeField()
    nudged_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ExpertRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expert__isnull=False, strand="") | (Q(expert__isnull=True) & ~Q(strand="")),
                name="expert_or_strand",
            ),
            models.UniqueConstraint(fields=["topic", "expert"], name="expert_asked_once"),
            models.UniqueConstraint(fields=["topic", "strand"], name="strand_asked_once", condition=~Q(strand="")),
        ]
        indexes = [
            models.Index(
                fields=["nudge_at"],
                name="experts_to_nudge",
                condition=Q(nudged_at__isnull=True, answered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"
