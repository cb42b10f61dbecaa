"""Reports about anything that people write, gathered in a case for each thing, and what moderators decided."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from belonging.accounts.models import MODERATORS, SAFEGUARDING_LEADS


class Reason(models.TextChoices):
    SAFEGUARDING = "safeguarding", _("Somebody may be at risk of harm")
    IDENTIFIES = "identifies", _("A child or family could be recognised")
    UNKIND = "unkind", _("Unkind, or against the house rules")
    WRONG = "wrong", _("Dangerous or wrong advice")
    ADVERT = "advert", _("Advertising or spam")
    OTHER = "other", _("Something else")


class State(models.TextChoices):
    OPEN = "open", _("Waiting")
    HIDDEN = "hidden", _("Hidden")
    KEPT = "kept", _("Kept")


def may_moderate(user: Any) -> bool:
    return bool(user.is_authenticated and (user.is_superuser or user.has_group(MODERATORS, SAFEGUARDING_LEADS)))


class CaseQuerySet(models.QuerySet["Case"]):
    def moderated_by(self, user: Any) -> Self:
        return self.all() if may_moderate(user) else self.none()

    def open(self) -> Self:
        return self.filter(state=State.OPEN)

    def urgent_first(self) -> Self:
        return self.order_by("-urgent", "opened_at", "pk")


class Case(models.Model):
    """One reported thing. A thing that is reported again after a decision gets a new case."""

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    urgent = models.BooleanField(default=False)
    hidden_at_once = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    public_text = models.CharField(_("words shown in its place"), max_length=300, blank=True)
    note = models.TextField(_("note for moderators"), blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], condition=Q(state="open"), name="case_open_once"),
            models.CheckConstraint(condition=Q(state="open") | Q(decided_at__isnull=False), name="case_decided_when"),
        ]
        indexes = [models.Index(fields=["state", "opened_at"], name="case_queue")]

    def __str__(self) -> str:
        return f"case {self.pk}"


class Report(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("what is wrong"), max_length=20, choices=Reason.choices)
    note = models.TextField(_("what should we know?"), max_length=1000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["case", "reporter"], name="report_once")]

    def __str__(self) -> str:
        return f"report {self.pk}"
