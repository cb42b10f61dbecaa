"""How codes stay stable: a code is never reused or renumbered, and a minor version keeps every code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from belonging.framework.models import Framework, Indicator


def code_problem(indicator: Indicator) -> str:
    """Why this indicator of a draft may not have its code, in words for its editor; "" when it may."""
    from belonging.framework.models import Indicator

    strand = indicator.strand
    if not indicator.code.startswith(f"{strand.code}."):
        return _("An indicator of strand %(strand)s has a code that starts with %(strand)s.") % {"strand": strand.code}
    if indicator.pk:
        stored = Indicator.objects.filter(pk=indicator.pk).values_list("code", flat=True).first()
        if stored is not None and stored != indicator.code:
            return _("A code is never changed. It was %(code)s.") % {"code": stored}
        return ""
    if Indicator.objects.exclude(framework=strand.framework_id).filter(code=indicator.code).exists():
        return _("%(code)s was used before. A code is never used for a second meaning.") % {"code": indicator.code}
    wanted = next_free_number(strand.code)
    if _number(indicator.code) < wanted:
        return _("The next free code of this strand is %(strand)s.%(number)s.") % {
            "strand": strand.code, "number": wanted,
        }  # fmt: skip
    return ""


def next_free_number(strand_code: str) -> int:
    """The number after the highest that any version of the strand ever had."""
    from belonging.framework.models import Indicator

    codes = Indicator.objects.filter(code__startswith=f"{strand_code}.").values_list("code", flat=True)
    return max((_number(code) for code in codes), default=0) + 1


def publishing_problems(draft: Framework, previous: Framework | None) -> list[str]:
    """Why a draft cannot be published after ``previous``; empty when it can."""
    problems = _completeness(draft)
    if previous is None:
        return problems
    if (draft.major, draft.minor) <= (previous.major, previous.minor):
        problems.append(
            _("Version %(version)s is not higher than %(previous)s.")
            % {"version": draft.version, "previous": previous.version}
        )
    now = set(draft.indicators.values_list("code", flat=True))
    before = set(previous.indicators.values_list("code", flat=True))
    ever = set(_codes_before(draft))
    if draft.major == previous.major:
        for code in sorted(before ^ now):
            problems.append(
                _(
                    "%(code)s came or went. A minor version keeps every code; a new or retired one needs version %(major)s.0."
                )
                % {"code": code, "major": draft.major + 1}
            )
        return problems
    for code in sorted((now - before) & ever):
        problems.append(_("%(code)s was retired earlier. A code is never used again.") % {"code": code})
    told = {row.get("old") for row in draft.migration_map if isinstance(row, dict)}
    for code in sorted(before - now - told):
        problems.append(_("The list of old codes does not say what became of %(code)s.") % {"code": code})
    return problems


def _codes_before(draft: Framework) -> Iterable[str]:
    from belonging.framework.models import Indicator

    return Indicator.objects.exclude(framework=draft.pk).values_list("code", flat=True)


def _completeness(draft: Framework) -> list[str]:
    """What an indicator must have before schools answer it: four levels and words for every group."""
    problems = []
    groups = {row["code"] for row in draft.respondents}
    for indicator in draft.indicators.prefetch_related("levels", "wordings"):
        if sorted(level.value for level in indicator.levels.all()) != [1, 2, 3, 4]:
            problems.append(_("%(code)s does not describe levels 1 to 4.") % {"code": indicator.code})
        missing = groups - {wording.respondent for wording in indicator.wordings.all()}
        if missing:
            problems.append(
                _("%(code)s has no words for: %(groups)s.")
                % {"code": indicator.code, "groups": ", ".join(sorted(missing))}
            )
    return problems


def _number(code: str) -> int:
    return int(code.partition(".")[2])
