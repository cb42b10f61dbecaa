from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Make everything ready to serve, in one process: tables, typeface, static files, content (the demo's too)."

    def handle(self, *args: Any, **options: Any) -> None:
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("bringing the tables up to date", "migrate", {"verbosity": 0}),
            ("cutting the typeface", "build_assets", {"verbosity": 0}),
            ("collecting static files", "collectstatic", {"verbosity": 0, "interactive": False}),
            (
                "loading the demo" if settings.DEMO else "loading the content",
                "demo" if settings.DEMO else "load_content",
                {},
            ),
        ]
        for number, (label, command, extra) in enumerate(steps, 1):
            start = time.monotonic()
            self.stdout.write(f"demo: [{number}/{len(steps)}] {label}")
            self.stdout.flush()
            call_command(command, stdout=self.stdout, **extra)
            self.stdout.write(f"demo: [{number}/{len(steps)}] done in {time.monotonic() - start:.1f} s")
            self.stdout.flush()
