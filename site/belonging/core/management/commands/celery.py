from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Run Celery with our settings: `manage.py celery worker`, `manage.py celery beat`."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Hand everything after the command's name to Celery, whose options are its own."""
        self.execute_celery(argv[2:] or ["--help"])

    def execute_celery(self, arguments: list[str]) -> None:
        if arguments[:1] == ["worker"] and not any(word.startswith(("-Q", "--queues")) for word in arguments):
            arguments = [*arguments, "--queues=default,mail,heavy"]
        app = import_string("belonging.work.celery.app")  # by name: core stands below work
        sys.argv = ["celery", *arguments]
        app.start(argv=arguments)

    def handle(self, *args: Any, **options: Any) -> None:
        self.execute_celery(["--help"])
