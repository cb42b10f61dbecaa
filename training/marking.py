"""Marks a quiz. Every question is worth one point; partial credit only where several answers are right."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Marked:
    """One question with what was given. ``points`` runs from 0 to 1; ``feedback`` is what we say, in order."""

    question_id: str
    points: float
    feedback: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        return self.points == 1


def mark(kind: str, question_id: str, value: Any, given: Any) -> Marked:
    """``given`` is a list of option numbers (as strings), an order of item numbers, or a typed number."""
    if kind in {"single", "multiple"}:
        return _choices(question_id, value, given, several=kind == "multiple")
    if kind == "ordering":
        return _ordering(question_id, value, given)
    return _number(question_id, value, given)


def percent(marked: list[Marked]) -> int:
    """The whole quiz, 0 to 100, halves rounded up; 0 for a quiz without questions."""
    if not marked:
        return 0
    share = Decimal(str(sum(item.points for item in marked))) * 100 / len(marked)
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _choices(question_id: str, value: Any, given: list[str], *, several: bool) -> Marked:
    options = list(value["options"])
    chosen = {int(number) for number in given if number.isdecimal() and int(number) < len(options)}
    if not chosen:
        return Marked(question_id, 0, [_("Not answered.")])
    right = {number for number, option in enumerate(options) if option["correct"]}
    points = max(0.0, (len(chosen & right) - len(chosen - right)) / len(right)) if several else float(chosen == right)
    feedback = [str(options[number]["feedback"]) for number in sorted(chosen) if options[number]["feedback"]]
    return Marked(question_id, round(points, 4), feedback)


def _ordering(question_id: str, value: Any, given: list[str]) -> Marked:
    right = [str(number) for number in range(len(value["items"]))]
    is_right = given == right
    return Marked(question_id, float(is_right), [value["feedback_right"] if is_right else value["feedback_wrong"]])


def _number(question_id: str, value: Any, given: list[str]) -> Marked:
    typed = (given[0] if given else "").strip().replace(",", ".").rstrip("%").strip()
    try:
        number = Decimal(typed)
    except InvalidOperation:
        return Marked(question_id, 0, [_("Write a number, such as 60.") if typed else _("Not answered.")])
    if not number.is_finite():
        return Marked(question_id, 0, [_("Write a number, such as 60.")])
    if abs(number - Decimal(str(value["answer"]))) <= Decimal(str(value["tolerance"])):
        return Marked(question_id, 1, [value["feedback_right"]])
    for mistake in value["common_errors"]:
        if number == Decimal(str(mistake["value"])):
            return Marked(question_id, 0, [mistake["feedback"]])
    return Marked(question_id, 0, [value["feedback_wrong"]])
