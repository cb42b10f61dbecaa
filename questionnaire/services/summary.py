"""What a round says about a group of pupils, never about one. The only door to answers; other rooms use it too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from questionnaire.models import Answer, Round
from questionnaire.scoring import ItemResult, item_result, score


@dataclass(frozen=True)
class GroupResult:
    """``hidden`` groups carry no figure at all, so that all of them look alike."""

    label: str
    hidden: bool
    answered: int | None = None
    mean: float | None = None


@dataclass(frozen=True)
class RoundSummary:
    """``answered`` is ``None`` while the group is too small to say even that; figures from 0 to 100."""

    round: Round
    too_few: bool
    answered: int | None = None
    mean: float | None = None
    items: list[ItemResult] = field(default_factory=list)
    groups: list[GroupResult] = field(default_factory=list)
    response_percent: int | None = None

    @property
    def overall(self) -> ItemResult | None:
        """The overall item, where the instrument has one."""
        rule = self.round.instrument.data["scoring"].get("global_item")
        return next((item for item in self.items if rule and item.code == rule["code"]), None)


def of_round(asked: Round) -> RoundSummary | None:
    """Results of a closed round; ``None`` while it is open, so that nobody can subtract one look from the next."""
    if not asked.is_closed():
        return None
    instrument = asked.instrument
    rows = list(Answer.objects.filter(round=asked).values_list("values", "year_group"))
    least = instrument.least_group
    if len(rows) < least:
        return RoundSummary(asked, too_few=True)
    answers = [values for values, _group in rows]
    scores = [value for row in answers if (value := score(instrument.data, row)) is not None]
    items = [item_result(instrument.data, item["code"], answers) for item in instrument.items]
    items = [item if item.answered >= least else _emptied(item) for item in items]
    share = round(100 * len(rows) / asked.pupils_asked) if asked.pupils_asked else None
    return RoundSummary(
        asked,
        too_few=False,
        answered=len(rows),
        mean=sum(scores) / len(scores) if len(scores) >= least else None,
        items=items,
        groups=_groups(asked, rows, least),
        response_percent=min(share, 100) if share is not None else None,
    )


def _emptied(item: ItemResult) -> ItemResult:
    return ItemResult(
        item.code, item.text, 0, [(value, label, 0.0) for value, label, _share in item.shares], None, None, None
    )


def _groups(asked: Round, rows: list[tuple[dict[str, object], str]], least: int) -> list[GroupResult]:
    """Year groups. A small one is hidden, and with it the next smallest, so that nobody can take one from the total."""
    by_group: dict[str, list[dict[str, object]]] = {}
    for values, group in rows:
        by_group.setdefault(group, []).append(values)
    if set(by_group) <= {""}:
        return []
    small = {group for group, found in by_group.items() if len(found) < least}
    if small:
        rest = sorted((len(found), group) for group, found in by_group.items() if group not in small)
        hidden_answers = sum(len(by_group[group]) for group in small)
        while rest and (len(small) == 1 or hidden_answers < least):
            size, group = rest.pop(0)
            small.add(group)
            hidden_answers += size
    labels = _labels(asked)
    found = []
    for group in sorted(by_group, key=lambda code: list(labels).index(code) if code in labels else len(labels)):
        label = labels.get(group, "–")
        if group in small:
            found.append(GroupResult(label, hidden=True))
            continue
        scores = [value for row in by_group[group] if (value := score(asked.instrument.data, row)) is not None]
        mean = sum(scores) / len(scores) if len(scores) >= least else None
        found.append(GroupResult(label, hidden=False, answered=len(by_group[group]), mean=mean))
    return found


def _labels(asked: Round) -> dict[str, str]:
    for question in asked.instrument.shared.get("group_questions", []):
        if question["code"] == "year_group":
            return {option["code"]: option["label"] for option in question["options"]}
    return {}


def latest(school_id: int, *, today: date | None = None) -> RoundSummary | None:
    """The newest closed round of the core pupil questionnaire at a school."""
    rounds = Round.objects.of_school(school_id).closed(today or timezone.localdate())
    asked = rounds.filter(instrument__data__series="self_report_core").select_related("instrument").first()
    return of_round(asked) if asked else None
