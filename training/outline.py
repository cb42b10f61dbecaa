"""A course as one person sees it: what is done, what comes next, what is locked and what opens it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from training.models import Attempt, CoursePage, Enrolment, LessonDone, LessonPage, ModulePage


@dataclass
class LessonRow:
    lesson: LessonPage
    number: int
    state: str
    """done, now, todo or locked"""


@dataclass
class ModuleRow:
    module: ModulePage
    number: int
    lessons: list[LessonRow] = field(default_factory=list)
    locked_by: ModulePage | None = None
    best: Attempt | None = None

    @property
    def quiz_passed(self) -> bool:
        return bool(self.best and self.best.passed)

    @property
    def lessons_done(self) -> bool:
        return all(row.state == "done" for row in self.lessons)


@dataclass
class Outline:
    course: CoursePage
    enrolment: Enrolment | None
    modules: list[ModuleRow]

    @property
    def lessons(self) -> list[LessonRow]:
        return [row for module in self.modules for row in module.lessons]

    @property
    def done(self) -> int:
        return sum(row.state == "done" for row in self.lessons)

    @property
    def minutes_left(self) -> int:
        left = sum(row.lesson.minutes for row in self.lessons if row.state != "done")
        return left + sum(
            row.module.quiz_minutes for row in self.modules if row.module.has_quiz and not row.quiz_passed
        )

    @property
    def next_lesson(self) -> LessonRow | None:
        return next((row for row in self.lessons if row.state in {"now", "todo"}), None)

    @property
    def next_quiz(self) -> ModuleRow | None:
        """The first quiz that is open, not passed, and whose lessons are done."""
        return next(
            (r for r in self.modules if r.module.has_quiz and not r.quiz_passed and not r.locked_by and r.lessons_done),
            None,
        )

    @property
    def complete(self) -> bool:
        """Every lesson done and every quiz passed."""
        quizzes = all(row.quiz_passed for row in self.modules if row.module.has_quiz)
        return bool(self.lessons) and self.done == len(self.lessons) and quizzes

    def find(self, lesson: LessonPage) -> tuple[ModuleRow, LessonRow] | None:
        for module in self.modules:
            for row in module.lessons:
                if row.lesson.pk == lesson.pk:
                    return module, row
        return None

    def beside(self, lesson: LessonPage) -> tuple[LessonRow | None, LessonRow | None]:
        """The lessons before and after."""
        rows = self.lessons
        place = next(number for number, row in enumerate(rows) if row.lesson.pk == lesson.pk)
        return (rows[place - 1] if place else None, rows[place + 1] if place + 1 < len(rows) else None)


def outline_for(course: CoursePage, user: Any) -> Outline:
    """Five queries, however long the course is."""
    enrolment = Enrolment.objects.of(user).filter(course=course).select_related("certificate").first()
    modules = list(ModulePage.objects.child_of(course).live().order_by("path"))
    lessons = LessonPage.objects.descendant_of(course).live().order_by("path").defer("body")
    by_module: dict[str, list[LessonPage]] = defaultdict(list)
    for lesson in lessons:
        by_module[lesson.path[: -lesson.steplen]].append(lesson)
    done: set[int] = set()
    best: dict[int, Attempt] = {}
    if enrolment:
        done = set(LessonDone.objects.filter(enrolment=enrolment).values_list("lesson_id", flat=True))
        for attempt in Attempt.objects.filter(enrolment=enrolment).order_by("passed", "score_percent", "number"):
            best[attempt.module_id] = attempt
    rows: list[ModuleRow] = []
    locked_by: ModulePage | None = None
    number, now_given = 0, False
    for place, module in enumerate(modules, start=1):
        row = ModuleRow(module, place, locked_by=locked_by, best=best.get(module.pk))
        for lesson in by_module[module.path]:
            number += 1
            state = "done" if lesson.pk in done else "locked" if locked_by else "todo"
            if state == "todo" and enrolment and not now_given:
                state, now_given = "now", True
            row.lessons.append(LessonRow(lesson, number, state))
        rows.append(row)
        if module.has_quiz and not row.quiz_passed and locked_by is None:
            locked_by = module
    return Outline(course, enrolment, rows)


def progress_by_course(user: Any, courses: list[CoursePage]) -> dict[int, dict[str, Any]]:
    """For a list of courses: lessons done and in all, for those the person is enrolled on. Two queries."""
    enrolments = {row.course_id: row for row in Enrolment.objects.of(user).filter(course__in=courses)}
    if not enrolments:
        return {}
    done = dict(
        LessonDone.objects.filter(enrolment__in=enrolments.values())
        .values_list("enrolment__course_id")
        .annotate(number=Count("pk"))
    )
    found = {}
    for course in courses:
        if course.pk in enrolments:
            total = LessonPage.objects.descendant_of(course).live().count()
            found[course.pk] = {"done": done.get(course.pk, 0), "of": total, "enrolment": enrolments[course.pk]}
    return found
