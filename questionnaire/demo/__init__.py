"""One closed round for each demo school, with answers that fit its story, and one open round with codes to try."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from belonging.accounts import demo as people
from belonging.schools.demo import schools_data
from belonging.schools.models import School
from questionnaire.models import Answer, Code, Instrument, Round
from questionnaire.services.codes import digest

DEMO_CODES = ["BCDFGHJK", "LMNPQRST", "CDFGHJKL", "DFGHJKLM"]
EASY_READ_CODES = ["FGHJKLMN", "GHJKLMNP"]
_YEARS = {"primary": ["year_4", "year_5", "year_6"], "all-through": ["year_7", "year_8", "year_9"]}
_MOST_ANSWERS = 240

# How far from the middle of the scale pupils answer, by school: what the story of each says.
_MOOD = {
    "900001": 0.6, "900002": 0.35, "900003": 0.45, "900004": 0.25, "900005": 0.1,
    "900006": 0.3, "900007": 0.4, "900008": -0.1, "900009": 0.2, "900010": -0.45,
}  # fmt: skip


def create() -> str:
    core = Instrument.objects.current().get(code="belonging-core")
    easy = Instrument.objects.current().get(code="belonging-easy-read")
    codes = {option["code"] for option in _year_options(core)}
    for row in schools_data():
        _closed_round(core, row, codes)
    _open_rounds(core, easy)
    return (
        f"{Round.objects.count()} rounds, {Answer.objects.count()} answers; codes to try: {', '.join(DEMO_CODES[:2])}"
    )


def _year_options(core: Instrument) -> list[dict[str, Any]]:
    for question in core.shared["group_questions"]:
        if question["code"] == "year_group":
            found: list[dict[str, Any]] = question["options"]
            return found
    return []


def _closed_round(core: Instrument, row: dict[str, Any], codes: set[str]) -> None:
    school = School.objects.get(urn=row["urn"])
    term = row["terms"][-1]
    if Round.objects.filter(school=school, instrument=core, label=term["label"]).exists():
        return
    lead = people.people_by_id()[row["leads"][0]]
    opens = datetime.fromisoformat(term["starts_on"]).date() + timedelta(days=35)
    closes = opens + timedelta(days=11)
    asked = min(row["roll"] // 2, int(_MOST_ANSWERS * 1.15))
    made = Round.objects.create(
        school=school,
        instrument=core,
        label=term["label"],
        opens_on=opens,
        closes_on=closes,
        closed_at=datetime.combine(closes, time(16), ZoneInfo("Europe/London")),
        opened_by=lead,
        pupils_asked=asked,
    )
    dice = random.Random(row["urn"])  # noqa: S311  (the same demo every time)
    years = [year for year in _YEARS.get(row["phase"], ["year_7", "year_8", "year_9"]) if year in codes] or [""]
    answers = []
    for number in range(round(asked * 0.87)):
        person = dice.gauss(_MOOD[row["urn"]], 0.9)
        values = {item["code"]: _value(dice, person) for item in core.items}
        answers.append(
            Answer(
                round=made,
                instrument_version=core.version,
                answered_on=opens + timedelta(days=number % 10),
                year_group=years[number % len(years)] if number % 23 else years[0],
                values=values,
            )
        )
    Answer.objects.bulk_create(answers)


def _value(dice: random.Random, person: float) -> Any:
    if dice.random() < 0.03:
        return "not_sure"
    return max(1, min(5, round(3.2 + person + dice.gauss(0, 0.8))))


def _open_rounds(core: Instrument, easy: Instrument) -> None:
    school = School.objects.get(urn="900010")
    lead = people.member("lead@demo.example")
    today = timezone.localdate()
    for instrument, codes in ((core, DEMO_CODES), (easy, EASY_READ_CODES)):
        made, _created = Round.objects.get_or_create(
            school=school,
            instrument=instrument,
            label="Autumn 2026",
            defaults={
                "opens_on": today,
                "closes_on": today + timedelta(days=60),
                "opened_by": lead,
                "pupils_asked": 640,
            },
        )
        for code in codes:
            Code.objects.get_or_create(digest=digest(code), defaults={"round": made, "year_group": ""})
