from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.core.errors import BelongingError
from belonging.trail import services as trail
from questionnaire.models import Code, Instrument, Round
from questionnaire.services.codes import digest, new_code

MOST_CODES = 2000


class LabelTaken(BelongingError):
    """The school has a round of that name."""


class RoundClosed(BelongingError):
    """Nothing can be added to a closed round."""


@transaction.atomic
def open_round(
    *,
    school_id: int,
    instrument: Instrument,
    label: str,
    opens_on: date,
    closes_on: date,
    by: Any,
    pupils_asked: int | None = None,
) -> Round:
    """Raises ``LabelTaken``."""
    try:
        with transaction.atomic():
            made = Round.objects.create(
                school_id=school_id,
                instrument=instrument,
                label=label,
                opens_on=opens_on,
                closes_on=closes_on,
                opened_by=by,
                pupils_asked=pupils_asked,
            )
    except IntegrityError:
        raise LabelTaken(_("There is a round of that name already. Choose another, such as the term.")) from None
    trail.record(action="questionnaire.opened", actor=by, target=made, detail={"school": school_id})
    return made


@transaction.atomic
def make_codes(round_id: int, *, number: int, year_group: str = "", by: Any) -> list[str]:
    """New codes, given out this once in clear. Raises ``RoundClosed``."""
    asked = Round.objects.select_for_update().get(pk=round_id)
    if asked.is_closed():
        raise RoundClosed(_("This round is closed."))
    codes = list({new_code() for _place in range(min(number, MOST_CODES))})
    Code.objects.bulk_create(Code(round=asked, digest=digest(code), year_group=year_group) for code in codes)
    trail.record(action="questionnaire.codes", actor=by, target=asked, detail={"number": len(codes)})
    return sorted(codes)


@transaction.atomic
def close_round(round_id: int, *, by: Any, now: datetime | None = None) -> Round:
    """No more answers; results are shown from now on. Twice changes nothing."""
    found = Round.objects.select_for_update().get(pk=round_id)
    if found.closed_at is None:
        found.closed_at = now or timezone.now()
        found.save(update_fields=["closed_at"])
        trail.record(action="questionnaire.closed", actor=by, target=found)
    return found
