"""A piece of a page drawn once and filled again: what is the same for everybody but for a few values.

A form without a word in it costs a template of two hundred nodes at each reading; only its address, its token and its
draft's name differ. The template stays the only place where it is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from belonging.core import html

_MARK = "zzmould{}zz"
_MARKS = re.compile(r"zzmould([a-z_]+?)zz")


class Mould:
    """``draw(*shape, **values)`` gives HTML that depends on ``shape`` and the language, and shows each value as it is.

    A value that decides anything belongs into ``shape``, of which there are few. Raises ``ValueError`` where a value is
    not shown. A value is escaped when it is filled in, unless it is markup already.
    """

    def __init__(self, draw: Callable[..., str]) -> None:
        self._draw = draw
        self._known: dict[Hashable, list[str]] = {}

    def fill(self, *shape: Hashable, **values: Any) -> SafeString:
        key = (get_language(), *shape)
        pieces = self._known.get(key)
        if pieces is None:
            pieces = self._known[key] = self._cast(shape, values)
        escaped = {name: conditional_escape(value) for name, value in values.items()}
        # Words and names take turns, as re.split leaves them.
        return html.own_markup("".join(escaped[piece] if at % 2 else piece for at, piece in enumerate(pieces)))

    def _cast(self, shape: tuple[Hashable, ...], values: dict[str, Any]) -> list[str]:
        pieces = _MARKS.split(str(self._draw(*shape, **{name: _MARK.format(name) for name in values})))
        if set(pieces[1::2]) != set(values):
            raise ValueError(f"shown are {sorted(set(pieces[1::2]))}, given were {sorted(values)}")
        return pieces
