"""Who hears of what, on the site and by mail. A mail never holds a word of a report, only where to read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from belonging.accounts.models import MODERATORS, SAFEGUARDING_LEADS, User
from belonging.core.hooks import Mail, MailRow, NotWanted
from belonging.moderation.models import Case, Complaint, State, leads_safeguarding
from belonging.notifications.services import notify
from belonging.outbox import services as outbox

WAITING, ANSWER = "safeguarding_waiting", "complaint_answer"


def case_url(case: Case) -> str:
    return reverse("moderation:case", args=[case.pk])


def _in_groups(*names: str) -> list[User]:
    return list(User.objects.active().filter(groups__name__in=names).distinct())


def administrators() -> list[User]:
    return list(User.objects.active().filter(is_superuser=True))


def people_for(case: Case, *, but: Iterable[int | None] = ()) -> list[User]:
    """Who works on the case: of a worry about harm the leads alone; administrators where there is nobody else."""
    names = (SAFEGUARDING_LEADS,) if case.is_safeguarding else (MODERATORS, SAFEGUARDING_LEADS)
    left_out = {case.author_id, *but}
    found = [user for user in _in_groups(*names) if user.pk not in left_out]
    return found or [user for user in administrators() if user.pk not in left_out]


def case_waits(case: Case, *, but: Iterable[int | None] = (), now: datetime | None = None) -> None:
    """Say that a case waits, once; of a worry about harm by mail as well."""
    people = people_for(case, but=but)
    if case.is_safeguarding:
        text, key = _("Somebody may be at risk: a report waits for you"), f"case:{case.pk}:urgent"
        mail_leads(case, people, key=key, late=False, now=now)
    else:
        text, key = _("A report waits for a moderator"), f"case:{case.pk}:new"
    notify([user.pk for user in people], reason="report", text=text, url=case_url(case), key=key)


def mail_leads(case: Case, people: Iterable[User], *, key: str, late: bool, now: datetime | None = None) -> None:
    rows = [(f"{key}:{user.pk}", user, "", {"case": case.pk, "late": late}) for user in people]
    outbox.plan_many(kind=WAITING, rows=rows, send_at=now or timezone.now())


def waiting_still_wanted(row: MailRow) -> str:
    case = Case.objects.filter(pk=row.context["case"]).first()
    if case is None or case.state != State.OPEN or case.seen_at:
        return "the case has been opened"
    if row.user is None or not leads_safeguarding(row.user) or case.author_id == row.user_id:
        return "the person no longer looks after such cases"
    return ""


def render_waiting(row: MailRow) -> Mail:
    with translation.override(settings.LANGUAGE_CODE):
        late = row.context["late"]
        context = {
            "site_name": settings.SITE_NAME,
            "late": late,
            "hours": settings.MODERATION["safeguarding_hours"],
            "url": settings.BASE_URL + reverse("moderation:case", args=[row.context["case"]]),
        }
        subject = _("Nobody has opened a safeguarding report yet") if late else _("A safeguarding report waits for you")
        return Mail(subject=subject, text=render_to_string("emails/safeguarding_waiting.txt", context))


def answer_still_wanted(row: MailRow) -> str:
    return (
        ""
        if Complaint.objects.filter(pk=row.context["complaint"]).exclude(answer="").exists()
        else "no answer any more"
    )


def render_answer(row: MailRow) -> Mail:
    """Raises ``NotWanted`` once the answer has been cleared away."""
    complaint = Complaint.objects.filter(pk=row.context["complaint"]).first()
    if complaint is None or not complaint.answer:
        raise NotWanted("the answer is no longer kept")
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "site_name": settings.SITE_NAME,
            "complaint": complaint,
            "url": settings.BASE_URL + reverse("moderation:complaint"),
        }
        return Mail(
            subject=_("Our answer to your complaint %(number)s") % {"number": complaint.pk},
            text=render_to_string("emails/complaint_answer.txt", context),
        )
