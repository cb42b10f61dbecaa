from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail import hooks

from belonging.core.hooks import DueWork
from belonging.work import services, tasks
from belonging.work.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_a_room_that_breaks_does_not_stop_the_others():
    done: list[datetime] = []

    def breaks(now: datetime) -> int:
        raise ValueError("broken")

    def works(now: datetime) -> int:
        done.append(now)
        return 1

    now = timezone.now()
    with hooks.register_temporarily("due_work", lambda: [DueWork("bad", breaks), DueWork("good", works)]):
        answer = services.tick(now)

    assert (answer["bad"], answer["good"]) == ("failed", 1)
    assert done == [now]


def test_the_task_leaves_a_heartbeat():
    tasks.tick()

    assert timezone.now() - Heartbeat.objects.get(name=tasks.HEARTBEAT).beat_at < timedelta(seconds=10)


def test_the_command_does_what_is_due_at_the_moment_given():
    seen: list[datetime] = []

    def work(now: datetime) -> int:
        seen.append(now)
        return 3

    out = StringIO()
    with hooks.register_temporarily("due_work", lambda: [DueWork("probe", work)]):
        call_command("tick", "--at", "2026-03-29T01:30:00", stdout=out)

    assert seen == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
    assert "probe: 3" in out.getvalue()


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01T00:00:00", "2026-02-30T00:00:00"])
def test_the_command_refuses_what_is_no_moment(at):
    with pytest.raises(CommandError, match="ISO 8601"):
        call_command("tick", "--at", at)
