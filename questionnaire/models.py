"""Instruments, rounds, one-time codes and anonymous answers.

Nothing leads from an answer to the code it came by: a code knows only that it is used, an answer has no key of a code,
its own number is random and it carries the day, never the hour.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    def current(self) -> Self:
        """The newest version of each."""
        newest = self.order_by("code", "-major", "-minor").distinct("code").values("pk")
        return self.filter(pk__in=list(newest.values_list("pk", flat=True)))

    def for_pupils(self) -> Self:
        return self.filter(respondent="pupil")


class Instrument(models.Model):
    """A published questionnaire as its file has it. Read-only: a database trigger refuses any change."""

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=7)
    major = models.PositiveSmallIntegerField()
    minor = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    respondent = models.CharField(max_length=30)
    data = models.JSONField()
    shared = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="instrument_version_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @property
    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data["items"]
        return found

    @property
    def scale_labels(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data["scale"]["labels"]
        return found

    @property
    def missing_options(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data["scale"]["missing_options"]
        return found

    @property
    def least_group(self) -> int:
        return int(self.data["min_group_size"]["default"])

    @property
    def is_easy_read(self) -> bool:
        return bool(self.data["series"] == "self_report_easy_read")


class QuestionnaireRoundQuerySet(models.QuerySet["Round"]):
    def of_school(self, school_id: int) -> Self:
        return self.filter(school_id=school_id)

    def open_on(self, today: date) -> Self:
        return self.filter(opens_on__lte=today, closes_on__gte=today, closed_at__isnull=True)

    def closed(self, today: date) -> Self:
        return self.filter(Q(closed_at__isnull=False) | Q(closes_on__lt=today))


class Round(models.Model):
    """One time of asking at one school. Results are shown only when it is closed, so that no two looks can be compared."""

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="questionnaire_rounds")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="rounds")
    label = models.CharField(_("name"), max_length=80)
    opens_on = models.DateField(_("opens"))
    closes_on = models.DateField(_("closes"))
    closed_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    year_groups = models.JSONField(default=list, blank=True)
    pupils_asked = models.PositiveIntegerField(_("pupils asked"), null=True, blank=True)

    objects = QuestionnaireRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=models.F("opens_on")), name="round_closes_after_opening"),
            models.UniqueConstraint(fields=["school", "instrument", "label"], name="round_label_once"),
        ]

    def __str__(self) -> str:
        return f"round {self.pk}"

    def is_closed(self, today: date | None = None) -> bool:
        return self.closed_at is not None or self.closes_on < (today or timezone.localdate())

    def is_open(self, today: date | None = None) -> bool:
        today = today or timezone.localdate()
        return self.opens_on <= today and not self.is_closed(today)


class Code(models.Model):
    """A one-time code, kept as a keyed digest only. ``year_group`` comes from the batch it was printed in."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    year_group = models.CharField(max_length=20, blank=True)
    used = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["round", "used"], name="code_used")]

    def __str__(self) -> str:
        return f"code of {self.round_id}"


class Answer(models.Model):
    """One respondent's answers: item code to a value of the scale or to the code of a way to pass."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="answers")
    instrument_version = models.CharField(max_length=7)
    answered_on = models.DateField()
    year_group = models.CharField(max_length=20, blank=True)
    values = models.JSONField()

    def __str__(self) -> str:
        return f"answer in {self.round_id}"
