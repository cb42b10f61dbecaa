from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import TRAINERS, User
from belonging.core.errors import BelongingError
from belonging.home.roles import grant_pages
from belonging.home.tree import child, home_page
from belonging.notifications.services import notify
from belonging.trail import services as trail
from training.marking import Marked, mark, percent
from training.models import (
    Attempt,
    Certificate,
    CoursePage,
    Enrolment,
    LessonDone,
    LessonPage,
    ModulePage,
    TrainingIndexPage,
)
from training.outline import outline_for


class Locked(BelongingError):
    """The module opens later; the message says what opens it."""


class NoAttemptLeft(BelongingError):
    """All attempts of the day are used."""


def training() -> TrainingIndexPage:
    summary = _("Short courses you can stop and start, with a quiz that explains every answer.")
    page = child(
        home_page(), TrainingIndexPage(title=_("Training"), slug="training", summary=summary, show_in_menus=True)
    )
    grant_pages(TRAINERS, page)
    return page


def load() -> str:
    return f"training page {training().pk}"


@transaction.atomic
def enrol(learner: User, course: CoursePage, *, now: datetime | None = None) -> Enrolment:
    """Enrol, or give back the enrolment there is."""
    enrolment, created = Enrolment.objects.get_or_create(
        learner=learner, course=course, defaults={"enrolled_at": now or timezone.now()}
    )
    if created:
        trail.record(action="training.enrolled", actor=learner, target=enrolment, detail={"course": course.pk})
    return enrolment


@transaction.atomic
def mark_done(enrolment_id: int, lesson: LessonPage, *, now: datetime | None = None) -> Enrolment:
    """Record that a lesson was read. Twice changes nothing. Raises ``Locked``."""
    enrolment = Enrolment.objects.select_for_update().select_related("course", "learner").get(pk=enrolment_id)
    found = outline_for(enrolment.course, enrolment.learner).find(lesson)
    if found is None or found[0].locked_by:
        raise Locked(_("This lesson opens when you pass the quiz before it."))
    LessonDone.objects.get_or_create(enrolment=enrolment, lesson=lesson, defaults={"done_at": now or timezone.now()})
    _finish_if_complete(enrolment, now=now or timezone.now())
    return enrolment


@transaction.atomic
def answer_quiz(
    enrolment_id: int, module: ModulePage, answers: dict[str, list[str]], *, now: datetime | None = None
) -> tuple[Attempt, list[Marked]]:
    """Mark a quiz and keep the attempt. Raises ``Locked`` and ``NoAttemptLeft``."""
    now = now or timezone.now()
    enrolment = Enrolment.objects.select_for_update().select_related("course", "learner").get(pk=enrolment_id)
    row = next((r for r in outline_for(enrolment.course, enrolment.learner).modules if r.module.pk == module.pk), None)
    if row is None or row.locked_by:
        raise Locked(_("This quiz opens when you pass the one before it."))
    earlier = Attempt.objects.filter(enrolment=enrolment, module=module)
    if earlier.recent(now).count() >= module.attempts_allowed:
        raise NoAttemptLeft(_("You have used your attempts for today. Read the lessons again and come back tomorrow."))
    marked = [
        mark(block.block_type, str(block.id), block.value, answers.get(str(block.id), [])) for block in module.quiz
    ]
    score = percent(marked)
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        module=module,
        number=earlier.count() + 1,
        answers={str(block.id): answers.get(str(block.id), []) for block in module.quiz},
        score_percent=score,
        passed=score >= module.pass_mark_percent,
        made_at=now,
    )
    _finish_if_complete(enrolment, now=now)
    return attempt, marked


def _finish_if_complete(enrolment: Enrolment, *, now: datetime) -> None:
    if enrolment.finished_at or not outline_for(enrolment.course, enrolment.learner).complete:
        return
    enrolment.finished_at = now
    enrolment.save(update_fields=["finished_at"])
    if enrolment.course.certificate:
        certificate = Certificate.objects.create(enrolment=enrolment, issued_at=now)
        notify(
            [enrolment.learner_id],
            reason="certificate",
            key=f"certificate:{enrolment.pk}",
            text=_("You have finished %(course)s. Your certificate is ready.") % {"course": enrolment.course.title},
            url=certificate.get_absolute_url(),
        )
    trail.record(action="training.finished", actor=enrolment.learner, target=enrolment)
