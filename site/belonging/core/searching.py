"""Words a person typed, made into a query that PostgreSQL answers safely: never raw input, never an error.

Rooms keep a ``search`` tsvector column each and call ``ranked`` on a queryset that is already narrowed to the viewer.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, QuerySet

MOST_WORDS = 12
MOST_LETTERS = 200
MOST_BY_INDEX = 12_000
"""Rows that fit, by the statistics, up to which they are all taken from the index of words."""
_WORD = re.compile(r"[\w’'+#-]+", re.UNICODE)
_THESAURUS = Path(__file__).parent / "content" / "thesaurus.json"

Rows = TypeVar("Rows", bound="QuerySet[Any]")


def words_of(query: str) -> list[str]:
    """At most twelve words of what was typed, in small letters; NUL, quotes and operators are gone."""
    return [word.strip("'’-") for word in _WORD.findall(query.replace("\x00", " ").lower()[:MOST_LETTERS])][:MOST_WORDS]


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    rings: list[list[str]] = json.loads(_THESAURUS.read_text(encoding="utf-8"))["rings"]
    found: dict[str, tuple[str, ...]] = {}
    for ring in rings:
        for term in ring:
            found[term] = tuple(other for other in ring if other != term)
    return found


def search_query(query: str, *, config: str = "english") -> SearchQuery | None:
    """Every word must be there, or one of its synonyms; ``None`` when nothing searchable was typed.

    A synonym of several words counts as the phrase. The last word also matches as the beginning of a longer one.
    """
    words = [word for word in words_of(query) if any(letter.isalnum() for letter in word)]
    if not words:
        return None
    known = _synonyms()
    built: SearchQuery | None = None
    place = 0
    while place < len(words):
        taken = next(
            (n for n in (4, 3, 2) if " ".join(words[place : place + n]) in known and place + n <= len(words)), 1
        )
        term = " ".join(words[place : place + taken])
        part: Any = SearchQuery(term, config=config, search_type="phrase" if taken > 1 else "plain")
        stem = re.sub(r"\W", "", term) if taken == 1 else ""
        if place + taken == len(words) and len(stem) > 2:
            part = part | SearchQuery(f"{stem}:*", config=config, search_type="raw")
        for other in known.get(term, ()):
            part = part | SearchQuery(other, config=config, search_type="phrase")
        built = part if built is None else built & part
        place += taken
    return built


def ranked(rows: Rows, query: str, *, column: str = "search", config: str = "english", most: int | None = None) -> Rows:
    """``rows`` that fit, best first; the order is stable. Nothing when nothing searchable was typed.

    ``most`` for a table of many rows: the best of the ``most`` newest that fit. A word that stands everywhere would
    otherwise have every row read and weighed for the sake of five.
    """
    wanted = search_query(query, config=config)
    if wanted is None:
        return rows.none()
    found = rows.filter(**{column: wanted})
    if most is not None:
        everything = rows.model._default_manager
        # The index of words gives every row that fits, going back through the newest stops at the first ``most``. Left
        # to itself PostgreSQL goes back for rare words too, as it takes reading a text for nothing.
        common = _estimated(everything.filter(**{column: wanted})) > MOST_BY_INDEX
        order = F("pk").desc() if common else (F("pk") + 0).desc()
        found = everything.filter(pk__in=found.order_by(order).values("pk")[:most])
    return found.annotate(rank=SearchRank(F(column), wanted)).order_by("-rank", "-pk")


def _estimated(rows: QuerySet[Any]) -> int:
    """How many rows PostgreSQL expects, from its statistics alone."""
    plan = json.loads(rows.order_by().values("pk").explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])
