"""Appeals: once for each decision, decided by somebody else than who decided first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.moderation import telling
from belonging.moderation.errors import AlreadyDecided, CannotAppeal, NotPossible, NotYours, OwnCase, OwnDecision
from belonging.moderation.models import Appeal, AppealState, Case, Decision, Restriction, State, leads_safeguarding
from belonging.moderation.restricting import take_away
from belonging.moderation.services import settle, take_back
from belonging.moderation.things import find
from belonging.notifications.services import notify
from belonging.trail import services as trail


def about(kind: str, pk: int, person: Any) -> Decision | Restriction | None:
    """The decision or restriction that the person may read about and appeal: theirs alone."""
    if kind == "restriction":
        return Restriction.objects.of(person).filter(pk=pk).first()
    hidden = Decision.objects.filter(pk=pk, outcome=State.HIDDEN, case__author=person)
    return hidden.select_related("case").first()


def why_not(found: Decision | Restriction) -> str:
    """Why there is nothing to appeal, in words; "" when there is."""
    if Appeal.objects.filter(**_link(found)).exists():
        return _("You have appealed against this already.")
    if isinstance(found, Restriction):
        return "" if found.stands else _("This has ended.")
    return _("This decision was taken back.") if found.undone_at else ""


def _link(found: Decision | Restriction) -> dict[str, Any]:
    return {"restriction" if isinstance(found, Restriction) else "decision": found}


@transaction.atomic
def appeal(person: Any, *, kind: str, pk: int, words: str, now: datetime | None = None) -> Appeal:
    """Say why a decision was wrong. Raises ``CannotAppeal``."""
    model = Restriction if kind == "restriction" else Decision
    model._default_manager.select_for_update().filter(pk=pk).first()
    found = about(kind, pk, person)
    refused = _("There is nothing to appeal against.") if found is None else why_not(found)
    if found is None or refused:
        raise CannotAppeal(refused)
    made = Appeal.objects.create(person=person, words=words[:3000], made_at=now or timezone.now(), **_link(found))
    target = found.case if isinstance(found, Decision) else found
    trail.record(action="moderation.appealed", actor=person, target=target, detail={"appeal": made.pk})
    case = _case_of(made) or Case()
    people = [user.pk for user in telling.people_for(case, but=[person.pk, found.by_id])]
    people = people or [user.pk for user in telling.administrators() if user.pk != found.by_id]
    url = reverse("moderation:appeal_case", args=[made.pk])
    notify(people, reason="report", text=_("An appeal waits for a moderator"), url=url, key=f"appeal:{made.pk}")
    return made


def _case_of(made: Appeal) -> Case | None:
    decision = made.decision or (made.restriction.decision if made.restriction else None)
    return decision.case if decision else None


@transaction.atomic
def decide(appeal_id: int, *, by: Any, grant: bool, answer: str, now: datetime | None = None) -> Appeal:
    """Grant (what was hidden comes back, what was restricted is lifted) or let the decision stand; both sides hear of it.

    Raises ``AlreadyDecided``, ``OwnCase``, ``OwnDecision`` and ``NotYours``.
    """
    now = now or timezone.now()
    made = Appeal.objects.select_related("decision__case", "restriction__decision__case").get(pk=appeal_id)
    case = _case_of(made)
    if case is not None:  # the case first, as everywhere, so that nobody waits for each other
        case = Case.objects.select_for_update().get(pk=case.pk)
    if made.restriction_id:  # then the person, as lifting does
        User.objects.select_for_update().get(pk=made.person_id)
    made = Appeal.objects.select_for_update(of=("self",)).select_related("decision", "restriction").get(pk=appeal_id)
    if made.state != AppealState.WAITING:
        raise AlreadyDecided(_("Somebody else has decided this already."))
    if made.person_id == by.pk:
        raise OwnCase(_("This is your own appeal. Somebody else decides."))
    if made.first_decided_by_id == by.pk:
        raise OwnDecision(_("You decided first. Somebody else decides the appeal."))
    if not Appeal.objects.moderated_by(by).filter(pk=made.pk).exists() or (
        case is not None and case.is_safeguarding and not leads_safeguarding(by)
    ):
        raise NotYours(_("Safeguarding leads look after this."))
    made.state = AppealState.GRANTED if grant else AppealState.REFUSED
    made.answer, made.decided_at, made.decided_by = answer[:2000], now, by
    made.save()
    if grant:
        _set_right(made, case, by=by, now=now)
    target = case or made.restriction
    trail.record(action=f"moderation.appeal_{made.state}", actor=by, target=target, detail={"appeal": made.pk})
    _tell(made)
    return made


def _set_right(made: Appeal, case: Case | None, *, by: Any, now: datetime) -> None:
    reason = _("An appeal was granted.")
    if made.restriction:
        try:
            take_away(made.restriction, by=by, reason=reason, now=now)
        except NotPossible:  # it ran out or was lifted while the appeal waited
            return
    elif made.decision and case is not None:
        first = Decision.objects.select_for_update().get(pk=made.decision.pk)
        take_back(first, by=by, reason=reason, now=now)
        settle(case, by=by, state=State.KEPT, now=now, note=reason)
        room, thing = find(case)
        if room and thing is not None:
            room.restore(thing)


def _tell(made: Appeal) -> None:
    kind = "restriction" if made.restriction_id else "decision"
    pk = made.restriction_id or made.decision_id
    url = reverse("moderation:appeal", args=[kind, pk])
    granted = made.state == AppealState.GRANTED
    if granted and kind == "decision":
        text = _("Your appeal was granted: what you wrote is shown again.")
    elif granted:
        text = _("Your appeal was granted: the restriction is lifted.")
    else:
        text = _("We looked at your appeal. The decision stands; you can read why.")
    notify([made.person_id], reason="moderation", text=text, url=url, key=f"appeal:{made.pk}:decided")
    first = (
        _("An appeal against a decision of yours was granted")
        if granted
        else _("An appeal against a decision of yours was refused: it stands")
    )
    url = reverse("moderation:appeal_case", args=[made.pk])
    notify([made.first_decided_by_id], reason="report", text=first, url=url, key=f"appeal:{made.pk}:decided")
