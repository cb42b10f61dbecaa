from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from belonging.moderation import handling, services, transparency
from tests.moderation.things import lead, moderator, post_by, reported

pytestmark = pytest.mark.django_db


def row(figures: transparency.Figures, heading: str, label: str) -> list[str]:
    section = next(part for part in figures.sections if part.heading == heading)
    return list(dict(section.rows)[label])


def test_numbers_below_five_are_not_told() -> None:
    post = post_by()
    for _number in range(4):
        reported(post)
    assert (
        row(transparency.figures(timezone.now()), "Reports, by reason", "Unkind, or against the house rules")[0]
        == "fewer than 5"
    )

    reported(post)

    assert (
        row(transparency.figures(timezone.now()), "Reports, by reason", "Unkind, or against the house rules")[0] == "5"
    )


def test_times_to_a_decision_are_the_middle_and_the_ninth_tenth() -> None:
    begun, by = timezone.now() - timedelta(hours=60), moderator()
    for hours in range(1, 12):
        case = reported(now=begun)
        services.decide(case.pk, by=by, hide=False, now=begun + timedelta(hours=hours))

    figures = transparency.figures(timezone.now())

    heading = "Hours from the report to the decision"
    assert row(figures, heading, "Half were decided within")[0] == "6.0"
    assert row(figures, heading, "Nine in ten were decided within")[0] == "10.0"
    assert row(figures, "Decisions", "Kept")[0] == "11"


def test_worries_about_harm_say_how_many_were_opened_in_time() -> None:
    begun, boss = timezone.now() - timedelta(hours=10), lead()
    for hours in (1, 1, 1, 1, 1, 5):
        case = reported(reason="safeguarding", now=begun)
        handling.claim(case.pk, by=boss, now=begun + timedelta(hours=hours))

    figures = transparency.figures(timezone.now())

    heading = "Worries that somebody is at risk"
    assert (row(figures, heading, "All")[0], row(figures, heading, "Opened within the time")[0]) == ("6", "5")


def test_quarters_are_those_of_the_calendar_newest_first() -> None:
    found = transparency.periods(datetime(2026, 2, 10, 12, tzinfo=UTC))

    assert [period.since.date().isoformat() for period in found[1:]] == [
        "2026-01-01", "2025-10-01", "2025-07-01", "2025-04-01",
    ]  # fmt: skip
    assert [later.since for later in found[1:-1]] == [earlier.until for earlier in found[2:]]


def test_the_file_holds_the_same_numbers_and_no_words(client: Any) -> None:
    reported(post_by(words="Private words"))

    response = client.get("/transparency.csv")

    rows = list(csv.reader(response.content.decode().splitlines()))
    assert rows[0][2] == "Last 12 months"
    assert len({len(line) for line in rows}) == 1
    page = client.get("/transparency/").content.decode()
    assert all(line[1] in page.replace("&#x27;", "'") for line in rows[1:])
    assert "Private words" not in page + response.content.decode()


def test_the_page_costs_the_same_with_many_reports(client: Any, django_assert_max_num_queries: Any) -> None:
    for _number in range(6):
        reported()

    with django_assert_max_num_queries(14):
        client.get("/transparency/")


def test_no_label_becomes_a_formula_in_a_spreadsheet(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transparency.Figures, "as_rows", lambda figures: [["What"], ["=1+1"], ["@SUM(A1)"]])

    assert client.get("/transparency.csv").content.decode().splitlines() == ["What", "'=1+1", "'@SUM(A1)"]
