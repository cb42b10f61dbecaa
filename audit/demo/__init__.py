"""One judged round for each demo school, made to fit its story; its terms of data; its plan; and one open round."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from audit.models import Action, ActionState, Agreement, Judgement, Round, SchoolFigure
from belonging.accounts import demo as people
from belonging.framework.models import Framework, Indicator
from belonging.schools.demo import schools_data
from belonging.schools.models import Membership, School

LONDON = ZoneInfo("Europe/London")
_STATES = {
    "done": ActionState.DONE,
    "in progress": ActionState.DOING,
    "late": ActionState.DOING,
    "not started": ActionState.NEXT,
}

# measure: (numerator, denominator, value) by the names of the schools file
_FIGURES: dict[str, tuple[str, str, str]] = {
    "overall_absence_rate": ("absence_sessions", "possible_sessions", "overall_absence_percent"),
    "persistent_absence_rate": ("persistent_absentees", "roll", "persistent_absence_percent"),
    "severe_absence_rate": ("severe_absentees", "roll", ""),
    "suspension_rate": ("suspensions", "roll", "suspensions_per_100_pupils"),
    "pupils_suspended_rate": ("pupils_suspended", "roll", ""),
    "permanent_exclusion_rate": ("permanent_exclusions", "roll", ""),
}


def create() -> str:
    framework = Framework.objects.current()
    assert framework is not None  # noqa: S101  (the standard content came first)
    indicators = list(Indicator.objects.filter(framework=framework).select_related("strand").in_order())
    by_id = people.people_by_id()
    for row in schools_data():
        school = School.objects.get(urn=row["urn"])
        _figures(school, row)
        _actions(school, row, by_id)
        _judged_round(school, row, framework, indicators, by_id)
    _open_round(framework, indicators, by_id)
    return f"{Round.objects.count()} rounds, {Judgement.objects.count()} judgements, {Action.objects.count()} actions"


def _figures(school: School, row: dict[str, Any]) -> None:
    for term in row["terms"]:
        for code, (numerator, denominator, value) in _FIGURES.items():
            given = term.get(value) if value else 100 * term[numerator] / term[denominator]
            SchoolFigure.objects.get_or_create(
                school=school,
                measure_code=code,
                term=term["term"],
                defaults={
                    "term_label": term["label"],
                    "starts_on": date.fromisoformat(term["starts_on"]),
                    "ends_on": date.fromisoformat(term["ends_on"]),
                    "numerator": term[numerator],
                    "denominator": term[denominator],
                    "value": given,
                    "note": term.get("note") or "",
                },
            )


def _actions(school: School, row: dict[str, Any], by_id: dict[str, Any]) -> None:
    today = timezone.localdate()
    for entry in row["actions"]:
        due = today + timedelta(days=entry["due_offset_days"])
        state = _STATES.get(entry["status"], ActionState.NEXT)
        Action.objects.get_or_create(
            school=school,
            title=entry["title"],
            defaults={
                "strand": entry["strand"],
                "owner": by_id[entry["owner"]],
                "due_on": due,
                "state": state,
                "done_on": min(due, today) if state == ActionState.DONE else None,
            },
        )


def _level(dice: random.Random, code: str, row: dict[str, Any]) -> str:
    strand = code.partition(".")[0]
    if strand in row["strong_strands"]:
        return dice.choice(["3", "3", "4", "3"])
    if strand in row["priority_strands"]:
        return dice.choice(["1", "1", "2", "2"])
    return dice.choice(["2", "2", "3", "2", "3"])


def _team(school: School) -> list[Any]:
    rows = Membership.objects.active().filter(school=school, role__in=["lead", "member"]).select_related("user")
    return [membership.user for membership in rows.order_by("-role", "pk")]


def _judged_round(
    school: School, row: dict[str, Any], framework: Framework, indicators: list[Indicator], by_id: dict[str, Any]
) -> None:
    term = row["terms"][-1]
    if Round.objects.filter(school=school, label=term["label"]).exists():
        return
    lead = by_id[row["leads"][0]]
    opened = date.fromisoformat(term["starts_on"]) + timedelta(days=28)
    locked_at = datetime.combine(date.fromisoformat(term["ends_on"]) - timedelta(days=11), time(15, 30), LONDON)
    made = Round.objects.create(
        school=school,
        framework=framework,
        label=term["label"],
        opened_on=opened,
        opened_by=lead,
        locked_at=locked_at,
        locked_by=lead,
    )
    dice = random.Random(f"audit {row['urn']}")  # noqa: S311  (the same demo every time)
    team = _team(school)[:2] or [lead]
    unknown = set(dice.sample([i.code for i in indicators], 2))
    judgements, agreements = [], []
    for number, subject in enumerate(indicators):
        level = "q" if subject.code in unknown else _level(dice, subject.code, row)
        reason = "We have not asked everybody yet." if level == "q" else ""
        moment = locked_at - timedelta(days=20, minutes=-number)
        levels = [level] * len(team)
        if len(team) > 1 and level != "q" and dice.random() < 0.15:
            levels[1] = str(max(1, int(level) - 1))
            agreements.append(
                Agreement(round=made, indicator=subject, level=level, agreed_by=lead, agreed_at=locked_at)
            )
        judgements += [
            Judgement(round=made, indicator=subject, judge=judge, level=given, reason=reason, judged_at=moment)
            for judge, given in zip(team, levels, strict=True)
        ]
    Judgement.objects.bulk_create(judgements)
    Agreement.objects.bulk_create(agreements)


def _open_round(framework: Framework, indicators: list[Indicator], by_id: dict[str, Any]) -> None:
    """At Northlight, so that the demo's school lead has something to judge and something to talk about."""
    school = School.objects.get(urn="900010")
    if Round.objects.of_school(school.pk).open().exists():
        return
    lead, colleague = people.member("lead@demo.example"), by_id["m20"]
    today = timezone.localdate()
    made = Round.objects.create(
        school=school, framework=framework, label="Autumn 2026", opened_on=today - timedelta(days=9), opened_by=lead
    )
    row = next(entry for entry in schools_data() if entry["urn"] == "900010")
    dice = random.Random("audit open")  # noqa: S311
    now = timezone.now()
    for number, subject in enumerate(indicators[:30]):
        level = _level(dice, subject.code, row)
        when = now - timedelta(days=3, minutes=-number)
        Judgement.objects.create(round=made, indicator=subject, judge=lead, level=level, judged_at=when)
        if number % 2 == 0:
            Judgement.objects.create(round=made, indicator=subject, judge=colleague, level=level, judged_at=when)
    subject = next(entry for entry in indicators if entry.code == "P11.3")
    Judgement.objects.create(
        round=made,
        indicator=subject,
        judge=lead,
        level="2",
        judged_at=now,
        reason="Meetings happen for suspensions, not for illness.",
    )
    Judgement.objects.create(
        round=made,
        indicator=subject,
        judge=colleague,
        level="1",
        judged_at=now,
        reason="It’s brilliant on the days it happens. Two mornings out of five it does not.",
    )
