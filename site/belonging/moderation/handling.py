"""Working through the queue: claiming, giving back, handing up, and what happens when nobody looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.moderation import telling
from belonging.moderation.errors import AlreadyDecided, NotPossible
from belonging.moderation.models import Case, Escalated, State, leads_safeguarding
from belonging.moderation.services import check_may_work, hand_to_leads
from belonging.moderation.things import find
from belonging.notifications.services import notify
from belonging.trail import services as trail

AGAIN = timedelta(hours=24)
"""How long after the first call about an unopened report the next ones come."""


def _locked_open(case_id: int) -> Case:
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.state != State.OPEN:
        raise AlreadyDecided(_("Somebody else has decided this already."))
    return case


@transaction.atomic
def claim(case_id: int, *, by: Any, now: datetime | None = None) -> Case:
    """Take a case for two hours; taking one's own again starts the time anew.

    Claiming a worry about harm is how it is opened: its words are shown from then on, and nobody is called again.
    Raises ``AlreadyDecided``, ``OwnCase``, ``NotYours`` and ``ClaimedByAnother``.
    """
    now = now or timezone.now()
    case = _locked_open(case_id)
    check_may_work(case, by, now)
    if case.is_safeguarding and case.seen_at is None:
        case.seen_at = now
        trail.record(action="moderation.opened", actor=by, target=case)
    case.claimed_by, case.claimed_at = by, now
    case.save(update_fields=["claimed_by", "claimed_at", "seen_at"])
    trail.record(action="moderation.claimed", actor=by, target=case)
    return case


@transaction.atomic
def give_back(case_id: int, *, by: Any, now: datetime | None = None) -> Case:
    """Let others have the case. Raises ``NotPossible`` when the person does not hold it."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.holder_id(now) != by.pk:
        raise NotPossible(_("You do not hold this."))
    case.claimed_by = case.claimed_at = None
    case.save(update_fields=["claimed_by", "claimed_at"])
    trail.record(action="moderation.given_back", actor=by, target=case)
    return case


@transaction.atomic
def escalate(case_id: int, *, by: Any, to: str, note: str, now: datetime | None = None) -> Case:
    """Hand a case up, with a note. To the safeguarding leads: it is theirs alone from then on and hidden at once.

    To the administrators: they are told, and who could decide it still can. Raises as ``claim`` does.
    """
    now = now or timezone.now()
    case = _locked_open(case_id)
    check_may_work(case, by, now)
    case.escalated_to, case.escalated_at, case.escalated_by = Escalated(to), now, by
    case.escalation_note = note[:2000]
    case.claimed_by = case.claimed_at = None
    case.save()
    if to == Escalated.LEADS:
        if not case.is_safeguarding:
            room, thing = find(case)
            hand_to_leads(case, room=room, thing=thing, now=now)
            if leads_safeguarding(by):
                case.seen_at = now
                case.save(update_fields=["seen_at"])
        telling.case_waits(case, but=[by.pk], now=now)
    else:
        people = [user.pk for user in telling.administrators() if user.pk not in (by.pk, case.author_id)]
        text = _("A moderator hands a report up to you")
        notify(people, reason="report", text=text, url=telling.case_url(case), key=f"case:{case.pk}:up")
    trail.record(action="moderation.escalated", actor=by, target=case, detail={"to": str(case.escalated_to)})
    return case


def escalate_unopened(now: datetime) -> int:
    """Call again about worries about harm that nobody opened: after four hours, then every day until somebody does.

    Administrators and leads are told on the site and by mail, once for each call. Returns how many cases are late.
    """
    wait = timedelta(hours=settings.MODERATION["safeguarding_hours"])
    late = list(Case.objects.unopened_since(now - wait).values_list("pk", flat=True))
    for case_id in late:
        _call_again(case_id, now=now, wait=wait)
    return len(late)


@transaction.atomic
def _call_again(case_id: int, *, now: datetime, wait: timedelta) -> None:
    case = Case.objects.select_for_update().unopened_since(now - wait).filter(pk=case_id).first()
    if case is None or case.safeguarding_at is None:
        return
    if case.escalated_to != Escalated.ADMINISTRATORS:
        case.escalated_to, case.escalated_at, case.escalated_by = Escalated.ADMINISTRATORS, now, None
        case.save(update_fields=["escalated_to", "escalated_at", "escalated_by"])
        detail = {"to": str(case.escalated_to), "unopened": True}
        trail.record(action="moderation.escalated", target=case, detail=detail)
    call = (now - case.safeguarding_at - wait) // AGAIN + 1
    key = f"case:{case.pk}:unopened:{call}"
    people = {user.pk: user for user in [*telling.people_for(case), *telling.administrators()]}
    people.pop(case.author_id or 0, None)
    text = _("Nobody has opened a safeguarding report yet. Please open it now.")
    notify(people, reason="report", text=text, url=telling.case_url(case), key=key)
    telling.mail_leads(case, people.values(), key=key, late=True, now=now)
