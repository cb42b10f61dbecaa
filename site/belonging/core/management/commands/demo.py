from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from belonging.core import content
from belonging.core.errors import BadContent


class Command(BaseCommand):
    help = "Load the demo on top of the standard content. Twice changes nothing; --reset empties the database first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="empty the database and the media folder first")

    def handle(self, *args: Any, reset: bool = False, **options: Any) -> None:
        if not settings.DEMO and not settings.DEBUG:
            raise CommandError("The demo has known passwords. It loads under the demo, dev and test settings only.")
        if reset:
            self._reset()
        try:
            for line in content.load_standard():
                self.stdout.write(line)
            for line in content.load_demo():
                self.stdout.write(line)
        except BadContent as error:
            raise CommandError(str(error)) from error
        cache.clear()

    def _reset(self) -> None:
        self.stdout.write("emptying the database")
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        for folder in (settings.MEDIA_ROOT, settings.PRIVATE_MEDIA_ROOT, settings.DEMO_MAIL_DIR):
            if folder and not settings.MEDIA_BUCKET:
                shutil.rmtree(Path(folder), ignore_errors=True)
        call_command("migrate", verbosity=0, stdout=self.stdout)
        cache.clear()
