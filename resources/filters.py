"""The library's filters, read from the address. Anything that is not a choice is left out, never an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func
from django.http import QueryDict
from django.utils.translation import gettext as _

from belonging.core.searching import ranked, search_query
from belonging.framework import strands
from resources.models import Audience, Focus, Phase, ResourceType, Setting


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: list[Option]

    @property
    def open(self) -> bool:
        return any(option.chosen for option in self.options)


ARRAYS = {"strand": "strands", "phase": "phases", "setting": "settings", "focus": "focus", "audience": "audience"}
SORTS = {"newest": ("-published_on", "-pk"), "evidence": ("-evidence_strength", "-published_on", "-pk")}


class LibraryFilters:
    """Within one facet any choice will do; between facets all must hold."""

    def __init__(self, given: QueryDict) -> None:
        self.q = " ".join(given.get("q", "").replace("\x00", " ").split())[:200]
        self.labels: dict[str, dict[str, Any]] = {
            "kind": dict(ResourceType.choices),
            "strand": {info.code: info.title for info in strands.strands()},
            "phase": dict(Phase.choices),
            "setting": dict(Setting.choices),
            "focus": dict(Focus.choices),
            "audience": dict(Audience.choices),
        }
        self.chosen = {
            name: [value for value in given.getlist(name) if value in labels] for name, labels in self.labels.items()
        }
        evidence = given.get("evidence", "")
        self.evidence = int(evidence) if evidence in {"2", "3", "4", "5"} else 0
        self.sort = given.get("sort", "") if given.get("sort", "") in SORTS else "newest"

    @property
    def any(self) -> bool:
        return bool(self.q or self.evidence or any(self.chosen.values()))

    @property
    def count(self) -> int:
        return sum(len(values) for values in self.chosen.values()) + bool(self.evidence)

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """(name, value, label) of every choice, for a link that removes it."""
        found = [
            (name, value, str(self.labels[name][value])) for name, values in self.chosen.items() for value in values
        ]
        if self.evidence:
            found.append(("evidence", str(self.evidence), _("%(dots)s dots or more") % {"dots": self.evidence}))
        return found

    def apply(self, rows: Any) -> Any:
        for name, column in ARRAYS.items():
            if self.chosen[name]:
                rows = rows.filter(**{f"{column}__overlap": self.chosen[name]})
        if self.chosen["kind"]:
            rows = rows.filter(kind__in=self.chosen["kind"])
        if self.evidence:
            rows = rows.filter(evidence_strength__gte=self.evidence)
        if self.q and search_query(self.q) is not None:
            return ranked(rows, self.q)
        return rows.order_by(*SORTS[self.sort])

    def facets(self, rows: Any) -> list[Facet]:
        """Each facet with how many of the visible resources each choice has; one query each."""
        titles = {
            "strand": _("Strand"),
            "kind": _("Kind"),
            "phase": _("Phase"),
            "setting": _("Setting"),
            "focus": _("Group in focus"),
            "audience": _("For"),
        }
        found = []
        for name, title in titles.items():
            counted = self._counts(rows, name)
            options = [
                Option(value, str(label), counted.get(value, 0), value in self.chosen[name])
                for value, label in self.labels[name].items()
                if counted.get(value) or value in self.chosen[name]
            ]
            found.append(Facet(name, title, options))
        return found

    def _counts(self, rows: Any, name: str) -> dict[str, int]:
        value = F("kind") if name == "kind" else Func(F(ARRAYS[name]), function="unnest", set_returning=True)
        pairs = rows.order_by().annotate(value=value).values_list("value").annotate(number=Count("pk"))
        return dict(pairs)
