from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from belonging.outbox import draining


class Command(BaseCommand):
    help = "Send all mail that is due, without Celery."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        while done := draining.drain(limit=20):
            total += done
        self.stdout.write(f"{total} mails dealt with")
