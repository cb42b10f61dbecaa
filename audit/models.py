"""Audit rounds with judgements, the plan, and school measures with their definitions and published benchmarks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SOON_DAYS = 7


class Level(models.TextChoices):
    """A level of the framework, or why there is none."""

    NOT_YET = "1", _("Not yet met")
    PARTLY = "2", _("Partly met")
    FULLY = "3", _("Fully met")
    SHARING = "4", _("Sharing practice")
    UNKNOWN = "q", _("We need more information")
    NOT_APPLICABLE = "na", _("Does not apply here")


class AuditRoundQuerySet(models.QuerySet["Round"]):
    def of_school(self, school_id: int) -> Self:
        return self.filter(school_id=school_id)

    def open(self) -> Self:
        return self.filter(locked_at__isnull=True)

    def locked(self) -> Self:
        return self.filter(locked_at__isnull=False)


class Round(models.Model):
    """One look of a school at itself, against one version of the framework. Locked, it never changes."""

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="audit_rounds")
    framework = models.ForeignKey("framework.Framework", models.PROTECT, related_name="+")
    label = models.CharField(_("name"), max_length=80)
    opened_on = models.DateField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AuditRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school"], condition=Q(locked_at__isnull=True), name="audit_one_open_round"
            ),
            models.UniqueConstraint(fields=["school", "label"], name="audit_round_label_once"),
        ]

    def __str__(self) -> str:
        return f"audit round {self.pk}"

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


class Judgement(models.Model):
    """What one person of the team thinks of one indicator, with the reason."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="judgements")
    indicator = models.ForeignKey("framework.Indicator", models.PROTECT, related_name="+")
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    level = models.CharField(_("level"), max_length=2, choices=Level.choices)
    reason = models.TextField(_("why this level?"), max_length=2000, blank=True)
    judged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "indicator", "judge"], name="judgement_once"),
            models.CheckConstraint(condition=Q(level__in=["1", "2", "3", "4", "q", "na"]), name="judgement_level"),
            models.CheckConstraint(condition=~Q(level__in=["q", "na"]) | ~Q(reason=""), name="judgement_says_why"),
        ]

    def __str__(self) -> str:
        return f"judgement {self.pk}"


class Agreement(models.Model):
    """The level that the team settled on after talking; its lead writes it down."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="agreements")
    indicator = models.ForeignKey("framework.Indicator", models.PROTECT, related_name="+")
    level = models.CharField(max_length=2, choices=Level.choices)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "indicator"], name="agreement_once")]

    def __str__(self) -> str:
        return f"agreement {self.pk}"


class ActionState(models.TextChoices):
    NEXT = "next", _("Next")
    DOING = "doing", _("Doing")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class ActionQuerySet(models.QuerySet["Action"]):
    def of_school(self, school_id: int) -> Self:
        return self.filter(school_id=school_id)

    def unfinished(self) -> Self:
        return self.filter(state__in=[ActionState.NEXT, ActionState.DOING])

    def late(self, today: date) -> Self:
        return self.unfinished().filter(due_on__lt=today)

    def due_within(self, days: int, *, today: date) -> Self:
        """Due from ``today`` to ``days`` days later, both ends included."""
        return self.unfinished().filter(due_on__range=(today, today + timedelta(days=days)))


class Action(models.Model):
    """Something a named person does by a date."""

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="actions")
    strand = models.CharField(_("strand"), max_length=4)
    indicator_code = models.CharField(_("indicator"), max_length=7, blank=True)
    title = models.CharField(_("what"), max_length=200)
    first_step = models.TextField(_("first step"), max_length=1000, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="actions", verbose_name=_("who"))
    due_on = models.DateField(_("by when"))
    state = models.CharField(_("state"), max_length=10, choices=ActionState.choices, default=ActionState.NEXT)
    what_changed = models.TextField(_("what changed"), max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_on = models.DateField(null=True, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="done") | Q(done_on__isnull=False), name="action_done_when"),
        ]
        indexes = [models.Index(fields=["school", "state", "due_on"], name="action_plan")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audit:action", args=[self.school_id, self.pk])

    def days_late(self, today: date | None = None) -> int:
        """How many days past its date, 0 for what is done or still has time."""
        if self.state in {ActionState.DONE, ActionState.DROPPED}:
            return 0
        return max(0, ((today or timezone.localdate()) - self.due_on).days)

    def is_soon(self, today: date | None = None) -> bool:
        if self.state in {ActionState.DONE, ActionState.DROPPED}:
            return False
        return 0 <= (self.due_on - (today or timezone.localdate())).days <= SOON_DAYS


class MeasureDefinitionQuerySet(models.QuerySet["MeasureDefinition"]):
    def current(self) -> Self:
        """The newest version of each, in the file's order."""
        newest = self.order_by("code", "-major", "-minor").distinct("code").values_list("pk", flat=True)
        return self.filter(pk__in=list(newest)).order_by("position")


class MeasureDefinition(models.Model):
    """What a school measure is, as the content file of a version has it. A database trigger refuses any change."""

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=7)
    major = models.PositiveSmallIntegerField()
    minor = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=160)
    unit = models.CharField(max_length=40)
    data = models.JSONField()

    objects = MeasureDefinitionQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="measure_version_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def decimals(self) -> int:
        return int(self.data.get("display_decimals", 1))

    @property
    def better(self) -> str:
        return str(self.data.get("better", ""))


class Benchmark(models.Model):
    """A published national or local figure to stand beside a school's own. A database trigger refuses any change."""

    key = models.CharField(max_length=160)
    version = models.CharField(max_length=7)
    sha256 = models.CharField(max_length=64)
    measure_code = models.CharField(max_length=60, db_index=True)
    academic_year = models.CharField(max_length=10, blank=True)
    value = models.FloatField(null=True, blank=True)
    data = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="benchmark_version_once")]

    def __str__(self) -> str:
        return self.key


class SchoolFigure(models.Model):
    """One measure of one school for one term, with what it was worked out from."""

    school = models.ForeignKey("schools.School", models.CASCADE, related_name="figures")
    measure_code = models.CharField(max_length=60)
    term = models.CharField(max_length=20)
    term_label = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField()
    numerator = models.IntegerField(null=True, blank=True)
    denominator = models.IntegerField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["starts_on"]
        constraints = [models.UniqueConstraint(fields=["school", "measure_code", "term"], name="figure_once")]

    def __str__(self) -> str:
        return f"{self.measure_code} {self.term} of {self.school_id}"
