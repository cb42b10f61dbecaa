from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from belonging.core import content
from belonging.core.errors import BadContent


class Command(BaseCommand):
    help = "Load what production needs: framework, instruments, measures, first pages. Twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in content.load_standard():
                self.stdout.write(line)
        except BadContent as error:
            raise CommandError(str(error)) from error
