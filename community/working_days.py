"""Working days as schools and councils in England and Wales have them: no weekend, no bank holiday, London time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays.countries import UnitedKingdom

LONDON = ZoneInfo("Europe/London")


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """By rule, with Easter, substitute days and the single holidays that were proclaimed."""
    return frozenset(UnitedKingdom(subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.isoweekday() < 6 and day not in bank_holidays(day.year)


def after_working_days(moment: datetime, days: int = 2) -> datetime:
    """The moment ``days`` times 24 hours of working days later, in UTC.

    The clock stands still from midnight to midnight, London time, on days that are none: asked on Friday at ten, two
    days are over on Tuesday at ten; asked on Saturday, they are over as Wednesday begins.
    """
    local = moment.astimezone(LONDON)
    day, hour = local.date(), local.time()
    if not is_working_day(day):
        day, hour = _next(day), time()
    for _step in range(days):
        day = _next(day)
    return datetime.combine(day, hour, LONDON).astimezone(UTC)


def _next(day: date) -> date:
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
