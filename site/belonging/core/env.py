"""Reads environment variables, typed, and refuses nonsense by the variable's name."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TypedDict
from urllib.parse import parse_qsl, unquote, urlsplit


class BadEnvironment(Exception):
    """A variable is missing or makes no sense; the message names it and says what was expected."""


class DatabaseParts(TypedDict):
    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str
    OPTIONS: dict[str, object]


_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The variable's text; with no default, missing or empty raises ``BadEnvironment``."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise BadEnvironment(f"{name} is not set. It has no default; see the table of variables in README.md.")
    return default


def flag(name: str, default: bool) -> bool:
    """1/true/yes/on or 0/false/no/off, in any case."""
    value = os.environ.get(name)
    if value is None or not value.strip():
        return default
    word = value.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadEnvironment(f"{name} is {value!r}; it must be one of 1, true, yes, on, 0, false, no, off.")


def number(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number from ``least`` to ``most``, both included."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        result = int(value)
    except ValueError:
        raise BadEnvironment(f"{name} is {value!r}; it must be a whole number.") from None
    if not least <= result <= most:
        raise BadEnvironment(f"{name} is {result}; it must be from {least} to {most}.")
    return result


def words(name: str, default: list[str] | None = None) -> list[str]:
    """A comma-separated list; with no default, an empty one raises ``BadEnvironment``."""
    value = [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]
    if value:
        return value
    if default is None:
        raise BadEnvironment(f"{name} is not set. Give at least one value, separated by commas.")
    return default


def url(name: str, schemes: tuple[str, ...], default: str | None = None) -> str:
    """A URL whose scheme is one of ``schemes``."""
    value = text(name, default)
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise BadEnvironment(f"{name} is not a URL that can be read.") from None
    if parts.scheme not in schemes:
        expected = ", ".join(f"{scheme}://" for scheme in schemes)
        raise BadEnvironment(f"{name} must start with {expected}.")
    return value


def database(address: str, name: str = "DATABASE_URL") -> DatabaseParts:
    """``postgres://user:password@host:port/database?option=value`` as Django's settings."""
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadEnvironment(f"{name} must start with postgres:// (PostgreSQL is the only engine).")
    database_name = unquote(parts.path.lstrip("/"))
    if not database_name:
        raise BadEnvironment(f"{name} names no database; it ends in /name.")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    if "prepare_threshold" in options:
        options["prepare_threshold"] = _threshold(str(options["prepare_threshold"]), name)
    host = str(options.pop("host", "") or "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def _threshold(given: str, name: str) -> int | None:
    """How often a query is sent before PostgreSQL keeps its plan; ``None`` for "off"."""
    if given == "off":
        return None
    if not given.isdecimal():
        raise BadEnvironment(f"{name}: prepare_threshold is a number, or off for a pooler without prepared statements.")
    return int(given)


class EmailParts(TypedDict, total=False):
    backend: str
    host: str
    port: int
    user: str
    password: str
    tls: bool
    ssl: bool
    folder: str


def email(address: str, name: str = "EMAIL_URL") -> EmailParts:
    """``smtp://``, ``smtp+tls://``, ``smtps://`` (with user:password@host:port) or ``file:///folder``."""
    parts = urlsplit(address)
    if parts.scheme == "file":
        if not parts.path.startswith("/") or parts.path == "/":
            raise BadEnvironment(f"{name} must name a folder: file:///var/mail/out.")
        return {"backend": "django.core.mail.backends.filebased.EmailBackend", "folder": unquote(parts.path)}
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise BadEnvironment(
            f"{name} must be smtp://user:password@host:port, smtps://…, smtp+tls://… or file:///folder."
        )
    implicit = parts.scheme == "smtps"
    return {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "host": parts.hostname,
        "port": parts.port or (465 if implicit else 587 if parts.scheme == "smtp+tls" else 25),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": parts.scheme == "smtp+tls",
        "ssl": implicit,
    }


def server_address(name: str, address_file: Path) -> str:
    """The variable, or what the demo's supervisor or the test session wrote to ``address_file``.

    Settings never start a server themselves. Raises ``BadEnvironment`` when neither is there.
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    try:
        found = json.loads(address_file.read_text(encoding="utf-8")).get(name, "")
    except (OSError, ValueError):
        found = ""
    if not found:
        raise BadEnvironment(f"{name} is not set and no embedded server runs. Set it, or start `make demo`.")
    return str(found)
