"""Scores as the instrument's file defines them, checked against its own test vectors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Z_95 = 1.959964


def numeric(item: Mapping[str, Any], scale: Mapping[str, Any], value: Any) -> int | None:
    """A value on the scale with reversal undone; ``None`` for skipped items and every way to pass."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    if not scale["minimum"] <= value <= scale["maximum"]:
        return None
    return scale["minimum"] + scale["maximum"] - value if item.get("reversed") else value


def score(instrument: Mapping[str, Any], answers: Mapping[str, Any]) -> float | None:
    """One person's score from 0 to 100, or ``None`` when fewer items are answered than the file asks for."""
    scoring, scale = instrument["scoring"], instrument["scale"]
    items = {item["code"]: item for item in instrument["items"]}
    values = [
        value for code in scoring["items"] if (value := numeric(items[code], scale, answers.get(code))) is not None
    ]
    if len(values) < scoring["min_answered"]["count"]:
        return None
    scaled = scoring["scaled"]
    mean = sum(values) / len(values)
    low, high = scaled["scale_minimum"], scaled["scale_maximum"]
    return (mean - low) / (high - low) * 100


def wilson(positive: int, answered: int) -> tuple[float, float]:
    """The 95% Wilson interval of a share, both ends from 0 to 100. ``answered`` is above 0."""
    share, z2 = positive / answered, Z_95**2
    middle = (share + z2 / (2 * answered)) / (1 + z2 / answered)
    half = Z_95 * math.sqrt(share * (1 - share) / answered + z2 / (4 * answered**2)) / (1 + z2 / answered)
    return max(0.0, middle - half) * 100, min(1.0, middle + half) * 100


@dataclass(frozen=True)
class ItemResult:
    """``shares`` in per cent by scale value, lowest first; ``positive`` is the share of positive values, with its interval."""

    code: str
    text: str
    answered: int
    shares: list[tuple[int, str, float]]
    positive: float | None
    low: float | None
    high: float | None


def item_result(instrument: Mapping[str, Any], code: str, answers: Iterable[Mapping[str, Any]]) -> ItemResult:
    scale, scoring = instrument["scale"], instrument["scoring"]
    item = next(entry for entry in instrument["items"] if entry["code"] == code)
    values = [value for row in answers if (value := numeric(item, scale, row.get(code))) is not None]
    labels = sorted(scale["labels"], key=lambda label: label["value"])
    shares = [
        (label["value"], label["label"], 100 * values.count(label["value"]) / len(values) if values else 0.0)
        for label in labels
    ]
    if not values:
        return ItemResult(code, item["text"], 0, shares, None, None, None)
    positive = sum(value in scoring["positive_values"] for value in values)
    low, high = wilson(positive, len(values))
    return ItemResult(code, item["text"], len(values), shares, 100 * positive / len(values), low, high)
