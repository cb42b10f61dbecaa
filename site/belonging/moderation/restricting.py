"""Silencing and suspending people, for a while or without an end, and lifting it early."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import MODERATORS, SAFEGUARDING_LEADS, User
from belonging.moderation.errors import CannotRestrict, NotPossible
from belonging.moderation.models import (
    NO_END,
    Appeal,
    AppealState,
    Decision,
    Restriction,
    RestrictionKind,
    may_moderate,
)
from belonging.notifications.services import notify
from belonging.trail import services as trail


def why_not(by: Any, person: User) -> str:
    """Why ``by`` may not restrict ``person`` (nor lift it), in words; "" when they may."""
    if not may_moderate(by):
        return _("Only moderators do this.")
    if by.pk == person.pk:
        return _("Nobody restricts themselves.")
    if person.is_superuser:
        return _("An administrator cannot be restricted.")
    if person.erased_at:
        return _("This person has left.")
    if not by.is_superuser and person.has_group(MODERATORS, SAFEGUARDING_LEADS):
        return _("Only an administrator restricts a moderator.")
    return ""


@transaction.atomic
def restrict(
    person_id: int,
    *,
    by: Any,
    kind: str,
    reason: str,
    until: datetime | None,
    note: str = "",
    decision: Decision | None = None,
    now: datetime | None = None,
) -> Restriction:
    """Silence or suspend a person; ``until`` ``None`` is without an end. Raises ``CannotRestrict``."""
    now = now or timezone.now()
    person = User.objects.select_for_update().get(pk=person_id)
    refused = why_not(by, person)
    if refused:
        raise CannotRestrict(refused)
    made = Restriction.objects.create(
        person=person, kind=RestrictionKind(kind), reason=reason[:1000], note=note[:2000], until=until, by=by,
        made_at=now, decision=decision,
    )  # fmt: skip
    refresh(person, now=now)
    detail = {"kind": made.kind, "person": person.pk, "until": until.isoformat() if until else None}
    trail.record(action=f"moderation.{made.kind}", actor=by, target=made, detail=detail)
    text = (
        _("You can read and not write for now. See why, until when, and how to appeal.")
        if kind == RestrictionKind.SILENCE
        else _("Your account is suspended. See why, until when, and how to appeal.")
    )
    notify([person.pk], reason="moderation", text=text, url=appeal_url(made), key=f"restriction:{made.pk}")
    return made


def appeal_url(made: Restriction) -> str:
    return reverse("moderation:appeal", args=["restriction", made.pk])


@transaction.atomic
def lift(restriction_id: int, *, by: Any, reason: str, now: datetime | None = None) -> Restriction:
    """End a restriction early. Raises ``CannotRestrict`` and ``NotPossible``."""
    found = Restriction.objects.get(pk=restriction_id)
    person = User.objects.select_for_update().get(pk=found.person_id)
    refused = why_not(by, person)
    if refused:
        raise CannotRestrict(refused)
    return take_away(found, by=by, reason=reason, now=now)


@transaction.atomic
def take_away(found: Restriction, *, by: Any, reason: str, now: datetime | None = None) -> Restriction:
    """The same without asking who: for a decision that was taken back and an appeal that was granted."""
    now = now or timezone.now()
    person = User.objects.select_for_update().get(pk=found.person_id)
    found = Restriction.objects.select_for_update().get(pk=found.pk)
    if found.lifted_at or (found.until and found.until <= now):
        raise NotPossible(_("This has ended already."))
    found.lifted_at, found.lifted_by, found.lift_reason = now, by, reason[:1000]
    found.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    waiting = Appeal.objects.waiting().filter(restriction=found)
    waiting.update(state=AppealState.GRANTED, decided_at=now, decided_by=by, answer=_("It was lifted meanwhile."))
    refresh(person, now=now)
    trail.record(action="moderation.lifted", actor=by, target=found, detail={"person": person.pk})
    text = _("A restriction on your account was lifted early.")
    notify([person.pk], reason="moderation", text=text, url=appeal_url(found), key=f"restriction:{found.pk}:lifted")
    return found


def refresh(person: User, *, now: datetime) -> None:
    """Write on the person's row until when they are silenced and suspended: the longest that stands counts."""
    ends: dict[str, datetime] = {}
    for row in Restriction.objects.of(person).standing(now):
        ends[row.kind] = max(ends.get(row.kind, now), row.until or NO_END)
    values = {
        "silenced_until": ends.get(RestrictionKind.SILENCE),
        "suspended_until": ends.get(RestrictionKind.SUSPEND),
    }
    User.objects.filter(pk=person.pk).update(**values)
