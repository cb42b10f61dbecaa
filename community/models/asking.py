"""A question put to an expert: to one by name, or to any expert for a strand."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.models.topics import Topic


class ExpertRequestQuerySet(models.QuerySet["ExpertRequest"]):
    def waiting(self) -> Self:
        """Neither answered nor passed on."""
        return self.filter(answered_at__isnull=True, passed_at__isnull=True)

    def of_expert(self, user: Any) -> Self:
        """Those that name the person."""
        return self.filter(expert_id=user.pk or 0)

    def put_to(self, user: Any, strengths: list[str]) -> Self:
        """Those that name the person, and those to anybody who is strong in one of ``strengths``."""
        return self.filter(Q(expert_id=user.pk or 0) | Q(strand__in=strengths))

    def to_nudge(self, now: datetime) -> Self:
        return self.waiting().filter(nudged_at__isnull=True, nudge_at__lte=now)


class ExpertRequest(models.Model):
    """``expert`` or ``strand`` is given. ``nudge_at`` is two working days after it was asked; nudged once.

    ``passed_at`` is set when the expert says that they cannot answer; whoever asked may then ask somebody else.
    """

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
    passed_at = models.DateTimeField(null=True, blank=True)

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
            ),
            models.Index(
                fields=["expert"],
                name="experts_waiting",
                condition=Q(answered_at__isnull=True, passed_at__isnull=True),
            ),
            models.Index(
                fields=["strand"],
                name="strands_waiting",
                condition=Q(answered_at__isnull=True, passed_at__isnull=True) & ~Q(strand=""),
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"
