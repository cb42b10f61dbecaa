"""A version of the framework with its layers and strands. Once published it never changes again."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from belonging.core.errors import BelongingError
from belonging.framework.fields import STRAND_CODE

VERSION = RegexValidator(r"^\d{1,3}\.\d{1,3}$", _("Write a version as 1.0 or 1.1."))


class PublishedIsReadOnly(BelongingError):
    """Somebody tried to change a version that schools already answer."""


class FrameworkQuerySet(models.QuerySet["Framework"]):
    def published(self) -> Self:
        return self.filter(status=Framework.Status.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(status=Framework.Status.DRAFT)

    def readable(self) -> Self:
        """Published or retired: what a school may have answered."""
        return self.exclude(status=Framework.Status.DRAFT)

    def current(self) -> Framework | None:
        """The published version; there is at most one."""
        return self.published().first()

    def newest_first(self) -> Self:
        return self.order_by("-major", "-minor")


class Framework(models.Model):
    """One version. The scales, groups, tags and schemes that indicators refer to are kept as the file has them."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    class ReviewState(models.TextChoices):
        NOT_YET = "not_yet_reviewed", _("Not yet reviewed")
        IN_REVIEW = "in_review", _("In review")
        REVIEWED = "reviewed", _("Reviewed")

    identifier = models.CharField(max_length=80, default="belonging-framework", editable=False)
    version = models.CharField(_("version"), max_length=7, unique=True, validators=[VERSION])
    major = models.PositiveSmallIntegerField(editable=False)
    minor = models.PositiveSmallIntegerField(editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), blank=True)
    language = models.CharField(max_length=10, default="en-GB", editable=False)
    published_on = models.DateField(_("published on"), null=True, blank=True, editable=False)
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)
    licence_name = models.CharField(_("licence"), max_length=120)
    licence_spdx = models.CharField(max_length=40)
    licence_url = models.URLField(max_length=200)
    attribution = models.CharField(_("attribution"), max_length=200)
    review_state = models.CharField(_("review"), max_length=20, choices=ReviewState, default=ReviewState.NOT_YET)
    review_note = models.TextField(
        _("review note"), help_text=_("Who has read it and who has not. Shown to everybody.")
    )
    gap_rule = models.TextField(_("how gaps are worked out"), blank=True)
    levels = models.JSONField(default=list, editable=False)
    other_judgements = models.JSONField(default=list, editable=False)
    respondents = models.JSONField(default=list, editable=False)
    agree_scales = models.JSONField(default=list, editable=False)
    focus_tags = models.JSONField(default=list, editable=False)
    phases = models.JSONField(default=list, editable=False)
    settings = models.JSONField(default=list, editable=False)
    mapping_schemes = models.JSONField(default=list, editable=False)
    migration_map = models.JSONField(
        _("what became of old codes"),
        default=list,
        blank=True,
        help_text=_(
            'For a new major version: [{"old": "P11.3", "new": "P11.5", "change": "changed"}], '
            'where change is "same", "changed" or "dropped".'
        ),
    )
    schema_name = models.CharField(max_length=120, blank=True, editable=False)
    content_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    made_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("framework version")
        verbose_name_plural = _("framework versions")
        ordering = ["-major", "-minor"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="published"), name="framework_published_once"
            ),
            models.UniqueConstraint(fields=["status"], condition=Q(status="draft"), name="framework_one_draft"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_on__isnull=False), name="framework_published_on_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ``PublishedIsReadOnly`` unless the stored row is a draft; publishing and retiring are services."""
        self.major, self.minor = (int(part) for part in self.version.split("."))
        if not self._state.adding:
            refuse_unless_draft(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse_unless_draft(self.pk)
        return super().delete(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("framework:index")


def refuse_unless_draft(framework_id: int | None) -> None:
    stored = Framework.objects.filter(pk=framework_id or 0).values_list("status", flat=True).first()
    if stored is not None and stored != Framework.Status.DRAFT:
        raise PublishedIsReadOnly(str(_("A published version of the framework never changes. Make the next version.")))


class PartOfVersion(models.Model):
    """Something inside a version: saved and deleted only while the version is a draft."""

    class Meta:
        abstract = True

    def version_id(self) -> int | None:
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        refuse_unless_draft(self.version_id())
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse_unless_draft(self.version_id())
        return super().delete(*args, **kwargs)


class Layer(PartOfVersion):
    framework = models.ForeignKey(Framework, models.CASCADE, related_name="layers")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=80)
    description = models.TextField(_("description"))

    class Meta:
        verbose_name = _("layer")
        verbose_name_plural = _("layers")
        ordering = ["framework", "position"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="layer_code_once")]

    def __str__(self) -> str:
        return self.title

    def version_id(self) -> int | None:
        return self.framework_id


class Strand(PartOfVersion):
    framework = models.ForeignKey(Framework, models.CASCADE, related_name="strands", editable=False)
    layer = models.ForeignKey(Layer, models.CASCADE, related_name="strands", editable=False)
    code = models.CharField(max_length=4, editable=False)
    number = models.PositiveSmallIntegerField(editable=False)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"))

    class Meta:
        verbose_name = _("strand")
        verbose_name_plural = _("strands")
        ordering = ["framework", "number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="strand_code_once"),
            models.UniqueConstraint(fields=["framework", "number"], name="strand_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def version_id(self) -> int | None:
        return self.framework_id

    def clean(self) -> None:
        if not STRAND_CODE.match(self.code):
            raise ValidationError(_("A strand's code is a letter and a number, such as F1 or P11."))

    def get_absolute_url(self) -> str:
        return reverse("framework:strand", args=[self.code])
