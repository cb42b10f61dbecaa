"""What moderators did, in numbers. A number below five is never told: one report could be traced to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, FloatField, Q, QuerySet
from django.db.models.functions import Extract
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from belonging.moderation.models import (
    COMPLAINT,
    Appeal,
    AppealState,
    Case,
    Complaint,
    Decision,
    Reason,
    Report,
    Restriction,
    RestrictionKind,
    State,
)

FEWEST = 5
QUARTERS = 4


class Percentile(Aggregate):
    """PostgreSQL's percentile_cont; ``part`` from 0 to 1."""

    function = "PERCENTILE_CONT"
    name = "percentile"
    template = "%(function)s(%(part)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: Any, part: float, **extra: Any) -> None:
        super().__init__(expression, part=float(part), **extra)


@dataclass(frozen=True)
class Period:
    """From ``since`` up to, not including, ``until``."""

    label: str
    since: datetime
    until: datetime

    def on(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.since, f"{field}__lt": self.until})


@dataclass(frozen=True)
class Section:
    heading: str
    rows: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Figures:
    periods: Sequence[Period]
    sections: Sequence[Section]

    def as_context(self) -> dict[str, Any]:
        hours = settings.MODERATION["safeguarding_hours"]
        return {"periods": self.periods, "sections": self.sections, "fewest": FEWEST, "hours": hours}

    def as_rows(self) -> list[list[str]]:
        """For a spreadsheet, the head first."""
        head = [_("What"), _("Kind"), *(period.label for period in self.periods)]
        body = [[part.heading, label, *values] for part in self.sections for label, values in part.rows]
        return [head, *body]


def periods(now: datetime) -> list[Period]:
    """The last twelve months, then the quarter that runs and the three before it, newest first."""
    found = [Period(_("Last 12 months"), now - timedelta(days=365), now + timedelta(seconds=1))]
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    start = local.replace(month=(local.month - 1) // 3 * 3 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
    until = now + timedelta(seconds=1)
    for _number in range(QUARTERS):
        label = _("%(first)s to %(last)s") % {
            "first": date_format(start, "M"),
            "last": date_format(start.replace(month=start.month + 2), "M Y"),
        }
        found.append(Period(label, start, until))
        until = start
        start = (
            start.replace(month=start.month - 3)
            if start.month > 3
            else start.replace(year=start.year - 1, month=start.month + 9)
        )
    return found


def quiet(number: int | None) -> str:
    """The number in words that point at nobody."""
    return _("fewer than 5") if (number or 0) < FEWEST else str(number)


def figures(now: datetime) -> Figures:
    spans = periods(now)
    reasons = {reason: Q(reason=reason) for reason in Reason.values}
    by_reason = _counts(Report.objects.all(), "created_at", spans, reasons)
    things = Case.objects.exclude(kind=COMPLAINT)
    decided = Decision.objects.exclude(outcome=State.ANSWERED)
    outcomes = {
        _("Hidden"): Q(outcome=State.HIDDEN, undone_at__isnull=True),
        _("Kept"): Q(outcome=State.KEPT, undone_at__isnull=True),
        _("Taken back"): Q(undone_at__isnull=False),
    }
    in_time = Q(seen_at__lte=F("safeguarding_at") + timedelta(hours=settings.MODERATION["safeguarding_hours"]))
    restrictions = {
        _("Silenced"): Q(kind=RestrictionKind.SILENCE),
        _("Suspended"): Q(kind=RestrictionKind.SUSPEND),
        _("Lifted early"): Q(lifted_at__isnull=False),
    }
    appeals = {
        _("Made"): Q(),
        _("Granted"): Q(state=AppealState.GRANTED),
        _("The decision stood"): Q(state=AppealState.REFUSED),
        _("Waiting"): Q(state=AppealState.WAITING),
    }
    harm = {_("All"): Q(), _("Opened within the time"): in_time}
    complaints = {_("Made"): Q(), _("Answered"): Q(answered_at__isnull=False)}
    return Figures(
        spans,
        [
            Section(_("Reports, by reason"), [(str(Reason(key).label), row) for key, row in by_reason]),
            Section(_("Things reported"), _counts(things, "opened_at", spans, {_("All"): Q(), _("Still waiting"): Q(state=State.OPEN)})),
            Section(_("Decisions"), _counts(decided, "at", spans, outcomes)),
            Section(_("Hours from the report to the decision"), _hours(things.decided(), spans)),
            Section(_("Worries that somebody is at risk"), _counts(things.exclude(safeguarding_at=None), "safeguarding_at", spans, harm)),
            Section(_("Restrictions"), _counts(Restriction.objects.all(), "made_at", spans, restrictions)),
            Section(_("Appeals"), _counts(Appeal.objects.all(), "made_at", spans, appeals)),
            Section(_("Complaints"), _counts(Complaint.objects.all(), "created_at", spans, complaints)),
        ],
    )  # fmt: skip


def _counts(
    rows: QuerySet[Any], field: str, spans: Sequence[Period], kinds: dict[str, Q]
) -> list[tuple[str, list[str]]]:
    """A row for each kind with its number in each period, in one query."""
    asked = {
        f"k{kind}p{place}": Count("pk", filter=condition & span.on(field))
        for kind, condition in enumerate(kinds.values())
        for place, span in enumerate(spans)
    }
    found = rows.aggregate(**asked)
    return [
        (label, [quiet(found[f"k{kind}p{place}"]) for place in range(len(spans))]) for kind, label in enumerate(kinds)
    ]


def _hours(rows: QuerySet[Case], spans: Sequence[Period]) -> list[tuple[str, list[str]]]:
    took = ExpressionWrapper(F("decided_at") - F("opened_at"), output_field=DurationField())
    rows = rows.annotate(hours=Extract(took, "epoch") / 3600.0)
    asked: dict[str, Any] = {}
    for place, span in enumerate(spans):
        within = span.on("decided_at")
        asked[f"n{place}"] = Count("pk", filter=within)
        asked[f"half{place}"] = Percentile("hours", 0.5, filter=within)
        asked[f"most{place}"] = Percentile("hours", 0.9, filter=within)
    found = rows.aggregate(**asked)

    def told(name: str) -> list[str]:
        places = range(len(spans))
        return [_few() if found[f"n{at}"] < FEWEST else f"{found[f'{name}{at}']:.1f}" for at in places]

    return [(_("Half were decided within"), told("half")), (_("Nine in ten were decided within"), told("most"))]


def _few() -> str:
    return _("fewer than 5 decided")
