"""Three courses from courses.json, and members who are somewhere in them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from belonging.accounts import demo as people
from belonging.core import content
from belonging.core.blocks import plain_text, prose_from_file, rich
from belonging.core.links import preview
from belonging.home.tree import child
from training import services
from training.models import Attempt, CoursePage, CourseTrainer, Enrolment, LessonPage, ModulePage
from training.outline import outline_for

FILE = Path(__file__).parent / "courses.json"

# Who learns, and how many lessons in: enough that trainers and dashboards have something to show.
LEARNERS = [
    ("lead@demo.example", "listening-to-pupils", 4),
    ("practitioner@demo.example", "belonging-foundations", 2),
    ("m06", "belonging-foundations", 10),
    ("m08", "belonging-foundations", 10),
    ("m11", "audit-to-action", 3),
    ("m13", "listening-to-pupils", 8),
    ("m14", "listening-to-pupils", 5),
    ("m17", "audit-to-action", 1),
    ("m23", "belonging-foundations", 6),
]


def courses_data() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = content.read(FILE)["courses"]
    return rows


def create() -> str:
    by_id = people.people_by_id()
    shelf = services.training()
    for row in courses_data():
        if CoursePage.objects.filter(slug=row["slug"]).exists():
            continue
        course = child(
            shelf,
            CoursePage(
                title=row["title"],
                slug=row["slug"],
                summary=row["summary"],
                search_description=row["summary"][:255],
                audience=", ".join(row["audience"]),
                level=row["level"],
                strands=row["strands"],
                published_on=date.fromisoformat(row["published"]),
                edition=row["version"],
                minutes=row["estimated_minutes"],
                cpd_hours=row["cpd_hours"],
                certificate=row["certificate"],
                completion_rule=row["completion_rule"],
                outcomes=[
                    {"type": "outcome", "value": {"code": outcome["id"], "text": outcome["text"]}}
                    for outcome in row["learning_outcomes"]
                ],
                sources="\n".join(row["sources"]),
            ),
        )
        for order, reference in enumerate([row["lead"], *row["co_trainers"]]):
            CourseTrainer.objects.create(page=course, trainer=by_id[reference], sort_order=order)
        for module in row["modules"]:
            _module(course, module)
    return f"{CoursePage.objects.count()} courses, {LessonPage.objects.count()} lessons"


def _module(course: CoursePage, row: dict[str, Any]) -> None:
    quiz = row.get("quiz") or {}
    page = child(
        course,
        ModulePage(
            title=row["title"],
            slug=row["slug"],
            summary=row["summary"],
            minutes=row["estimated_minutes"],
            quiz_title=quiz.get("title", ""),
            quiz_intro=quiz.get("intro", ""),
            quiz_minutes=quiz.get("estimated_minutes", 5),
            pass_mark_percent=quiz.get("pass_mark_percent", 70),
            attempts_allowed=quiz.get("attempts_allowed", 3),
            quiz=[_question(question) for question in quiz.get("questions", [])],
        ),
    )
    for lesson in row["lessons"]:
        child(
            page,
            LessonPage(
                title=lesson["title"],
                slug=lesson["slug"],
                summary=lesson["summary"],
                minutes=lesson["estimated_minutes"],
            ),
        )


def _question(row: dict[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = {"prompt": row["prompt"], "outcome": row.get("outcome") or ""}
    kind = {"true_false": "single"}.get(row["type"], row["type"])
    if kind in {"single", "multiple"}:
        value["options"] = [
            {key: option.get(key) for key in ("text", "correct", "feedback")} for option in row["options"]
        ]
    else:
        value["feedback_right"] = row.get("feedback_correct") or ""
        value["feedback_wrong"] = row.get("feedback_incorrect") or ""
    if kind == "ordering":
        order = row["correct_order"]
        items = {item["id"]: item for item in row["items"]}
        value["items"] = [{"text": items[key]["text"], "feedback": items[key].get("feedback") or ""} for key in order]
        value["shown"] = [order.index(item["id"]) for item in row["items"]]
    if kind == "numeric":
        value |= {"answer": row["answer"], "tolerance": row["tolerance"], "unit": row.get("unit") or ""}
        value["common_errors"] = [
            {"value": e["value"], "feedback": e["feedback"]} for e in row.get("common_errors", [])
        ]
    return {"type": kind, "id": row["id"], "value": value}


def connect() -> str:
    """Lessons, once resources can be linked; then the learners."""
    written = 0
    lessons = {page.slug: page for page in LessonPage.objects.all()}
    for course in courses_data():
        for module in course["modules"]:
            for row in module["lessons"]:
                page = lessons[row["slug"]]
                if plain_text(page.body):
                    continue
                page.body = [block for source in row["blocks"] for block in _blocks(source)]
                page.save_revision().publish()
                written += 1
    for reference, slug, number in LEARNERS:
        _learn(reference, slug, number)
    return f"{written} lessons written, {Enrolment.objects.count()} people enrolled"


def _blocks(row: dict[str, Any]) -> list[dict[str, Any]]:
    kind = row["type"]
    if kind == "text":
        return [{"type": "text", "value": "".join(rich(text) for text in row["paragraphs"])}]
    if kind == "reflective_activity":
        value = {key: row.get(key) or "" for key in ("title", "minutes", "intro", "prompts")}
        return [{"type": "activity", "value": value}]
    if kind == "scenario":
        value = {key: row.get(key) or "" for key in ("title", "situation", "question", "choices", "debrief")}
        return [{"type": "scenario", "value": value}]
    if kind == "video":
        value = {"title": row["title"], "seconds": row["duration_seconds"], "transcript": row["transcript"]}
        return [{"type": "film", "value": value}]
    if kind == "resource_link":
        hit = preview(f"resource:{row['resource']}")
        return [{"type": "link_out", "value": {"title": hit.title, "url": hit.url, "why": row["why"]}}] if hit else []
    return prose_from_file([row])


def _learn(reference: str, slug: str, number: int) -> None:
    """Walk somebody through the first lessons and the quizzes on the way, as the services do it."""
    learner = people.member(reference)
    course = CoursePage.objects.get(slug=slug)
    if Enrolment.objects.filter(learner=learner, course=course).exists():
        return
    start = timezone.now() - timedelta(days=30)
    enrolment = services.enrol(learner, course, now=start)
    for step in range(number):
        outline = outline_for(course, learner)
        if outline.next_quiz and (outline.next_lesson is None or outline.next_quiz.number < _module_of(outline)):
            _pass(enrolment, outline.next_quiz.module, step)
            outline = outline_for(course, learner)
        if outline.next_lesson is None:
            break
        services.mark_done(enrolment.pk, outline.next_lesson.lesson, now=start + timedelta(days=2 * step))
    outline = outline_for(course, learner)
    if outline.next_lesson is None and outline.next_quiz:
        _pass(enrolment, outline.next_quiz.module, number)


def _module_of(outline: Any) -> int:
    found = outline.find(outline.next_lesson.lesson)
    return int(found[0].number) if found else 0


def _pass(enrolment: Enrolment, module: ModulePage, step: int) -> Attempt:
    answers: dict[str, list[str]] = {}
    for block in module.quiz:
        if block.block_type in {"single", "multiple"}:
            answers[str(block.id)] = [str(n) for n, option in enumerate(block.value["options"]) if option["correct"]]
        elif block.block_type == "ordering":
            answers[str(block.id)] = [str(n) for n in range(len(block.value["items"]))]
        else:
            answers[str(block.id)] = [f"{block.value['answer']:g}"]
    attempt, _marked = services.answer_quiz(
        enrolment.pk, module, answers, now=enrolment.enrolled_at + timedelta(days=2 * step + 1)
    )
    return attempt
