from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail import hooks

from belonging.core.hooks import (
    Contributions,
    DashboardCard,
    DemoContent,
    DigestItem,
    DigestSection,
    LinkCard,
    LinkTarget,
    PersonalData,
    SearchHit,
    SearchSource,
    StandardContent,
    Suggestion,
    Viewer,
)
from belonging.core.searching import ranked
from training import demo, services
from training.models import Attempt, Certificate, CoursePage, CourseTrainer, Enrolment, LessonDone
from training.outline import outline_for


@hooks.register("standard_content")
def standard_content() -> list[StandardContent]:
    return [StandardContent("training", 31, services.load)]


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [DemoContent("training", 40, demo.create, demo.connect)]


@hooks.register("link_targets")
def link_targets() -> list[LinkTarget]:
    return [LinkTarget("course", _url, _describe)]


def _url(slug: str) -> str | None:
    page = CoursePage.objects.live().filter(slug=slug).first()
    return page.get_url() if page else None


def _describe(slug: str) -> SearchHit | None:
    page = CoursePage.objects.live().public().filter(slug=slug).first()
    return _hit(page) if page else None


@hooks.register("link_cards")
def link_cards() -> list[LinkCard]:
    return [LinkCard("/training/", _describe_path)]


def _describe_path(path: str) -> SearchHit | None:
    hit = _describe(path.rstrip("/").rsplit("/", 1)[-1])
    return hit if hit and hit.url == path else None


@hooks.register("search_sources")
def search_sources() -> list[SearchSource]:
    return [SearchSource("training", _("Training"), _search, _hit)]


def _search(viewer: Viewer, query: str) -> QuerySet[Any]:
    found: QuerySet[Any] = ranked(CoursePage.objects.visible_to(viewer), query)
    return found


def _hit(page: CoursePage) -> SearchHit:
    return SearchHit(page.title, page.get_url() or "/", _("Course"), page.summary)


@hooks.register("digest_sections")
def digest_sections(user: Any, since: datetime, until: datetime) -> list[DigestSection]:
    """The course the person began and has not finished."""
    enrolment = Enrolment.objects.of(user).unfinished().select_related("course").order_by("-enrolled_at").first()
    if enrolment is None:
        return []
    outline = outline_for(enrolment.course, user)
    following = outline.next_lesson
    if following is None:
        return []
    words = _("Lesson %(number)s of %(all)s. About %(minutes)s minutes.") % {
        "number": following.number,
        "all": len(outline.lessons),
        "minutes": following.lesson.minutes,
    }
    item = DigestItem(following.lesson.title, following.lesson.get_url() or "/", words, enrolment.course.title)
    return [DigestSection(30, _("Carry on learning"), [item], enrolment.course.get_url() or "/", _("The course"))]


@hooks.register("dashboard_cards")
def dashboard_cards(user: Any) -> list[DashboardCard]:
    enrolment = Enrolment.objects.of(user).unfinished().select_related("course").order_by("-enrolled_at").first()
    if enrolment is None:
        courses = CoursePage.objects.visible_to(user).order_by("path")[:2]
        items = [DigestItem(course.title, course.get_url() or "/", course.summary) for course in courses]
        return [DashboardCard(40, _("Learn something"), items, "aside", more_label=_("All"), more_url="/training/")]
    outline = outline_for(enrolment.course, user)
    return [
        DashboardCard(
            40,
            _("Continue training"),
            column="aside",
            template="training/dashboard_card.html",
            context={"outline": outline},
        )
    ]


@hooks.register("contributions")
def contributions(user: Any, viewer: Viewer) -> list[Contributions]:
    rows = CoursePage.objects.visible_to(viewer).filter(trainers__trainer=user).distinct().order_by("path")
    items = [DigestItem(row.title, row.get_url() or "/", row.summary) for row in rows]
    return [Contributions(_("Courses"), items, len(items))] if items else []


@hooks.register("suggestions")
def suggestions(indicator_code: str, school: Any, user: Viewer) -> list[Suggestion]:
    strand = indicator_code.partition(".")[0]
    rows = CoursePage.objects.visible_to(user).on_strands([strand]).order_by("path")[:2]
    return [Suggestion("course", _("Course"), row.title, row.get_url() or "/", row.summary) for row in rows]


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    """What somebody learned goes with them; that they trained others stays with the course."""
    labels = ["training.Enrolment", "training.CourseTrainer"]
    return [PersonalData("training", labels, export=_export, erase=_erase)]


def _export(user: Any) -> Mapping[str, Any]:
    return {
        "enrolments": [
            {"course": row.course.title, "enrolled_at": row.enrolled_at, "finished_at": row.finished_at}
            for row in Enrolment.objects.of(user).select_related("course")
        ],
        "lessons_done": list(LessonDone.objects.filter(enrolment__learner=user).values("lesson__title", "done_at")),
        "attempts": list(
            Attempt.objects.filter(enrolment__learner=user).values(
                "module__title", "number", "score_percent", "made_at"
            )
        ),
        "certificates": [
            str(pk) for pk in Certificate.objects.filter(enrolment__learner=user).values_list("pk", flat=True)
        ],
        "trainer_of": list(CourseTrainer.objects.filter(trainer=user).values_list("page__title", flat=True)),
    }


def _erase(user: Any) -> None:
    Enrolment.objects.filter(learner=user).delete()
