from __future__ import annotations

import random
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from belonging.accounts.models import TRAINERS
from belonging.core.errors import BelongingError
from training import services
from training.marking import mark
from training.models import Attempt, Certificate, CoursePage, Enrolment, LessonPage, ModulePage
from training.outline import ModuleRow, Outline, outline_for


def may_read_all(user: Any) -> bool:
    """Trainers and administrators read every lesson, enrolled or not."""
    return user.is_superuser or user.has_group(TRAINERS)


@require_POST
@login_required
def enrol(request: HttpRequest, course_id: int) -> HttpResponse:
    course = get_object_or_404(CoursePage.objects.visible_to(request.user), pk=course_id)
    services.enrol(request.user, course)  # type: ignore[arg-type]
    first = outline_for(course, request.user).next_lesson
    messages.success(request, _("You are enrolled. Stop and start whenever you like."))
    return redirect(first.lesson.get_url(request) if first else course.get_url(request))


def lesson(request: HttpRequest, page: LessonPage) -> HttpResponse:
    """A lesson with its course beside it. Called by the page; whoever is not enrolled is led to the course."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    course = CoursePage.objects.visible_to(request.user).ancestor_of(page).first()
    if course is None:
        raise Http404
    outline = outline_for(course, request.user)
    found = outline.find(page)
    if found is None:
        raise Http404
    module, row = found
    if not may_read_all(request.user):
        if outline.enrolment is None:
            messages.info(
                request, _("Enrol on the course to read its lessons. It is free and you can leave at any time.")
            )
            return redirect(course.get_url(request))
        if row.state == "locked":
            messages.info(request, _("This lesson opens when you pass the quiz before it."))
            return redirect(course.get_url(request))
    before, after = outline.beside(page)
    context = {
        "page": page,
        "outline": outline,
        "row": row,
        "module": module,
        "before": before,
        "after": after,
        "last_of_module": module.lessons[-1].lesson.pk == page.pk,
        "breadcrumbs": _breadcrumbs(course, page.title),
    }
    return render(request, "training/lesson_page.html", context)


def _breadcrumbs(course: CoursePage, label: str) -> list[dict[str, str]]:
    return [
        *course.get_breadcrumbs(),
        {"label": course.title, "url": course.get_url() or "/"},
        {"label": label, "url": ""},
    ]


@require_POST
@login_required
def lesson_done(request: HttpRequest, lesson_id: int) -> HttpResponse:
    page = get_object_or_404(LessonPage.objects.live(), pk=lesson_id)
    course = get_object_or_404(CoursePage.objects.visible_to(request.user).ancestor_of(page))
    enrolment = get_object_or_404(Enrolment.objects.of(request.user), course=course)
    try:
        services.mark_done(enrolment.pk, page)
    except services.Locked as error:
        messages.info(request, str(error))
        return redirect(course.get_url(request))
    outline = outline_for(course, request.user)
    quiz = outline.next_quiz
    if quiz and quiz.lessons[-1].lesson.pk == page.pk:
        return redirect("training:quiz", quiz.module.pk)
    following = outline.next_lesson
    return redirect(following.lesson.get_url(request) if following else course.get_url(request))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz(request: HttpRequest, module_id: int) -> HttpResponse:
    """The questions; after an attempt (``?attempt=N``) with what was given and what we say to it."""
    module = get_object_or_404(ModulePage.objects.live(), pk=module_id)
    course = get_object_or_404(CoursePage.objects.visible_to(request.user).ancestor_of(module))
    enrolment = get_object_or_404(Enrolment.objects.of(request.user), course=course)
    outline = outline_for(course, request.user)
    row = next((found for found in outline.modules if found.module.pk == module.pk), None)
    if row is None or not module.has_quiz:
        raise Http404
    if row.locked_by:
        messages.info(request, _("This quiz opens when you pass the one before it."))
        return redirect(course.get_url(request))
    if request.method == "POST":
        return _answer(request, enrolment, module, row, outline)
    attempt = None
    number = request.GET.get("attempt", "")
    if number.isdecimal() and len(number) < 5:
        attempt = get_object_or_404(Attempt, enrolment=enrolment, module=module, number=int(number))
    return _quiz_page(request, module, row, outline, attempt=attempt)


def _answer(
    request: HttpRequest, enrolment: Enrolment, module: ModulePage, row: ModuleRow, outline: Outline
) -> HttpResponse:
    answers = {str(block.id): _given(request, block) for block in module.quiz}
    missing = [str(block.id) for block in module.quiz if not any(answers[str(block.id)])]
    if missing:
        return _quiz_page(request, module, row, outline, answers=answers, missing=missing, status=422)
    try:
        attempt, _marked = services.answer_quiz(enrolment.pk, module, answers)
    except BelongingError as error:
        messages.info(request, str(error))
        return redirect("training:quiz", module.pk)
    return redirect(f"{reverse('training:quiz', args=[module.pk])}?attempt={attempt.number}")


def _given(request: HttpRequest, block: Any) -> list[str]:
    name = f"q-{block.id}"
    if block.block_type == "ordering":
        return [request.POST.get(f"{name}-{place}", "")[:4] for place in range(len(block.value["items"]))]
    return [value[:60] for value in request.POST.getlist(name)][:30]


def _quiz_page(
    request: HttpRequest,
    module: ModulePage,
    row: ModuleRow,
    outline: Outline,
    *,
    attempt: Attempt | None = None,
    answers: dict[str, list[str]] | None = None,
    missing: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    given = attempt.answers if attempt else answers or {}
    questions = []
    for number, block in enumerate(module.quiz, start=1):
        mine = given.get(str(block.id), [])
        questions.append(
            {
                "number": number,
                "id": str(block.id),
                "kind": block.block_type,
                "value": block.value,
                "options": _options(block, mine),
                "typed": mine[0] if block.block_type == "numeric" and mine else "",
                "marked": mark(block.block_type, str(block.id), block.value, mine) if attempt else None,
                "missing": str(block.id) in (missing or []),
            }
        )
    context = {
        "module": module,
        "row": row,
        "outline": outline,
        "questions": questions,
        "attempt": attempt,
        "missing": [q for q in questions if q["missing"]],
        "next_lesson": outline.next_lesson if attempt and attempt.passed else None,
        "breadcrumbs": _breadcrumbs(outline.course, module.quiz_title or module.title),
    }
    return render(request, "training/quiz.html", context, status=status)


def _options(block: Any, given: list[str]) -> list[dict[str, Any]]:
    """Choices with what was chosen; for an order, the items in the order in which the question shows them."""
    if block.block_type in {"single", "multiple"}:
        return [
            {"value": str(number), "text": option["text"], "chosen": str(number) in given}
            for number, option in enumerate(block.value["options"])
        ]
    if block.block_type == "ordering":
        items = list(block.value["items"])
        shown = list(block.value["shown"]) or random.Random(str(block.id)).sample(range(len(items)), len(items))  # noqa: S311
        return [
            {
                "place": place,
                "choices": [
                    {"value": str(n), "text": items[n]["text"], "chosen": place < len(given) and given[place] == str(n)}
                    for n in shown
                    if n < len(items)
                ],
            }
            for place in range(len(items))
        ]
    return []


@require_safe
def certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """Open to whoever has the address, as an employer has who is shown it."""
    found = get_object_or_404(
        Certificate.objects.select_related("enrolment__learner", "enrolment__course"), pk=certificate_id
    )
    response = render(request, "training/certificate.html", {"certificate": found, "enrolment": found.enrolment})
    response["X-Robots-Tag"] = "noindex"
    return response
