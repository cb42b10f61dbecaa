"""Reports about anything that people write, gathered in a case for each thing, and what moderators decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from belonging.accounts.models import MODERATORS, SAFEGUARDING_LEADS

COMPLAINT = "complaint"
"""The kind of a case about a complaint; its ``object_id`` is the complaint's."""


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
    ANSWERED = "answered", _("Answered")


class Escalated(models.TextChoices):
    NOT = "", _("Not handed up")
    LEADS = "leads", _("To the safeguarding leads")
    ADMINISTRATORS = "administrators", _("To the administrators")


def may_moderate(user: Any) -> bool:
    return bool(user.is_authenticated and (user.is_superuser or user.has_group(MODERATORS, SAFEGUARDING_LEADS)))


def leads_safeguarding(user: Any) -> bool:
    """Whether the person sees cases about harm: safeguarding leads and administrators, no ordinary moderator."""
    return bool(user.is_authenticated and (user.is_superuser or user.has_group(SAFEGUARDING_LEADS)))


class CaseQuerySet(models.QuerySet["Case"]):
    def moderated_by(self, user: Any) -> Self:
        """Those the person may work on: never one about themselves, and a worry about harm for the leads alone."""
        if not may_moderate(user):
            return self.none()
        others = self.exclude(author_id=user.pk)
        return others if leads_safeguarding(user) else others.filter(safeguarding_at__isnull=True)

    def open(self) -> Self:
        return self.filter(state=State.OPEN)

    def decided(self) -> Self:
        return self.exclude(state=State.OPEN)

    def escalated(self) -> Self:
        return self.open().filter(escalated_at__isnull=False)

    def claimed_by(self, user: Any, *, now: datetime | None = None) -> Self:
        return self.open().filter(claimed_by=user, claimed_at__gt=(now or timezone.now()) - claim_lasts())

    def unopened_since(self, moment: datetime) -> Self:
        """Worries about harm that came no later than ``moment`` and that no lead has opened."""
        return self.open().filter(safeguarding_at__lte=moment, seen_at__isnull=True)

    def urgent_first(self) -> Self:
        return self.order_by("-urgent", "opened_at", "pk")

    def after_urgent(self, case: Case) -> Self:
        """What stands behind ``case`` in the order of ``urgent_first``."""
        later = Q(opened_at__gt=case.opened_at) | Q(opened_at=case.opened_at, pk__gt=case.pk)
        behind = Q(urgent=case.urgent) & later
        return self.filter(behind | Q(urgent=False)) if case.urgent else self.filter(behind)

    def newest_decided_first(self) -> Self:
        return self.order_by("-decided_at", "-pk")

    def after_decided(self, case: Case) -> Self:
        same = Q(decided_at=case.decided_at, pk__lt=case.pk)
        return self.filter(Q(decided_at__lt=case.decided_at) | same)

    def about(self, *, kind: str, object_id: int, author_id: int | None) -> Self:
        """Cases about the same thing or the same person."""
        same = Q(kind=kind, object_id=object_id)
        return self.filter(same | Q(author_id=author_id)) if author_id else self.filter(same)


def claim_lasts() -> timedelta:
    return timedelta(hours=settings.MODERATION["claim_hours"])


class Case(models.Model):
    """One reported thing. A thing that is reported again after a decision gets a new case.

    ``safeguarding_at`` is when somebody first said that a person may be at risk: from then on the case is for the
    leads alone, and ``seen_at`` is when one of them (or an administrator) opened it.
    """

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    urgent = models.BooleanField(default=False)
    hidden_at_once = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    safeguarding_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    escalated_to = models.CharField(max_length=15, choices=Escalated.choices, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    escalation_note = models.TextField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], condition=Q(state="open"), name="case_open_once"),
            models.CheckConstraint(condition=Q(state="open") | Q(decided_at__isnull=False), name="case_decided_when"),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="case_claimed_when",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-urgent", "opened_at", "id"], name="case_queue"),
            models.Index(fields=["-decided_at", "-id"], name="case_decided"),
            models.Index(fields=["kind", "object_id"], name="case_about"),
            models.Index(fields=["opened_at"], name="case_opened"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def is_safeguarding(self) -> bool:
        return self.safeguarding_at is not None

    @property
    def is_complaint(self) -> bool:
        return self.kind == COMPLAINT

    def reporters(self) -> list[int]:
        return list(self.reports.values_list("reporter_id", flat=True))

    @property
    def shows_words(self) -> bool:
        """A worry about harm shows its words once a lead has opened it, so that "unread" is never in doubt."""
        return not self.is_safeguarding or self.seen_at is not None

    @property
    def claimed_until(self) -> datetime | None:
        return self.claimed_at + claim_lasts() if self.claimed_at else None

    def holder_id(self, now: datetime | None = None) -> int | None:
        """Who holds the case: a claim lapses by itself, so that nobody blocks the queue."""
        until = self.claimed_until
        return self.claimed_by_id if until and until > (now or timezone.now()) else None


class Evidence(models.Model):
    """The words as they were when they were reported; a thing that was changed between two reports has two rows."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="evidence")
    taken_at = models.DateTimeField()
    words = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["taken_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "digest"], name="evidence_once")]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class Report(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("what is wrong"), max_length=20, choices=Reason.choices)
    note = models.TextField(_("what should we know?"), max_length=1000, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["case", "reporter"], name="report_once")]

    def __str__(self) -> str:
        return f"report {self.pk}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> Self:
        return self.filter(undone_at__isnull=True)


class Decision(models.Model):
    """What was decided about a case. One that was taken back stays, with who took it back and why."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=State.choices)
    public_text = models.CharField(_("words shown in its place"), max_length=300, blank=True)
    warning = models.TextField(_("words to the author"), max_length=1000, blank=True)
    note = models.TextField(_("note for moderators"), max_length=2000, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undo_reason = models.TextField(max_length=1000, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(undone_at__isnull=True), name="decision_stands_once"),
            models.CheckConstraint(condition=~Q(outcome="open"), name="decision_decides"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_by__isnull=False), name="decision_undone_by"
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"


class Complaint(models.Model):
    """Somebody says that something on this site is wrong; no account is needed. Its case holds who deals with it."""

    about = models.CharField(_("the page it is about"), max_length=500)
    words = models.TextField(_("what is wrong"), max_length=3000)
    email = models.EmailField(_("your e-mail address"), max_length=254, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_index=True)
    answer = models.TextField(_("answer"), max_length=3000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("created_at")), name="complaint_answered"
            )
        ]

    def __str__(self) -> str:
        return f"complaint {self.pk}"
