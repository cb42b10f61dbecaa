"""Plain checks of a framework file before any of it is loaded. The JSON Schema beside the file says the same and more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from belonging.core.errors import BadContent
from belonging.framework.fields import INDICATOR_CODE, STRAND_CODE

SHOWN_MOST = 10

Shape = Callable[[Any], str]
"""A shape gives "" for a value that fits and otherwise what is wrong, starting with where."""


def check(data: Any, *, name: str) -> None:
    """Raise ``BadContent`` that names the file, the place and what is wrong, for the first ten mistakes."""
    problem = FRAMEWORK(data)
    problems = [problem] if problem else _cross_check(data)
    if problems:
        more = len(problems) - SHOWN_MOST
        shown = "; ".join(problems[:SHOWN_MOST]) + (f"; and {more} more" if more > 0 else "")
        raise BadContent(f"{name}: {shown}.")


def _text(value: Any) -> str:
    return "" if isinstance(value, str) and value.strip() else " must be a text that is not empty"


def _whole(value: Any) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) else " must be a whole number"


def _yes_or_no(value: Any) -> str:
    return "" if isinstance(value, bool) else " must be true or false"


def _matching(pattern: str, words: str) -> Shape:
    compiled = re.compile(pattern)
    return lambda value: "" if isinstance(value, str) and compiled.fullmatch(value) else f" must be {words}"


def _one_of(*allowed: str) -> Shape:
    return lambda value: "" if value in allowed else f" must be one of {', '.join(allowed)}"


def _list(item: Shape, *, least: int = 1) -> Shape:
    def shape(value: Any) -> str:
        if not isinstance(value, list) or len(value) < least:
            return f" must be a list of at least {least}"
        for index, entry in enumerate(value):
            if problem := item(entry):
                return f"[{index}]{problem}"
        return ""

    return shape


def _dict(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    known = {**required, **(optional or {})}

    def shape(value: Any) -> str:
        if not isinstance(value, dict):
            return " must be an object"
        if missing := sorted(required.keys() - value.keys()):
            return f" lacks {', '.join(missing)}"
        if unknown := sorted(value.keys() - known.keys()):
            return f" has {', '.join(unknown)}, which nothing reads"
        for key, entry in value.items():
            if problem := known[key](entry):
                return f".{key}{problem}"
        return ""

    return shape


def _dict_of(item: Shape) -> Shape:
    def shape(value: Any) -> str:
        if not isinstance(value, dict) or not value:
            return " must be an object that is not empty"
        for key, entry in value.items():
            if problem := item(entry):
                return f".{key}{problem}"
        return ""

    return shape


_texts = _list(_text)
_day = _matching(r"\d{4}-\d{2}-\d{2}", "a day such as 2026-11-22")
_version = _matching(r"\d{1,3}\.\d{1,3}", "a version such as 1.0")
_code = _matching(r"[A-Za-z0-9]+([_.-][A-Za-z0-9]+)*", "a code")
_coded = _dict({"code": _code, "label": _text})

INDICATOR = _dict(
    {
        "code": _matching(INDICATOR_CODE.pattern, "a code such as P11.3"),
        "short_title": _text,
        "statement": _text,
        "why": _text,
        "levels": _list(_dict({"value": _whole, "label": _text, "descriptor": _text}), least=4),
        "tips": _texts,
        "evidence_prompts": _texts,
        "wordings": _dict_of(_text),
        "suggested_actions": _list(_dict({"title": _text, "first_step": _text, "weeks_to_complete": _whole})),
        "tags": _list(_code),
        "phases": _list(_code),
        "settings": _list(_code),
        "mappings": _dict_of(_texts),
        "measures": _list(_code),
        "since": _version,
    }
)
STRAND = _dict(
    {
        "code": _matching(STRAND_CODE.pattern, "a code such as P11"),
        "number": _whole,
        "title": _text,
        "summary": _text,
        "indicators": _list(INDICATOR),
    }
)
FRAMEWORK = _dict(
    {
        "id": _code,
        "title": _text,
        "version": _version,
        "status": _one_of("draft", "published", "retired"),
        "published_on": _day,
        "licence": _dict({"name": _text, "spdx": _text, "url": _matching(r"https://\S+", "an https address")}),
        "attribution": _text,
        "review": _dict({"state": _one_of("not_yet_reviewed", "in_review", "reviewed"), "note": _text}),
        "language": _text,
        "levels": _list(_dict({"value": _whole, "label": _text, "meaning": _text}), least=4),
        "respondents": _list(_dict({"code": _code, "label": _text, "scale": _code})),
        "agree_scales": _list(
            _dict({"code": _code, "labels": _list(_dict({"value": _whole, "label": _text})), "no_view": _coded})
        ),
        "focus_tags": _list(_dict({"code": _code, "label": _text, "description": _text}, {"label_wales": _text})),
        "phases": _list(_coded),
        "settings": _list(_coded),
        "mapping_schemes": _list(
            _dict(
                {
                    "code": _code, "title": _text, "nation": _text, "valid_from": _day, "names": _texts,
                    "confirmed": _yes_or_no, "source": _text, "note": _text,
                }
            )
        ),
        "layers": _list(
            _dict({"code": _code, "title": _text, "description": _text, "strands": _list(STRAND)}), least=3
        ),
    },
    {
        "$schema": _text,
        "summary": _text,
        "gap_rule": _text,
        "other_judgements": _list(_dict({"code": _code, "label": _text, "rule": _text})),
        "migration_map": _list(
            _dict({"old": _text, "change": _one_of("same", "changed", "dropped")}, {"new": _text}), least=0
        ),
    },
)  # fmt: skip


def _cross_check(data: dict[str, Any]) -> list[str]:
    """Whether what refers to something refers to something that is there, and no code stands twice."""
    problems: list[str] = []
    names = {scheme["code"]: set(scheme["names"]) for scheme in data["mapping_schemes"]}
    known = {key: {row["code"] for row in data[key]} for key in ("respondents", "focus_tags", "phases", "settings")}
    scales = {row["code"] for row in data["agree_scales"]}
    problems += [
        f"respondent {row['code']} answers on {row['scale']}, which is no scale"
        for row in data["respondents"]
        if row["scale"] not in scales
    ]
    labels = {row["value"]: row["label"] for row in data["levels"]}
    strands = [strand for layer in data["layers"] for strand in layer["strands"]]
    problems += _twice("strand", [strand["code"] for strand in strands])
    if [strand["number"] for strand in strands] != list(range(1, len(strands) + 1)):
        problems.append(f"strands must be numbered 1 to {len(strands)} in order")
    problems += _twice("indicator", [row["code"] for strand in strands for row in strand["indicators"]])
    for strand in strands:
        for row in strand["indicators"]:
            code = row["code"]
            if not code.startswith(f"{strand['code']}."):
                problems.append(f"{code} stands in strand {strand['code']}")
            if [level["value"] for level in row["levels"]] != [1, 2, 3, 4]:
                problems.append(f"{code} must describe levels 1 to 4 in order")
            if any(labels.get(level["value"]) != level["label"] for level in row["levels"]):
                problems.append(f"{code} calls a level something else than the framework does")
            if row["wordings"].keys() != known["respondents"]:
                problems.append(f"{code} must have words for each group of respondents and no other")
            for key, allowed in (("tags", "focus_tags"), ("phases", "phases"), ("settings", "settings")):
                if odd := sorted(set(row[key]) - known[allowed]):
                    problems.append(f"{code} names {', '.join(odd)}, not among {allowed}")
            for scheme, given in row["mappings"].items():
                if scheme not in names:
                    problems.append(f"{code} maps to {scheme}, which is no scheme")
                elif odd := sorted(set(given) - names[scheme]):
                    problems.append(f"{code} maps to {', '.join(odd)}, not a name of {scheme}")
            if _as_number(row["since"]) > _as_number(data["version"]):
                problems.append(f"{code} is older than its version {row['since']}")
    return problems


def _twice(kind: str, codes: list[str]) -> list[str]:
    return [f"{kind} {code} is there twice" for code in sorted({code for code in codes if codes.count(code) > 1})]


def _as_number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
