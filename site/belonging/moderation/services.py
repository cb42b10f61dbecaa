from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import MODERATORS, SAFEGUARDING_LEADS, User
from belonging.core.errors import BelongingError
from belonging.core.hooks import Reportable, gather
from belonging.moderation.models import Case, Reason, Report, State
from belonging.notifications.services import notify
from belonging.trail import services as trail


class NotReportable(BelongingError):
    """No room answers for this kind of thing, or it is not there."""


class OwnCase(BelongingError):
    """Nobody decides about what they wrote themselves."""


class AlreadyDecided(BelongingError):
    """Another moderator was quicker."""


def reportable(kind: str) -> Reportable:
    """Raises ``NotReportable``."""
    for found in gather("reportable"):
        if isinstance(found, Reportable) and found.kind == kind:
            return found
    raise NotReportable(_("This cannot be reported."))


@transaction.atomic
def report(
    reporter: User, *, kind: str, object_id: int, reason: str, note: str = "", now: datetime | None = None
) -> Case:
    """Report something. Twice by the same person changes nothing.

    A worry about harm hides the thing at once, until a moderator has looked; it never does so a second time after a
    moderator kept it.
    """
    now = now or timezone.now()
    room = reportable(kind)
    thing = room.everything().filter(pk=object_id).first()
    if thing is None:
        raise NotReportable(_("This is no longer there."))
    case, _created = Case.objects.select_for_update().get_or_create(
        kind=kind, object_id=object_id, state=State.OPEN, defaults={"opened_at": now}
    )
    Report.objects.get_or_create(
        case=case, reporter=reporter, defaults={"reason": reason, "note": note, "created_at": now}
    )
    if reason == Reason.SAFEGUARDING and not case.urgent:
        case.urgent = True
        kept = Case.objects.filter(kind=kind, object_id=object_id, state=State.KEPT).exists()
        if not kept:
            case.hidden_at_once = True
            room.hide(thing, _("Somebody is worried about this post. It is hidden until a moderator has read it."))
        case.save(update_fields=["urgent", "hidden_at_once"])
    _tell_moderators(case, reporter)
    return case


def _tell_moderators(case: Case, reporter: User) -> None:
    names = [MODERATORS, SAFEGUARDING_LEADS]
    people = User.objects.active().filter(Q(groups__name__in=names)).exclude(pk=reporter.pk)
    text = _("Somebody may be at risk: a report waits for you") if case.urgent else _("A report waits for a moderator")
    key = f"case:{case.pk}:{'urgent' if case.urgent else 'new'}"
    notify(people.values_list("pk", flat=True).distinct(), reason="report", text=text, url="/moderation/", key=key)


def decide_reported(*, kind: str, object_id: int, by: User, hide: bool, public_text: str = "", note: str = "") -> Case:
    case = Case.objects.open().get(kind=kind, object_id=object_id)
    return decide(case.pk, by=by, hide=hide, public_text=public_text, note=note)


@transaction.atomic
def decide(
    case_id: int, *, by: Any, hide: bool, public_text: str = "", note: str = "", now: datetime | None = None
) -> Case:
    """Hide or keep. Raises ``AlreadyDecided`` and ``OwnCase``."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.state != State.OPEN:
        raise AlreadyDecided(_("Somebody else has decided this already."))
    room = reportable(case.kind)
    thing = room.everything().filter(pk=case.object_id).first()
    if thing is not None:
        if room.author_id(thing) == by.pk:
            raise OwnCase(_("You wrote this yourself. Another moderator decides."))
        if hide:
            room.hide(thing, public_text or _("A moderator has hidden this post."))
        else:
            room.restore(thing)
    case.state = State.HIDDEN if hide else State.KEPT
    case.decided_at, case.decided_by = now or timezone.now(), by
    case.public_text, case.note = public_text[:300], note
    case.save()
    trail.record(
        action=f"moderation.{case.state}", actor=by, target=case, detail={"kind": case.kind, "id": case.object_id}
    )
    for row in case.reports.all():
        notify(
            [row.reporter_id],
            reason="report",
            text=_("We looked at what you reported and hid it. Thank you.")
            if hide
            else _("We looked at what you reported and kept it. Thank you for telling us."),
            url="/me/notifications/",
            key=f"case:{case.pk}:decided",
        )
    author = room.author_id(thing) if thing is not None else None
    if hide and author:
        text = _("A moderator has hidden a post of yours. The place where it stood says why.")
        notify([author], reason="moderation", text=text, url=room.url(thing), key=f"case:{case.pk}:author")
    return case
