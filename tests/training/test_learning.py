from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from training import services
from training.marking import mark, percent
from training.models import Attempt, CoursePage, Enrolment, LessonDone, LessonPage, ModulePage
from training.outline import outline_for

OPTIONS = [{"text": t, "correct": c, "feedback": f"about {t}"} for t, c in (("a", True), ("b", True), ("c", False))]
SINGLE = {"options": [{**option, "correct": option["text"] == "b"} for option in OPTIONS]}
ORDER = {"items": [{"text": "x"}, {"text": "y"}, {"text": "z"}], "feedback_right": "yes", "feedback_wrong": "no"}
NUMBER = {
    "answer": 60.0,
    "tolerance": 0.5,
    "feedback_right": "yes",
    "feedback_wrong": "no",
    "common_errors": [{"value": 40.0, "feedback": "the other ones"}],
}


@pytest.mark.parametrize(
    ("kind", "value", "given", "points"),
    [
        ("single", SINGLE, ["1"], 1),
        ("single", SINGLE, ["0"], 0),
        ("single", SINGLE, [], 0),
        ("single", SINGLE, ["99"], 0),
        ("multiple", {"options": OPTIONS}, ["0", "1"], 1),
        ("multiple", {"options": OPTIONS}, ["0"], 0.5),
        ("multiple", {"options": OPTIONS}, ["0", "1", "2"], 0.5),
        ("multiple", {"options": OPTIONS}, ["2"], 0),
        ("ordering", ORDER, ["0", "1", "2"], 1),
        ("ordering", ORDER, ["0", "2", "1"], 0),
        ("numeric", NUMBER, ["60"], 1),
        ("numeric", NUMBER, ["60,4 %"], 1),
        ("numeric", NUMBER, ["61"], 0),
        ("numeric", NUMBER, ["sixty"], 0),
        ("numeric", NUMBER, ["NaN"], 0),
        ("numeric", NUMBER, ["Infinity"], 0),
    ],
)
def test_each_kind_of_question_is_marked_as_its_file_says(
    kind: str, value: Any, given: list[str], points: float
) -> None:
    assert mark(kind, "q", value, given).points == points


def test_a_common_mistake_has_its_own_reply() -> None:
    assert mark("numeric", "q", NUMBER, ["40"]).feedback == ["the other ones"]


def test_a_score_rounds_halves_up() -> None:
    right, half = mark("single", "q", SINGLE, ["1"]), mark("multiple", "q", {"options": OPTIONS}, ["0"])

    assert percent([right, half]) == 75
    assert percent([right] * 5 + [half] * 3) == 81
    assert percent([]) == 0


def course() -> CoursePage:
    return CoursePage.objects.get(slug="belonging-foundations")


def right_answers(module: ModulePage) -> dict[str, list[str]]:
    answers = {}
    for block in module.quiz:
        if block.block_type in {"single", "multiple"}:
            answers[str(block.id)] = [str(n) for n, option in enumerate(block.value["options"]) if option["correct"]]
        elif block.block_type == "ordering":
            answers[str(block.id)] = [str(n) for n in range(len(block.value["items"]))]
        else:
            answers[str(block.id)] = [str(block.value["answer"])]
    return answers


def as_form(module: ModulePage, answers: dict[str, list[str]]) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for block in module.quiz:
        given = answers[str(block.id)]
        if block.block_type == "ordering":
            form |= {f"q-{block.id}-{place}": value for place, value in enumerate(given)}
        else:
            form[f"q-{block.id}"] = given
    return form


def test_the_whole_way_from_enrolling_to_the_certificate(client_of: Callable[[str], Client]) -> None:
    from tests.demo_things import user

    client, learner, page = client_of("stranger"), user("stranger"), course()
    client.post(f"/training/courses/{page.pk}/enrol/")
    steps = 0
    while not Enrolment.objects.get(learner=learner).finished_at and steps < 40:
        outline = outline_for(page, learner)
        if outline.next_quiz:
            module = outline.next_quiz.module
            response = client.post(
                f"/training/modules/{module.pk}/quiz/", as_form(module, right_answers(module)), follow=True
            )
            assert b"Passed with 100%" in response.content
        else:
            assert outline.next_lesson is not None
            assert client.get(outline.next_lesson.lesson.get_url()).status_code == 200
            client.post(f"/training/lessons/{outline.next_lesson.lesson.pk}/done/")
        steps += 1

    enrolment = Enrolment.objects.select_related("certificate").get(learner=learner)
    assert steps == 14
    assert enrolment.finished_at
    shown = Client().get(enrolment.certificate.get_absolute_url())
    assert learner.display_name in shown.content.decode()


def test_a_later_module_opens_with_the_quiz_before_it_and_not_by_its_address(
    client_of: Callable[[str], Client],
) -> None:
    client, page = client_of("stranger"), course()
    client.post(f"/training/courses/{page.pk}/enrol/")
    later = LessonPage.objects.descendant_of(page).order_by("path")[5]

    assert client.get(later.get_url()).status_code == 302
    client.post(f"/training/lessons/{later.pk}/done/")
    assert not LessonDone.objects.filter(
        lesson=later, enrolment__course=page, enrolment__learner__email__startswith="stranger"
    ).exists()


def test_an_unanswered_question_is_named_and_no_attempt_is_used(client_of: Callable[[str], Client]) -> None:
    client, page = client_of("stranger"), course()
    client.post(f"/training/courses/{page.pk}/enrol/")
    module = ModulePage.objects.child_of(page).order_by("path")[0]
    form = as_form(module, right_answers(module))
    form.pop(next(key for key in form))

    response = client.post(f"/training/modules/{module.pk}/quiz/", form)

    assert response.status_code == 422
    assert len(response.context["missing"]) == 1
    assert not Attempt.objects.filter(module=module, enrolment__learner__email="stranger@demo.example").exists()


def test_after_three_attempts_in_a_day_the_next_one_waits(demo: None) -> None:
    from tests.demo_things import user

    page = course()
    enrolment = services.enrol(user("stranger"), page)
    module = ModulePage.objects.child_of(page).order_by("path")[0]
    now = timezone.now()
    for _time in range(module.attempts_allowed):
        services.answer_quiz(enrolment.pk, module, {}, now=now)

    with pytest.raises(services.NoAttemptLeft):
        services.answer_quiz(enrolment.pk, module, {}, now=now)
    attempt, _marked = services.answer_quiz(enrolment.pk, module, right_answers(module), now=now + timedelta(hours=25))

    assert attempt.passed


def test_marking_a_lesson_done_twice_changes_nothing(demo: None) -> None:
    from tests.demo_things import user

    page = course()
    enrolment = services.enrol(user("stranger"), page)
    lesson = LessonPage.objects.descendant_of(page).order_by("path")[0]

    services.mark_done(enrolment.pk, lesson)
    services.mark_done(enrolment.pk, lesson)

    assert LessonDone.objects.filter(enrolment=enrolment).count() == 1


def test_a_visitor_and_who_is_not_enrolled_read_no_lesson(client_of: Callable[[str], Client]) -> None:
    lesson = LessonPage.objects.descendant_of(course()).order_by("path")[0]

    assert client_of("visitor").get(lesson.get_url())["Location"].startswith("/accounts/login/")
    assert client_of("stranger").get(lesson.get_url()).status_code == 302
    assert client_of("trainer").get(lesson.get_url()).status_code == 200
