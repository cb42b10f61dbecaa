from __future__ import annotations

from datetime import date, datetime

import pytest

from community.working_days import LONDON, after_working_days, bank_holidays, is_working_day


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-24T10:00", "2026-11-26T10:00"),  # a Tuesday
        ("2026-11-26T10:00", "2026-11-30T10:00"),  # over a weekend
        ("2026-11-27T16:30", "2026-12-01T16:30"),
        ("2026-11-28T09:00", "2026-12-02T00:00"),  # asked on a Saturday
        ("2026-04-02T12:00", "2026-04-08T12:00"),  # over Good Friday and Easter Monday
        ("2026-12-24T15:00", "2026-12-30T15:00"),  # 26 December is a Saturday: Monday is its substitute
        ("2027-12-31T12:00", "2028-01-05T12:00"),  # New Year's Day is a Saturday
        ("2026-03-27T23:30", "2026-03-31T23:30"),  # the clocks go forward in between
    ],
)
def test_two_working_days_leave_out_weekends_and_bank_holidays(asked: str, due: str) -> None:
    assert after_working_days(london(asked)) == london(due)


def test_the_answer_is_in_utc() -> None:
    assert after_working_days(london("2026-06-01T10:00")).isoformat() == "2026-06-03T09:00:00+00:00"


def test_bank_holidays_are_those_of_england_and_wales() -> None:
    assert date(2026, 8, 31) in bank_holidays(2026)
    assert date(2026, 8, 3) not in bank_holidays(2026), "Scotland's summer holiday"
    assert date(2026, 3, 17) not in bank_holidays(2026), "St Patrick's Day is Northern Ireland's"
    assert not is_working_day(date(2027, 12, 27))
    assert not is_working_day(date(2027, 12, 28))
