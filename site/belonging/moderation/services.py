"""Reporting, deciding and taking a decision back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.moderation import limits, restricting, telling
from belonging.moderation.errors import (
    AlreadyDecided,
    CannotRestrict,
    ClaimedByAnother,
    NotPossible,
    NotReportable,
    NotYours,
    OwnCase,
)
from belonging.moderation.models import (
    Appeal,
    AppealState,
    Case,
    Decision,
    Reason,
    Report,
    State,
    leads_safeguarding,
    may_moderate,
)
from belonging.moderation.things import find, keep_words, reportable
from belonging.notifications.services import notify
from belonging.trail import services as trail

__all__ = [
    "AlreadyDecided", "CannotRestrict", "ClaimedByAnother", "NotPossible", "NotReportable", "NotYours", "OwnCase",
    "decide", "decide_reported", "report", "reportable", "undo",
]  # fmt: skip


@transaction.atomic
def report(
    reporter: User, *, kind: str, object_id: int, reason: str, note: str = "", now: datetime | None = None
) -> Case:
    """Report something. Twice by the same person changes nothing. Raises ``NotReportable`` and ``TooMany``.

    The words are kept as they are now. A worry about harm goes to the safeguarding leads alone and hides the thing at
    once, until one of them has looked; it never does so a second time after somebody kept it.
    """
    now = now or timezone.now()
    limits.check_rate(reporter, "report", now=now)
    room = reportable(kind)
    thing = room.everything().filter(pk=object_id).first()
    if thing is None:
        raise NotReportable(_("This is no longer there."))
    case, _created = Case.objects.select_for_update().get_or_create(
        kind=kind,
        object_id=object_id,
        state=State.OPEN,
        defaults={"opened_at": now, "author_id": room.author_id(thing)},
    )
    keep_words(case, room, thing, now=now)
    _row, fresh = Report.objects.get_or_create(
        case=case, reporter=reporter, defaults={"reason": reason, "note": note, "created_at": now}
    )
    if not fresh:
        return case
    trail.record(action="moderation.reported", actor=reporter, target=case, detail={"reason": reason})
    if reason == Reason.IDENTIFIES and not case.urgent:
        case.urgent = True
        case.save(update_fields=["urgent"])
    if reason == Reason.SAFEGUARDING and not case.is_safeguarding:
        hand_to_leads(case, room=room, thing=thing, now=now)
    telling.case_waits(case, but=[reporter.pk], now=now)
    return case


def hand_to_leads(case: Case, *, room: Any, thing: Any, now: datetime) -> None:
    """From now on the case is for the safeguarding leads alone; the thing is hidden until one of them has looked."""
    case.urgent, case.safeguarding_at = True, now
    case.claimed_by = case.claimed_at = case.seen_at = None
    kept = Case.objects.filter(kind=case.kind, object_id=case.object_id, state=State.KEPT).exists()
    if thing is not None and not kept and not case.hidden_at_once:
        case.hidden_at_once = True
        room.hide(thing, hidden_meanwhile())
    case.save()


def hidden_meanwhile() -> str:
    return _("Somebody is worried about this. It is hidden until a safeguarding lead has read it.")


def decide_reported(*, kind: str, object_id: int, by: User, hide: bool, public_text: str = "", note: str = "") -> Case:
    case = Case.objects.open().get(kind=kind, object_id=object_id)
    return decide(case.pk, by=by, hide=hide, public_text=public_text, note=note)


def check_may_work(case: Case, by: Any, now: datetime) -> None:
    """Raises ``OwnCase``, ``NotYours`` and ``ClaimedByAnother``."""
    if case.author_id == by.pk:
        raise OwnCase(_("You wrote this yourself. Another moderator decides."))
    if not may_moderate(by) or (case.is_safeguarding and not leads_safeguarding(by)):
        raise NotYours(_("Safeguarding leads look after this."))
    if case.holder_id(now) not in (None, by.pk):
        raise ClaimedByAnother(_("Somebody else is working on this. It is free again when they give it back."))


@transaction.atomic
def decide(
    case_id: int,
    *,
    by: Any,
    hide: bool,
    public_text: str = "",
    warning: str = "",
    restriction: str = "",
    until: datetime | None = None,
    note: str = "",
    now: datetime | None = None,
) -> Case:
    """Hide or keep; with a hidden thing its author can be warned, and silenced or suspended ``until`` (``None``: no end).

    Raises ``AlreadyDecided``, ``OwnCase``, ``NotYours``, ``ClaimedByAnother``, ``NotPossible`` and ``CannotRestrict``.
    """
    now = now or timezone.now()
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.state != State.OPEN:
        raise AlreadyDecided(_("Somebody else has decided this already."))
    if case.is_complaint:
        raise NotPossible(_("A complaint is answered in words."))
    check_may_work(case, by, now)
    if not hide and (warning or restriction):
        raise NotPossible(_("What is kept goes with no warning and no restriction."))
    room, thing = find(case)
    if room and thing is not None:
        if hide:
            room.hide(thing, public_text or _("A moderator has hidden this."))
        elif case.hidden_at_once:
            room.restore(thing)
    made = settle(
        case, by=by, state=State.HIDDEN if hide else State.KEPT, now=now, public_text=public_text[:300],
        warning=warning[:1000], note=note[:2000],
    )  # fmt: skip
    if restriction:
        if case.author_id is None:
            raise CannotRestrict(_("Nobody is known to have written this."))
        reason = warning or public_text or _("You wrote something that a moderator has hidden.")
        restricting.restrict(
            case.author_id, by=by, kind=restriction, reason=reason, until=until, decision=made, now=now
        )
    detail = {"kind": case.kind, "id": case.object_id, "warned": bool(warning), "restriction": restriction}
    trail.record(action=f"moderation.{case.state}", actor=by, target=case, detail=detail)
    _tell_of_decision(case, made)
    return case


def settle(case: Case, *, by: Any, state: str, now: datetime, **words: str) -> Decision:
    """Write down a decision about an open case (its row is locked) and let go of the claim."""
    made = Decision.objects.create(case=case, by=by, at=now, outcome=state, **words)
    case.state, case.decided_at, case.decided_by = state, now, by
    case.claimed_by = case.claimed_at = None
    if case.is_safeguarding and case.seen_at is None:
        case.seen_at = now
    case.save()
    return made


def _tell_of_decision(case: Case, made: Decision) -> None:
    hidden = made.outcome == State.HIDDEN
    text = (
        _("We looked at what you reported and hid it. Thank you.")
        if hidden
        else _("We looked at what you reported and kept it. Thank you for telling us.")
    )
    reporters = case.reporters()
    notify(reporters, reason="report", text=text, url="/me/notifications/", key=f"case:{case.pk}:decided:{made.pk}")
    if hidden and case.author_id:
        text = (
            _("A moderator has hidden something you wrote and has a word for you. You can read why, and appeal.")
            if made.warning
            else _("A moderator has hidden something you wrote. You can read why, and appeal.")
        )
        url = reverse("moderation:appeal", args=["decision", made.pk])
        notify([case.author_id], reason="moderation", text=text, url=url, key=f"case:{case.pk}:author:{made.pk}")


@transaction.atomic
def undo(case_id: int, *, by: Any, reason: str, now: datetime | None = None) -> Case:
    """Take a decision back: everything is as it was before it, and the case waits again.

    A restriction made with it is lifted, an appeal that waits is granted. Raises ``NotPossible``, ``OwnCase`` and ``NotYours``.
    """
    now = now or timezone.now()
    case = Case.objects.select_for_update().get(pk=case_id)
    check_may_work(case, by, now)
    made = case.decisions.standing().select_for_update().first()
    if case.state == State.OPEN or made is None:
        raise NotPossible(_("Nothing is decided here that could be taken back."))
    if case.is_complaint:
        raise NotPossible(_("An answer that was sent cannot be taken back."))
    if Appeal.objects.filter(decision=made).exclude(state=AppealState.WAITING).exists():
        raise NotPossible(_("An appeal has been decided. Decide a new report instead."))
    if Case.objects.open().filter(kind=case.kind, object_id=case.object_id).exists():
        raise NotPossible(_("This has been reported again. Decide the newer case."))
    take_back(made, by=by, reason=reason, now=now)
    case.state, case.decided_at, case.decided_by = State.OPEN, None, None
    case.save()
    room, thing = find(case)
    if room and thing is not None:
        if case.hidden_at_once:
            room.hide(thing, hidden_meanwhile())
        elif made.outcome == State.HIDDEN:
            room.restore(thing)
    waiting = Appeal.objects.filter(decision=made, state=AppealState.WAITING).select_for_update().first()
    if waiting:
        waiting.state, waiting.decided_at, waiting.decided_by = AppealState.GRANTED, now, by
        waiting.answer = _("The decision was taken back before your appeal was decided.")
        waiting.save()
    trail.record(action="moderation.undone", actor=by, target=case, detail={"outcome": made.outcome})
    text = _("We took a decision back and look at it again: it was about something you reported.")
    url, key = "/me/notifications/", f"case:{case.pk}:undone:{made.pk}"
    notify(case.reporters(), reason="report", text=text, url=url, key=key)
    if made.outcome == State.HIDDEN and case.author_id:
        text = _("We took back the decision to hide something you wrote, and look at it again.")
        notify([case.author_id], reason="moderation", text=text, url=url, key=f"{key}:author")
    return case


def take_back(made: Decision, *, by: Any, reason: str, now: datetime) -> None:
    """Mark a decision taken back (its row is locked) and lift what it brought with it."""
    made.undone_at, made.undone_by, made.undo_reason = now, by, reason[:1000]
    made.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    for row in made.restrictions.standing(now):
        restricting.take_away(row, by=by, reason=reason, now=now)
