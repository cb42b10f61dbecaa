"""Many rows at once by COPY, for load tests. No signals, no services: whoever calls it keeps the counters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models


def reserve_ids(model: type[models.Model], count: int) -> int:
    """The first of ``count`` primary keys that nobody else will get."""
    table, column = model._meta.db_table, model._meta.pk.column
    if count < 1:
        return 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, column])
        sequence = cursor.fetchone()[0]
        cursor.execute("SELECT nextval(%s)", [sequence])
        first = int(cursor.fetchone()[0])
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + count - 1])
    return first


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write ``rows`` into the model's table; ``columns`` are the table's own names. Returns how many.

    A column that is not named gets the default its field would give: COPY knows those of the database alone.
    """
    count = 0
    left = {name: value for name, value in _defaults(model).items() if name not in columns}
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in (*columns, *left))
    same = tuple(left.values())
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((*row, *same))
                count += 1
    return count


@contextmanager
def index_built_afterwards(model: type[models.Model], name: str) -> Iterator[None]:
    """Take an index away while rows are copied and build it in one go: a GIN index grows far more slowly row by row.

    Inside a transaction; until that ends nobody else reads the table.
    """
    (index,) = (found for found in model._meta.indexes if found.name == name)
    _check_references()
    with connection.schema_editor() as editor:
        editor.remove_index(model, index)
    yield
    _check_references()
    with connection.schema_editor() as editor:
        editor.add_index(model, index)


def _check_references() -> None:
    """Now instead of at the commit: PostgreSQL alters no table that has checks waiting."""
    connection.check_constraints()


def _defaults(model: type[models.Model]) -> dict[str, Any]:
    """What Python gives each column that must not be empty and that the database does not fill by itself."""
    return {
        str(field.column): field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.local_concrete_fields
        if not (field.null or field.primary_key or field.generated or field.has_db_default())
    }
