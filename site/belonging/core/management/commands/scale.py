from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from belonging.core.hooks import ScaleData, ScaleSize, gather


class Command(BaseCommand):
    help = "Fill the database with load-test rows by COPY: the same rows for the same seed. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        for name, default in (("members", 0), ("topics", 0), ("posts", 0), ("schools", 0), ("answers", 0), ("seed", 1)):
            parser.add_argument(f"--{name}", type=int, default=default, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        size = ScaleSize(**{name: options[name] for name in ScaleSize.__dataclass_fields__})
        if min(size.members, size.topics, size.posts, size.schools, size.answers) < 0:
            raise CommandError("A number of rows cannot be negative.")
        if size.topics > size.posts:
            raise CommandError("Every topic has a first post: --posts must be at least --topics.")
        if size.topics and not size.members:
            raise CommandError("Topics need somebody who writes them: give --members too.")
        if size.answers and not size.schools:
            raise CommandError("Answers belong to schools: give --schools too.")
        parts: list[ScaleData] = gather("scale_data")
        with transaction.atomic():
            for part in sorted(parts, key=lambda part: (part.order, part.room)):
                start = time.monotonic()
                line = part.fill(size)
                self.stdout.write(f"{part.room}: {line} ({time.monotonic() - start:.1f} s)")
                self.stdout.flush()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
