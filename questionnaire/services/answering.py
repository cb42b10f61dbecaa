"""What a respondent does: show a code, answer, hand in. No account, no cookie, no name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from questionnaire.models import Answer, Code, Instrument, Round
from questionnaire.services.codes import digest, normalise


def find(typed: str) -> Code | None:
    """The unused code of an open round behind what was typed, or ``None`` without saying why."""
    code = normalise(typed)
    if not code:
        return None
    found = (
        Code.objects.select_related("round__instrument", "round__school")
        .filter(digest=digest(code), used=False)
        .first()
    )
    return found if found and found.round.is_open() else None


def cleaned(instrument: Instrument, given: Mapping[str, Any]) -> dict[str, Any]:
    """Only known items, with values of the scale or codes of a way to pass; everything else is left out."""
    allowed = {label["value"] for label in instrument.scale_labels}
    passes = {option["code"] for option in instrument.missing_options}
    items = {item["code"] for item in instrument.items}
    found: dict[str, Any] = {}
    for code, value in given.items():
        if code not in items:
            continue
        if (isinstance(value, int) and not isinstance(value, bool) and value in allowed) or value in passes:
            found[code] = value
    return found


@transaction.atomic
def hand_in(code_id: int, given: Mapping[str, Any]) -> bool:
    """Keep the answers and use up the code, both or neither; whether it was this time.

    The second of two tries finds the code used and keeps nothing.
    """
    code = Code.objects.select_related("round__instrument").get(pk=code_id)
    asked: Round = code.round
    if not asked.is_open() or not Code.objects.filter(pk=code_id, used=False).update(used=True):
        return False
    Answer.objects.create(
        round=asked,
        instrument_version=asked.instrument.version,
        answered_on=timezone.localdate(),
        year_group=code.year_group,
        values=cleaned(asked.instrument, given),
    )
    return True
