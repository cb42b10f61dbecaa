from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from belonging.schools import register


class Command(BaseCommand):
    help = "Load the register of schools (GIAS, CSV). The same file twice changes nothing; refused rows are reported."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        start = time.perf_counter()
        try:
            report = register.import_file(file)
        except register.BadFile as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        for line, reason in report.refused:
            self.stdout.write(f"line {line} refused: {reason}")
        self.stdout.write(
            f"{report.rows} rows: {report.created} new, {report.changed} changed, {report.unchanged} unchanged, "
            f"{report.closed} closed, {len(report.refused)} refused, in {time.perf_counter() - start:.1f} s"
        )
