from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from wagtail import hooks

from belonging.core.hooks import Mail, MailKind, MailRow


def plain(row: MailRow) -> Mail:
    return Mail(subject=f"About {row.key}", text="Good morning.", html="<p>Good morning.</p>")


@contextmanager
def kind(
    name: str = "note", *, render: Callable[[Any], Mail] = plain, wanted: str = "", **options: Any
) -> Iterator[MailKind]:
    """Registers a kind of mail for the length of a test."""
    made = MailKind(name, f"Test mail {name}", lambda row: wanted, render, **options)
    with hooks.register_temporarily("mail_kinds", lambda: [made]):
        yield made
