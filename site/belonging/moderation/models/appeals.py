"""A person says that a decision about them was wrong; somebody else than who decided looks again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from belonging.moderation.models.cases import leads_safeguarding, may_moderate


class AppealState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("The decision stands")


class AppealQuerySet(models.QuerySet["Appeal"]):
    def waiting(self) -> Self:
        return self.filter(state=AppealState.WAITING)

    def moderated_by(self, user: Any) -> Self:
        """Never one's own; one about a worry about harm for the leads alone."""
        if not may_moderate(user):
            return self.none()
        others = self.exclude(person_id=user.pk)
        if leads_safeguarding(user):
            return others
        hidden = Q(decision__case__safeguarding_at__isnull=False)
        return others.exclude(hidden | Q(restriction__decision__case__safeguarding_at__isnull=False))

    def decided_since(self, moment: datetime) -> Self:
        return self.filter(decided_at__gte=moment)


class Appeal(models.Model):
    """About a decision (by the author of what was hidden) or about a restriction (by who is restricted); once for each."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decision = models.OneToOneField("moderation.Decision", models.CASCADE, null=True, blank=True, related_name="appeal")
    restriction = models.OneToOneField(
        "moderation.Restriction", models.CASCADE, null=True, blank=True, related_name="appeal"
    )
    words = models.TextField(_("why it was wrong"), max_length=3000)
    made_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, choices=AppealState.choices, default=AppealState.WAITING)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__isnull=False, restriction__isnull=True)
                | Q(decision__isnull=True, restriction__isnull=False),
                name="appeal_about_one",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | Q(~Q(state="waiting"), decided_at__isnull=False, decided_by__isnull=False),
                name="appeal_decided_when",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk}"

    @property
    def first_decided_by_id(self) -> int:
        """Who made the decision that this is about, and therefore may not decide the appeal."""
        about = self.decision or self.restriction
        assert about is not None  # noqa: S101  (the constraint above)
        return about.by_id
