"""What a case is about, through the room that the thing lives in."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from belonging.core.hooks import Reportable, gather
from belonging.moderation.errors import NotReportable
from belonging.moderation.models import COMPLAINT, Case, Complaint, Evidence

MOST_LETTERS = 60_000


def reportable(kind: str) -> Reportable:
    """Raises ``NotReportable``."""
    for found in gather("reportable"):
        if isinstance(found, Reportable) and found.kind == kind:
            return found
    raise NotReportable(_("This cannot be reported."))


def find(case: Case) -> tuple[Reportable | None, Any]:
    """The room and the thing; ``None`` for what is no longer there."""
    try:
        room = reportable(case.kind)
    except NotReportable:
        return None, None
    return room, room.everything().filter(pk=case.object_id).first()


def keep_words(case: Case, room: Reportable, thing: Any, *, now: datetime) -> None:
    """Keep the words as they are now, so that a later edit or deletion loses nothing. The same words are kept once."""
    words = (room.evidence or room.describe)(thing)[:MOST_LETTERS]
    digest = hashlib.sha256(words.encode()).hexdigest()
    Evidence.objects.get_or_create(case=case, digest=digest, defaults={"words": words, "taken_at": now})


@dataclass(frozen=True)
class Shown:
    """A case in a list: ``words`` and ``url`` are "" for what is gone or not to be shown yet."""

    case: Case
    label: str
    words: str = ""
    url: str = ""


def shown(cases: Iterable[Case]) -> list[Shown]:
    """Cases with their things, in one query for each kind."""
    cases = list(cases)
    ids: dict[str, list[int]] = defaultdict(list)
    for case in cases:
        ids[case.kind].append(case.object_id)
    rooms: dict[str, Reportable] = {room.kind: room for room in gather("reportable")}
    found = {
        (kind, row.pk): row
        for kind in ids
        if kind in rooms
        for row in rooms[kind].everything().filter(pk__in=ids[kind])
    }
    complaints = Complaint.objects.in_bulk(ids[COMPLAINT]) if ids.get(COMPLAINT) else {}
    return [_one(case, rooms.get(case.kind), found.get((case.kind, case.object_id)), complaints) for case in cases]


def _one(case: Case, room: Reportable | None, thing: Any, complaints: dict[int, Complaint]) -> Shown:
    if case.is_complaint:
        complaint = complaints.get(case.object_id)
        return Shown(case, _("Complaint"), complaint.words if complaint and case.shows_words else "")
    if room is None or thing is None:
        return Shown(case, room.label if room else case.kind)
    return Shown(case, room.label, room.describe(thing) if case.shows_words else "", room.url(thing))
