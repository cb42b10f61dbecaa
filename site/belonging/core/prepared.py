"""A queryset's SQL made once and sent again with other values: what a page asks at every reading.

Building a queryset with access rules, joins and annotations and turning it into SQL costs more than the database needs to
answer it. The rule stays where it is, on the QuerySet; only the text it becomes is kept, for each shape of it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Model


class Prepared:
    """``build(*shape, **values)`` gives a ``values_list`` queryset whose text depends on ``shape`` alone.

    A value is an int, a text, an aware datetime or a model instance (which stands for its key). A value that ``build``
    decides by belongs into ``shape``. Raises ``ValueError`` where a value does not come out as one parameter.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._known: dict[Hashable, tuple[str, list[str | tuple[Any]]]] = {}

    def rows(self, *shape: Hashable, **values: Any) -> list[tuple[Any, ...]]:
        known = self._known.get(shape)
        if known is None:
            known = self._known[shape] = self._compile(shape, values)
        sql, slots = known
        params = [_plain(values[slot]) if isinstance(slot, str) else slot[0] for slot in slots]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _compile(self, shape: tuple[Hashable, ...], values: dict[str, Any]) -> tuple[str, list[str | tuple[Any]]]:
        marks = {name: _mark(number, value) for number, (name, value) in enumerate(values.items(), 1)}
        sql, params = self._build(*shape, **marks).query.sql_with_params()
        names = {_plain(mark): name for name, mark in marks.items()}
        slots: list[str | tuple[Any]] = []
        for param in params:
            name = names.get(param) if isinstance(param, Hashable) else None
            slots.append(name if name is not None else (param,))
        missing = set(marks) - {slot for slot in slots if isinstance(slot, str)}
        if missing:
            raise ValueError(f"not a parameter of the query: {', '.join(sorted(missing))}")
        return sql, slots


def _mark(number: int, value: Any) -> Any:
    """Something of the value's type that nobody else would put into a query."""
    if isinstance(value, Model):
        stand_in = copy.copy(value)
        stand_in.pk = 2_147_470_000 + number
        return stand_in
    if isinstance(value, bool):
        raise TypeError("a truth value decides the shape of a query: pass it as shape")
    if isinstance(value, int):
        return 2_147_480_000 + number  # an integer column refuses what it cannot hold
    if isinstance(value, datetime):
        return datetime(1, 1, number, 3, 7, 11, 1000 + number, tzinfo=UTC)
    return f"\x02mark-{number}"


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value
