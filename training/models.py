"""Courses, modules and lessons as pages; what a learner did as rows."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.blocks import CharBlock, StructBlock, TextBlock
from wagtail.fields import StreamField
from wagtail.models import Orderable, PageManager

from belonging.core.pages import BasePage, BasePageQuerySet
from belonging.framework.fields import StrandCodesField
from training.blocks import LessonBlock, QuizBlock

ATTEMPTS_HOURS = 24
"""The number of attempts a quiz allows counts within so many hours, so that nobody is locked out for good."""


class OutcomeBlock(StructBlock):
    code = CharBlock(max_length=12)
    text = TextBlock()

    class Meta:
        icon = "tick"
        label = _("Learning outcome")
        description = _("What somebody can do afterwards.")
        template = "training/blocks/outcome.html"
        preview_value = {"code": "BF1", "text": "Explain school belonging in plain words."}


class CourseQuerySet(BasePageQuerySet):
    def visible_to(self, user: Any) -> Any:
        """Outlines of published courses are public; lessons are for members."""
        return self.live().public()

    def on_strands(self, codes: list[str]) -> Any:
        return self.filter(strands__overlap=codes)


class CourseManager(PageManager.from_queryset(CourseQuerySet)):  # type: ignore[misc]
    pass


class TrainingIndexPage(BasePage):
    """All courses."""

    parent_page_types: ClassVar[list[Any]] = ["home.HomePage"]
    subpage_types: ClassVar[list[Any]] = ["training.CoursePage"]
    max_count = 1
    template = "training/index_page.html"
    page_description = _("Lists the courses. One is enough.")

    class Meta:
        verbose_name = _("training")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from training.outline import progress_by_course

        context = super().get_context(request, *args, **kwargs)
        courses = list(CoursePage.objects.child_of(self).visible_to(request.user).order_by("path"))
        progress = progress_by_course(request.user, courses)
        return {**context, "courses": [(course, progress.get(course.pk)) for course in courses]}


class CoursePage(BasePage):
    """A course. Its modules open one after the other where a quiz stands between them."""

    audience = models.CharField(_("for"), max_length=200, blank=True)
    level = models.CharField(
        _("level"),
        max_length=20,
        choices=[
            ("introductory", _("Introductory")),
            ("intermediate", _("Intermediate")),
            ("leadership", _("For leaders")),
        ],
        default="introductory",
    )
    strands = StrandCodesField(verbose_name=_("strands"))
    published_on = models.DateField(_("published on"))
    edition = models.CharField(_("version"), max_length=10, default="1.0")
    minutes = models.PositiveSmallIntegerField(_("minutes in all"), default=60)
    cpd_hours = models.DecimalField(_("hours of professional development"), max_digits=4, decimal_places=1, default=1)
    certificate = models.BooleanField(_("gives a certificate"), default=True)
    completion_rule = models.CharField(_("when it is finished"), max_length=200, blank=True)
    outcomes = StreamField([("outcome", OutcomeBlock())], verbose_name=_("learning outcomes"), blank=True)
    sources = models.TextField(_("sources"), blank=True, help_text=_("One to a line."))

    objects = CourseManager()

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel(n)
                for n in ("audience", "level", "strands", "published_on", "edition", "minutes", "cpd_hours")
            ],
            _("About"),
        ),
        MultiFieldPanel([FieldPanel("certificate"), FieldPanel("completion_rule")], _("Finishing")),
        FieldPanel("outcomes"),
        FieldPanel("sources"),
        InlinePanel("trainers", heading=_("Trainers")),
    ]
    parent_page_types: ClassVar[list[Any]] = ["training.TrainingIndexPage"]
    subpage_types: ClassVar[list[Any]] = ["training.ModulePage"]
    template = "training/course_page.html"
    page_description = _("A course of modules.")

    class Meta:
        verbose_name = _("course")
        indexes = [
            GinIndex(fields=["search"], name="course_search"),
            GinIndex(fields=["strands"], name="course_strands"),
        ]

    def words(self) -> str:
        return " ".join([str(block.value["text"]) for block in self.outcomes] + [self.audience])

    def source_lines(self) -> list[str]:
        return [line for line in self.sources.splitlines() if line.strip()]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from training.outline import outline_for

        context = super().get_context(request, *args, **kwargs)
        return {**context, "outline": outline_for(self, request.user)}


class CourseTrainer(Orderable):
    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="trainers")
    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("trainer"))

    panels: ClassVar[list[Any]] = [FieldPanel("trainer")]

    def __str__(self) -> str:
        return f"{self.trainer_id} of {self.page_id}"


class ModulePage(BasePage):
    """A part of a course, with a quiz at its end."""

    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    quiz_title = models.CharField(_("title of the quiz"), max_length=160, blank=True)
    quiz_intro = models.CharField(_("introduction"), max_length=300, blank=True)
    quiz_minutes = models.PositiveSmallIntegerField(_("minutes for the quiz"), default=5)
    pass_mark_percent = models.PositiveSmallIntegerField(
        _("per cent to pass"), default=70, validators=[MaxValueValidator(100)]
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts in a day"), default=3, validators=[MinValueValidator(1)]
    )
    quiz = StreamField(QuizBlock(), verbose_name=_("questions"), blank=True)

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("minutes"),
        MultiFieldPanel(
            [
                FieldPanel(n)
                for n in ("quiz_title", "quiz_intro", "quiz_minutes", "pass_mark_percent", "attempts_allowed", "quiz")
            ],
            _("Quiz"),
        ),
    ]
    parent_page_types: ClassVar[list[Any]] = ["training.CoursePage"]
    subpage_types: ClassVar[list[Any]] = ["training.LessonPage"]
    page_description = _("Lessons with a quiz at the end.")

    class Meta:
        verbose_name = _("module")

    @property
    def has_quiz(self) -> bool:
        return len(self.quiz) > 0

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A module is read on its course's page."""
        from django.shortcuts import redirect

        return redirect(f"{self.get_parent().get_url(request)}#module-{self.pk}")

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[Any]:
        return []


