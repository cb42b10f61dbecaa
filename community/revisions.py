"""What changed between two versions of a post, as parts that a page can mark: nothing here makes HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "ins", "del"
_WORDS = re.compile(r"\s+|[^\s]+")
_MOST_PAIRS = 400_000
"""Longest comparison, as the product of both lengths: beyond it the whole is shown as replaced, which is true too."""


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """Parts of both texts in order, each same, ins or del: by lines first, then by words within what was replaced."""
    parts: list[tuple[str, str]] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, first, second in _compare(old, new):
        if kind == SAME:
            _add(parts, SAME, first)
        else:
            for inner, one, two in _compare(_WORDS.findall(first), _WORDS.findall(second)):
                _add(parts, SAME if inner == SAME else REMOVED, one)
                if inner != SAME:
                    _add(parts, ADDED, two)
    return parts


def _compare(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    if len(old) * len(new) > _MOST_PAIRS:
        yield (SAME if old == new else REMOVED), "".join(old), "".join(new)
        return
    for tag, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        yield (SAME if tag == "equal" else REMOVED), "".join(old[i:j]), "".join(new[k:m])


def _add(parts: list[tuple[str, str]], kind: str, text: str) -> None:
    if not text:
        return
    if parts and parts[-1][0] == kind:
        parts[-1] = (kind, parts[-1][1] + text)
    else:
        parts.append((kind, text))
