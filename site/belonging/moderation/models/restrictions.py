"""People who may not write, or not come in, for a while."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from belonging.moderation.models.cases import leads_safeguarding, may_moderate

NO_END = datetime(9999, 1, 1, tzinfo=UTC)
"""What stands on the person's row for a restriction without an end."""


class RestrictionKind(models.TextChoices):
    SILENCE = "silence", _("Silenced: reads, cannot write")
    SUSPEND = "suspend", _("Suspended: cannot come in")


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def of(self, person: Any) -> Self:
        return self.filter(person=person)

    def moderated_by(self, user: Any) -> Self:
        """All but one's own; those that came with a worry about harm for the leads alone."""
        if not may_moderate(user):
            return self.none()
        others = self.exclude(person_id=user.pk)
        return others if leads_safeguarding(user) else others.exclude(decision__case__safeguarding_at__isnull=False)

    def standing(self, now: datetime | None = None) -> Self:
        """Neither lifted nor over: it ends by its date, with no job."""
        ends = Q(until__isnull=True) | Q(until__gt=now or timezone.now())
        return self.filter(ends, lifted_at__isnull=True)


class Restriction(models.Model):
    """``until`` empty means without an end. ``reason`` is shown to the person, ``note`` to moderators alone."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="restrictions")
    kind = models.CharField(max_length=10, choices=RestrictionKind.choices)
    reason = models.TextField(_("reason, shown to the person"), max_length=1000)
    note = models.TextField(_("note for moderators"), max_length=2000, blank=True)
    decision = models.ForeignKey(
        "moderation.Decision", models.SET_NULL, null=True, blank=True, related_name="restrictions"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_index=True)
    until = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.TextField(max_length=1000, blank=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("by")), name="restriction_not_oneself"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("made_at")), name="restriction_ends"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_by__isnull=False), name="restriction_lifted_by"
            ),
        ]

    def __str__(self) -> str:
        return f"restriction {self.pk}"

    @property
    def stands(self) -> bool:
        return self.lifted_at is None and (self.until is None or self.until > timezone.now())
