from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from belonging.work import services


class Command(BaseCommand):
    help = "Plan what is due at a moment (now if left out): digests, reminders, nudges, retention. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", help="a moment in ISO 8601, e.g. 2026-11-24T07:00:00+00:00; without an offset, UTC")

    def handle(self, *args: Any, at: str | None = None, **options: Any) -> None:
        for name, done in services.tick(_moment(at)).items():
            self.stdout.write(f"{name}: {done}")


def _moment(at: str | None) -> datetime:
    if at is None:
        return timezone.now()
    try:
        moment = parse_datetime(at)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"--at {at!r} is not a moment in ISO 8601, such as 2026-11-24T07:00:00+00:00.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
