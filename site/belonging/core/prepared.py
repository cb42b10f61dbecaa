"""A queryset's SQL made once and sent again with other values: what a page asks at every reading.

Building a queryset with access rules, joins and annotations and turning it into SQL costs more than the database needs to
answer it. The rule stays where it is, on the QuerySet; only the text it becomes is kept, for each shape of it. PostgreSQL
in turn keeps its plan for the text (a prepared statement), as planning costs as much as the twenty rows.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Model

_Slot = str | tuple[Any]
"""The name of a value, or what always stands there."""


class Prepared:
    """``build(*shape, **values)`` gives a ``values_list`` queryset whose text depends on ``shape`` alone.

    A value is an int, a text, an aware datetime, a UUID or a model instance (which stands for its key), by itself or as a member
    of a list in the query. A value that ``build`` decides by belongs into ``shape``. Raises ``ValueError`` where a value
    does not come out as one parameter. ``one_plan=False`` for a query that wants another plan for other values.
    """

    def __init__(self, build: Callable[..., Any], *, one_plan: bool = True) -> None:
        self._build = build
        self._one_plan = one_plan
        self._known: dict[Hashable, tuple[str, list[_Slot | list[_Slot]]]] = {}

    def rows(self, *shape: Hashable, **values: Any) -> list[tuple[Any, ...]]:
        sql, params = self.sql(*shape, **values)
        if self._one_plan:
            return fetch(sql, params)
        return _fetched(connection.cursor(), sql, params)

    def sql(self, *shape: Hashable, **values: Any) -> tuple[str, list[Any]]:
        """The text and its parameters, to stand in a larger query."""
        known = self._known.get(shape)
        if known is None:
            known = self._known[shape] = self._compile(shape, values)
        text, slots = known
        plain = {name: _plain(value) for name, value in values.items()}
        return text, [
            [_filled(one, plain) for one in slot] if isinstance(slot, list) else _filled(slot, plain) for slot in slots
        ]

    def _compile(self, shape: tuple[Hashable, ...], values: dict[str, Any]) -> tuple[str, list[_Slot | list[_Slot]]]:
        marks = {name: _mark(number, value) for number, (name, value) in enumerate(values.items(), 1)}
        sql, params = self._build(*shape, **marks).query.sql_with_params()
        names = {_plain(mark): name for name, mark in marks.items()}
        slots = [
            [_slot(one, names) for one in param] if isinstance(param, list) else _slot(param, names) for param in params
        ]
        found = {one for slot in slots for one in (slot if isinstance(slot, list) else [slot]) if isinstance(one, str)}
        if missing := set(marks) - found:
            raise ValueError(f"not a parameter of the query: {', '.join(sorted(missing))}")
        return sql, slots


def fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows of a text that is sent often: its parameters travel apart from it, so PostgreSQL can keep the plan."""
    if connection.queries_logged:  # who reads the log wants to see the values in their places
        return _fetched(connection.cursor(), sql, params)
    connection.ensure_connection()
    cursor: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return _fetched(connection.make_cursor(cursor), sql, params)


def _fetched(cursor: Any, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with cursor as asked:
        asked.execute(sql, params)
        found: list[tuple[Any, ...]] = asked.fetchall()
    return found


def _slot(param: Any, names: dict[Any, str]) -> _Slot:
    name = names.get(param) if isinstance(param, Hashable) else None
    return (param,) if name is None else name


def _filled(slot: _Slot, values: dict[str, Any]) -> Any:
    return values[slot] if isinstance(slot, str) else slot[0]


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
    if isinstance(value, UUID):
        return UUID(int=0x2AC7 << 100 | number)
    if isinstance(value, datetime):
        return datetime(1, 1, number, 3, 7, 11, 1000 + number, tzinfo=UTC)
    return f"\x02mark-{number}"


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value
