"""Questions that wait: in which order, and how long in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import F
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.models import TOPICS_PAGE, Topic, TopicQuerySet


def waiting_words(moment: datetime, *, now: datetime | None = None) -> str:
    """ "Waiting since today", "Waiting 2 days", "Waiting 3 weeks", "Waiting 4 months", counted in the reader's days."""
    days = (timezone.localtime(now or timezone.now()).date() - timezone.localtime(moment).date()).days
    if days <= 0:
        return _("Waiting since today")
    if days < 14:
        return ngettext("Waiting %(number)s day", "Waiting %(number)s days", days) % {"number": days}
    if days < 60:
        return _("Waiting %(number)s weeks") % {"number": days // 7}
    if days < 730:
        return _("Waiting %(number)s months") % {"number": days // 30}
    return _("Waiting %(number)s years") % {"number": days // 365}


@dataclass(frozen=True)
class Place:
    """A place in the queue: what stands in an address is ``0_2026-11-24T10:00:00+00:00_17``."""

    replied: bool
    created_at: datetime
    pk: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        part, _first, rest = text.partition("_")
        moment, _second, pk = rest.partition("_")
        try:
            parsed = parse_datetime(moment.replace(" ", "+"))
        except ValueError:
            return None
        if part not in {"0", "1"} or parsed is None or parsed.tzinfo is None or not pk.isdecimal() or len(pk) > 18:
            return None
        return cls(part == "1", parsed, int(pk))

    def is_passed(self) -> TupleGreaterThan:
        """The condition for rows behind the place, as one comparison: with OR the index would be read from its start."""
        return TupleGreaterThan((F("created_at"), F("pk")), (self.created_at, self.pk))

    def __str__(self) -> str:
        return f"{int(self.replied)}_{self.created_at.isoformat()}_{self.pk}"


def queue_page(questions: TopicQuerySet, place: Place | None) -> tuple[list[Topic], Place | None]:
    """A page of the queue behind ``place`` and where the next one begins: no reply at all first, longest waiting first.

    Each half is read along its index, whatever the page.
    """
    found: list[Topic] = []
    for replied in (False, True):
        if place and place.replied and not replied:
            continue
        half = questions.filter(reply_count__gt=0) if replied else questions.filter(reply_count=0)
        if place and place.replied == replied:
            half = half.filter(place.is_passed())
        found += half.listed().order_by("created_at", "pk")[: TOPICS_PAGE + 1 - len(found)]
        if len(found) > TOPICS_PAGE:
            last = found[TOPICS_PAGE - 1]
            return found[:TOPICS_PAGE], Place(last.reply_count > 0, last.created_at, last.pk)
    return found, None
