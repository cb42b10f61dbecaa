"""Titles and statements by code, for every room: what ``P11`` or ``P11.3`` is called in the published framework.

Read from the database once a minute and process, together with retired versions, so that content tagged with a code
that a later version dropped still has a title. Where no version is loaded yet, framework.json answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from belonging.core.content import read

FILE = Path(__file__).parent / "content" / "framework.json"
KEEP_SECONDS = 60.0


@dataclass(frozen=True)
class StrandInfo:
    """``layer`` is foundations, enablers or practices."""

    code: str
    number: int
    title: str
    summary: str
    layer: str
    layer_title: str

    def __str__(self) -> str:
        return self.title

    @property
    def indicators(self) -> tuple[IndicatorInfo, ...]:
        return indicators(self.code)


@dataclass(frozen=True)
class IndicatorInfo:
    code: str
    statement: str
    short_title: str
    strand: StrandInfo

    def __str__(self) -> str:
        return self.short_title


@dataclass(frozen=True)
class _Known:
    version: str
    strands: dict[str, StrandInfo]
    indicators: dict[str, IndicatorInfo]
    current_strands: tuple[StrandInfo, ...]
    current_indicators: tuple[IndicatorInfo, ...]
    read_at: float


_known: _Known | None = None


def strand(code: str) -> StrandInfo:
    """A strand of the published version, or of a retired one; raises ``KeyError`` for a code that never was."""
    return _current().strands[code]


def find_strand(code: str) -> StrandInfo | None:
    return _current().strands.get(code)


def strands() -> tuple[StrandInfo, ...]:
    """The strands of the published version in order, 1 to 12."""
    return _current().current_strands


def indicator(code: str) -> IndicatorInfo:
    """An indicator of the published version, or of a retired one; raises ``KeyError`` for a code that never was."""
    return _current().indicators[code]


def find_indicator(code: str) -> IndicatorInfo | None:
    return _current().indicators.get(code)


def indicators(strand_code: str = "") -> tuple[IndicatorInfo, ...]:
    """The indicators of the published version in order; with a code, those of that strand."""
    found = _current().current_indicators
    return tuple(item for item in found if item.strand.code == strand_code) if strand_code else found


def current_version() -> str:
    """The version that ``strands()`` speaks of: "1.0"."""
    return _current().version


def choices() -> list[tuple[str, str]]:
    """For forms: ("F1", "1 Vision and values")."""
    return [(item.code, f"{item.number} {item.title}") for item in strands()]


def forget() -> None:
    """Read again at the next question; called in the process that publishes, the others follow within a minute."""
    global _known
    _known = None


def _current() -> _Known:
    global _known
    if _known is None or time.monotonic() - _known.read_at > KEEP_SECONDS:
        _known = _from_database() or _from_file()
    return _known


def _from_database() -> _Known | None:
    from belonging.framework.models import Framework, Indicator

    rows = (
        Indicator.objects.exclude(framework__status=Framework.Status.DRAFT)
        .order_by("framework__major", "framework__minor", "strand__number", "position")
        .values_list(
            "framework__version", "framework__status", "code", "statement", "short_title", "strand__code",
            "strand__number", "strand__title", "strand__summary", "strand__layer__code", "strand__layer__title",
        )
    )  # fmt: skip
    try:
        found = list(rows)
    except DatabaseError:  # before the first migration, or no database at all
        return None
    return _gather((row[0], row[1] == Framework.Status.PUBLISHED, *row[2:]) for row in found)


def _from_file() -> _Known:
    data: dict[str, Any] = read(FILE)
    known = _gather(
        (
            data["version"], True, row["code"], row["statement"], row["short_title"], strand["code"],
            strand["number"], strand["title"], strand["summary"], layer["code"], layer["title"],
        )
        for layer in data["layers"]
        for strand in layer["strands"]
        for row in strand["indicators"]
    )  # fmt: skip
    if known is None:
        raise KeyError("framework.json holds no indicator")
    return known


def _gather(rows: Iterable[tuple[Any, ...]]) -> _Known | None:
    """What is known, from rows in the order of versions; the published version's titles win over any other's."""
    version = ""
    by_strand: dict[str, StrandInfo] = {}
    by_indicator: dict[str, IndicatorInfo] = {}
    current_strands: dict[str, StrandInfo] = {}
    current: list[IndicatorInfo] = []
    for of_version, published, code, statement, short_title, *about_strand in rows:
        info = StrandInfo(*about_strand)
        item = IndicatorInfo(code, statement, short_title, info)
        by_strand[info.code] = info
        by_indicator[code] = item
        if published:
            version = of_version
            current_strands[info.code] = info
            current.append(item)
    if not current:
        return None
    by_strand |= current_strands
    by_indicator |= {item.code: item for item in current}
    return _Known(
        version, by_strand, by_indicator, tuple(current_strands.values()), tuple(current), read_at=time.monotonic()
    )
