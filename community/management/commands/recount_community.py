"""Puts the counters of posts, topics and spaces right and says what differed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from community.models import Topic
from community.services.recount import Difference, recount, recount_spaces

BATCH = 500


class Command(BaseCommand):
    help = "Counts posts, thanks, followers, readers and members again, repairs what differs and prints it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what differs")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        """By batches of 500 topics, each in its own transaction, so that nobody's reply waits for long."""
        found, last = 0, 0
        while ids := list(Topic.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
            found += self._say(recount(ids, repair=not dry_run))
            last = ids[-1]
        found += self._say(recount_spaces(repair=not dry_run))
        self.stdout.write(f"{found} counters differed" if found else "All counters are right")

    def _say(self, differences: list[Difference]) -> int:
        for difference in differences:
            self.stdout.write(str(difference))
        return len(differences)