class LessonPage(BasePage):
    """One lesson, for members who are enrolled."""

    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)
    body = StreamField(LessonBlock(), verbose_name=_("text"), blank=True)

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("minutes"), FieldPanel("body")]
    parent_page_types: ClassVar[list[Any]] = ["training.ModulePage"]
    subpage_types: ClassVar[list[Any]] = []
    template = "training/lesson_page.html"
    page_description = _("Text, films, scenarios and things to try.")

    class Meta:
        verbose_name = _("lesson")
        indexes = [GinIndex(fields=["search"], name="lesson_search")]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from training.views import lesson

        return lesson(request, self)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[Any]:
        return []


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def of(self, user: Any) -> Self:
        return self.filter(learner=user) if user.is_authenticated else self.none()

    def unfinished(self) -> Self:
        return self.filter(finished_at__isnull=True)


class Enrolment(models.Model):
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="enrolments")
    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "course"], name="enrol_once")]

    def __str__(self) -> str:
        return f"{self.learner_id} on {self.course_id}"


class LessonDone(models.Model):
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="lessons_done")
    lesson = models.ForeignKey(LessonPage, models.CASCADE, related_name="+")
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_done_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} did {self.lesson_id}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def recent(self, now: datetime) -> Self:
        """Within the hours that count."""
        return self.filter(made_at__gt=now - timedelta(hours=ATTEMPTS_HOURS))


class Attempt(models.Model):
    """One go at a module's quiz; ``answers`` by question, as they were given."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attempts")
    module = models.ForeignKey(ModulePage, models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField(default=dict)
    score_percent = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    made_at = models.DateTimeField()

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "module", "number"], name="attempt_number_once"),
            models.CheckConstraint(condition=Q(score_percent__lte=100), name="attempt_percent"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.enrolment_id}"


class Certificate(models.Model):
    """Whoever has its address can see that it is real; the address cannot be guessed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="certificate")
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"certificate {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:certificate", args=[self.pk])
