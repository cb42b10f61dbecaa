"""An indicator with its described levels, its words for each group of respondents and its suggested actions."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from belonging.framework.fields import INDICATOR_CODE
from belonging.framework.lines import LinesField
from belonging.framework.models.version import Framework, PartOfVersion, Strand


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def published(self) -> Self:
        return self.filter(framework__status=Framework.Status.PUBLISHED)

    def in_order(self) -> Self:
        return self.order_by("strand__number", "position")

    def with_words(self) -> Self:
        """With everything that a page about an indicator shows, in a fixed number of queries."""
        return self.select_related("strand__layer").prefetch_related(
            "levels", "wordings", "suggested_actions", "mappings"
        )


class Indicator(PartOfVersion, ClusterableModel):
    """The code is a promise about meaning: it is never reused or renumbered; ``since`` is its first version."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="indicators", editable=False)
    strand = models.ForeignKey(Strand, models.CASCADE, related_name="indicators", verbose_name=_("strand"))
    code = models.CharField(_("code"), max_length=7, help_text=_("Strand and number, such as P11.3. Fixed for good."))
    position = models.PositiveSmallIntegerField(_("position in the strand"))
    since = models.CharField(_("since version"), max_length=7, editable=False)
    short_title = models.CharField(_("short title"), max_length=80, help_text=_("Six words at most."))
    statement = models.TextField(_("statement"))
    why = models.TextField(_("why it matters"), help_text=_("One sentence."))
    tips = LinesField(verbose_name=_("tips"))
    evidence_prompts = LinesField(verbose_name=_("where evidence may be"))
    tags = LinesField(
        verbose_name=_("groups in focus"), help_text=_("Codes of this version's focus tags, one to a line.")
    )
    phases = LinesField(verbose_name=_("phases"), help_text=_("Codes of this version's phases, one to a line."))
    settings = LinesField(verbose_name=_("settings"), help_text=_("Codes of this version's settings, one to a line."))
    measures = LinesField(verbose_name=_("measures"), help_text=_("Codes of school measures, one to a line."))
    search = models.GeneratedField(
        expression=SearchVector("code", "short_title", weight="A", config="english")
        + SearchVector("statement", weight="B", config="english")
        + SearchVector("why", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["framework", "strand__number", "position"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="indicator_code_once"),
            models.UniqueConstraint(fields=["strand", "position"], name="indicator_position_once"),
        ]
        indexes = [GinIndex(fields=["search"], name="indicator_search")]

    def __str__(self) -> str:
        return f"{self.code} {self.short_title}"

    def version_id(self) -> int | None:
        return self.framework_id or (self.strand.framework_id if self.strand_id else None)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.framework_id is None:
            self.framework_id = self.strand.framework_id
        if not self.since:
            self.since = self.strand.framework.version
        super().save(*args, **kwargs)

    def clean(self) -> None:
        from belonging.framework.rules import code_problem

        if not INDICATOR_CODE.match(self.code or ""):
            raise ValidationError({"code": _("Write a code such as P11.3.")})
        if self.strand_id:
            problem = code_problem(self)
            if problem:
                raise ValidationError({"code": problem})
        if len(self.short_title.split()) > 6:
            raise ValidationError({"short_title": _("Six words at most.")})

    def get_absolute_url(self) -> str:
        return f"{self.strand.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """The fragment of this indicator on its strand's page: P11.3 is at #p11-3."""
        return self.code.lower().replace(".", "-")


class PartOfIndicator(PartOfVersion):
    indicator: models.ForeignKey[Indicator, Indicator]

    class Meta:
        abstract = True

    def version_id(self) -> int | None:
        return self.indicator.framework_id if self.indicator_id else None  # type: ignore[attr-defined]


class Level(PartOfIndicator):
    indicator = ParentalKey(Indicator, on_delete=models.CASCADE, related_name="levels")
    value = models.PositiveSmallIntegerField(_("level"), validators=[MinValueValidator(1), MaxValueValidator(4)])
    label = models.CharField(_("label"), max_length=40)
    descriptor = models.TextField(_("what it looks like"), help_text=_("44 words at most."))

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["value"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "value"], name="level_once"),
            models.CheckConstraint(condition=Q(value__range=(1, 4)), name="level_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.label}"

    def clean(self) -> None:
        if len((self.descriptor or "").split()) > 44:
            raise ValidationError({"descriptor": _("44 words at most.")})


class Wording(PartOfIndicator):
    """The statement in the words of one group of respondents."""

    class Group(models.TextChoices):
        LEADER = "leader", _("Leaders")
        STAFF = "staff", _("Staff")
        GOVERNOR = "governor", _("Governors")
        PARENT = "parent", _("Parents and carers")
        PUPIL = "pupil", _("Pupils")
        PUPIL_EASY_READ = "pupil_easy_read", _("Pupils, easy read")

    indicator = ParentalKey(Indicator, on_delete=models.CASCADE, related_name="wordings")
    respondent = models.CharField(_("group"), max_length=20, choices=Group)
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    text = models.CharField(_("words"), max_length=200)

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["indicator", "respondent"], name="wording_once")]

    def __str__(self) -> str:
        return f"{self.get_respondent_display()}: {self.text}"


class SuggestedAction(PartOfIndicator, Orderable):
    indicator = ParentalKey(Indicator, on_delete=models.CASCADE, related_name="suggested_actions")
    title = models.CharField(_("title"), max_length=160)
    first_step = models.TextField(_("first step"))
    weeks_to_complete = models.PositiveSmallIntegerField(
        _("weeks"), validators=[MinValueValidator(1), MaxValueValidator(26)]
    )

    class Meta(Orderable.Meta):
        verbose_name = _("suggested action")
        verbose_name_plural = _("suggested actions")

    def __str__(self) -> str:
        return self.title


class Mapping(PartOfIndicator):
    """Names of another scheme (Ofsted areas and so on) where evidence for the indicator may be useful."""

    indicator = ParentalKey(Indicator, on_delete=models.CASCADE, related_name="mappings")
    scheme = models.CharField(_("scheme"), max_length=40)
    names = LinesField(verbose_name=_("names"))

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["indicator", "scheme"], name="mapping_once")]

    def __str__(self) -> str:
        return self.scheme
