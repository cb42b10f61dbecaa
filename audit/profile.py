"""The profile of a round: twelve strands, one spoke for each indicator. Levels are never averaged."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from audit.models import Agreement, Judgement, Level, Round
from belonging.framework.models import Indicator, Strand

CENTRE, INNER, EACH = 170.0, 56.0, 19.0
"""The wheel is drawn in a square of 340: spokes start at 56 from the centre and grow by 19 for each level."""


@dataclass
class Voice:
    """One person's judgement of an indicator."""

    name: str
    handle: str
    level: str
    reason: str


@dataclass
class IndicatorRow:
    indicator: Indicator
    level: str
    """The agreed or unanimous level; "" while nobody has judged it or while people differ."""
    differs: bool
    voices: list[Voice] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(Level(self.level).label) if self.level else ""

    @property
    def figure(self) -> str:
        """What stands in its square: 1 to 4, "?" or "–"."""
        return {"q": "?", "na": "–", "": ""}.get(self.level, self.level)


@dataclass
class StrandRow:
    strand: Strand
    layer: str
    indicators: list[IndicatorRow]

    @property
    def judged(self) -> int:
        return sum(bool(row.level) for row in self.indicators)

    @property
    def not_yet(self) -> int:
        return sum(row.level in {"1", "2"} for row in self.indicators)


@dataclass
class Spoke:
    x1: float
    y1: float
    x2: float
    y2: float
    kind: str
    """foundation, enabler, practice, track or q"""


@dataclass
class Profile:
    round: Round
    strands: list[StrandRow]

    @property
    def rows(self) -> list[IndicatorRow]:
        return [row for strand in self.strands for row in strand.indicators]

    @property
    def judged(self) -> int:
        return sum(bool(row.level) for row in self.rows)

    @property
    def unknown(self) -> int:
        return sum(row.level == "q" for row in self.rows)

    @property
    def met(self) -> int:
        """Fully met or ready to share."""
        return sum(row.level in {"3", "4"} for row in self.rows)

    @property
    def sharing(self) -> int:
        return sum(row.level == "4" for row in self.rows)

    @property
    def not_yet(self) -> int:
        return sum(row.level == "1" for row in self.rows)

    @property
    def differing(self) -> list[IndicatorRow]:
        return [row for row in self.rows if row.differs]

    @property
    def weakest(self) -> list[StrandRow]:
        """The three strands with most indicators not yet or partly met, for a first conversation."""
        found = [strand for strand in self.strands if strand.not_yet]
        return sorted(found, key=lambda strand: (-strand.not_yet, strand.strand.number))[:3]

    def spokes(self) -> list[Spoke]:
        found = []
        for place, strand in enumerate(self.strands):
            for number, row in enumerate(strand.indicators[:4]):
                angle = math.radians(-90 + 30 * place + 4.5 + 6.6 * number)
                found.append(_spoke(angle, 4, "track"))
                if row.level in {"1", "2", "3", "4"}:
                    found.append(_spoke(angle, int(row.level), strand.layer))
                elif row.level == "q":
                    found.append(_spoke(angle, 4, "q"))
        return found

    def numbers(self) -> list[tuple[int, float, float]]:
        """(strand's number, x, y) around the wheel."""
        found = []
        for place, strand in enumerate(self.strands):
            angle = math.radians(-90 + 30 * place + 14.85)
            found.append((strand.strand.number, CENTRE + 147.6 * math.cos(angle), CENTRE + 147.6 * math.sin(angle) + 4))
        return found


def _spoke(angle: float, level: int, kind: str) -> Spoke:
    outer = INNER + EACH * level
    return Spoke(
        round(CENTRE + INNER * math.cos(angle), 1),
        round(CENTRE + INNER * math.sin(angle), 1),
        round(CENTRE + outer * math.cos(angle), 1),
        round(CENTRE + outer * math.sin(angle), 1),
        kind,
    )


def profile_of(found: Round) -> Profile:
    """Four queries, whatever was judged."""
    indicators = (
        Indicator.objects.filter(framework_id=found.framework_id)
        .select_related("strand__layer")
        .in_order()
        .defer("search")
    )
    agreed: dict[int, str] = dict(Agreement.objects.filter(round=found).values_list("indicator_id", "level"))
    voices: dict[int, list[Voice]] = defaultdict(list)
    for row in Judgement.objects.filter(round=found).select_related("judge").order_by("judged_at", "pk"):
        voices[row.indicator_id].append(Voice(row.judge.display_name, row.judge.handle, row.level, row.reason))
    strands: dict[int, StrandRow] = {}
    for indicator in indicators:
        strand = indicator.strand
        kept = strands.setdefault(strand.pk, StrandRow(strand, strand.layer.code.rstrip("s"), []))
        kept.indicators.append(indicator_row(indicator, agreed.get(indicator.pk, ""), voices[indicator.pk]))
    return Profile(found, list(strands.values()))


def indicator_row(indicator: Indicator, agreed: str, voices: list[Voice]) -> IndicatorRow:
    levels = Counter(voice.level for voice in voices)
    level = agreed or (next(iter(levels)) if len(levels) == 1 else "")
    return IndicatorRow(indicator, level, differs=not agreed and len(levels) > 1, voices=voices)
