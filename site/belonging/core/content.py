"""Reads the project's content files and runs their loaders: standard content first, then the demo on top."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction

from belonging.core.errors import BadContent
from belonging.core.hooks import DemoContent, StandardContent, gather


@lru_cache(maxsize=32)
def _parsed(path: Path, changed_ns: int) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def read(path: Path) -> Any:
    """A content file. Do not change what is returned: it is shared. Raises ``BadContent`` naming the file."""
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise BadContent(f"{path.name} is missing.") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise BadContent(f"{path.name} is not JSON: {error}") from None


def load_standard() -> Iterator[str]:
    """Load what production needs, room by room; yields one line for each."""
    parts: list[StandardContent] = gather("standard_content")
    for part in sorted(parts, key=lambda part: (part.order, part.room)):
        yield _line(part.room, part.load)


def load_demo() -> Iterator[str]:
    """Load the demo: every room creates, then every room connects; yields one line for each step."""
    parts: list[DemoContent] = sorted(gather("demo_content"), key=lambda part: (part.order, part.room))
    for part in parts:
        yield _line(part.room, part.create)
    for part in parts:
        if part.connect:
            yield _line(part.room, part.connect)


def _line(room: str, load: Callable[[], str]) -> str:
    with transaction.atomic():
        return f"{room}: {load()}"
