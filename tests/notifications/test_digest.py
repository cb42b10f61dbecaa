"""The weekly digest from its plan to a real mailbox: a Celery worker of its own, Valkey, PostgreSQL, SMTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection
from django.utils import timezone

from belonging.notifications import services
from belonging.notifications.models import DigestPreference, Frequency
from belonging.outbox.models import OutgoingEmail, State
from community import services as community
from tests.people import person, space

ROOT = Path(__file__).resolve().parents[2]


class Sink:
    """Keeps what a mail server was given."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def worker(sink: tuple[Sink, int]) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker on the test's own database, broker and mail server."""
    database = settings.DATABASES["default"]
    name = connection.settings_dict["NAME"]
    login = database["USER"] + (f":{database['PASSWORD']}" if database.get("PASSWORD") else "")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "belonging.settings.demo",
        "DATABASE_URL": f"postgres://{login}@{database['HOST']}:{database['PORT']}/{name}",
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{sink[1]}",
        "SECRET_KEY": settings.SECRET_KEY,
    }
    command = [
        sys.executable,
        "manage.py",
        "celery",
        "worker",
        "--pool=solo",
        "--loglevel=WARNING",
        "--without-gossip",
        "--without-mingle",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield process
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()


def _wait(for_what: Any, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if for_what():
            return
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_planned_digest_of_three_rooms_reaches_the_mailbox_once(
    sink: tuple[Sink, int], worker: subprocess.Popen[bytes], settings: Any
) -> None:
    from belonging.home.tree import home_page
    from events.models import EventPage
    from events.services import events_index
    from resources.models import ResourcePage
    from resources.services import library

    home_page()
    reader = person("Rea Der", joined_at=timezone.now() - timedelta(days=60))
    topic = community.start_topic(reader, space(), title="How do you greet late pupils?", source="Tell me.")
    community.reply(person(), topic.pk, source="By name.")
    library().add_child(
        instance=ResourcePage(
            title="A return plan",
            slug="plan",
            summary="One page",
            published_on=timezone.localdate(),
            evidence_reason="A story",
        )
    )
    starts = timezone.now() + timedelta(days=12)
    events_index().add_child(
        instance=EventPage(
            title="A walk",
            slug="walk",
            summary="Walk",
            capacity=5,
            visibility="members",
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
        )
    )
    DigestPreference.objects.update_or_create(user=reader, defaults={"frequency": Frequency.WEEKLY})
    in_a_week = timezone.now() + timedelta(days=7)

    for _time in range(2):  # planned twice, sent once
        services.plan_digests(in_a_week)
    OutgoingEmail.objects.exclude(user=reader).delete()
    OutgoingEmail.objects.update(next_try_at=timezone.now())
    settings.WORK_BELL = True
    from belonging.outbox.tasks import drain_outbox

    drain_outbox.apply_async(queue="mail", retry=False)
    _wait(lambda: sink[0].mails)
    _wait(lambda: OutgoingEmail.objects.get(user=reader).state == State.SENT)

    [(to, mail)] = sink[0].mails
    body = mail.get_body(("plain",)).get_content()
    assert to == [reader.email]
    assert "How do you greet late pupils?" in body
    assert "A return plan" in body
    assert "A walk" in body
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.get_body(("html",)) is not None
    assert "http://" not in mail.get_body(("html",)).get_content().replace("http://127.0.0.1", "").replace(
        "http://www.w3.org", ""
    )


@pytest.mark.django_db
def test_an_empty_digest_is_never_sent() -> None:
    from belonging.core.hooks import NotWanted
    from belonging.notifications.digest import render

    reader = person()
    now = timezone.now()
    row = OutgoingEmail(
        user=reader, kind="digest", context={"since": (now - timedelta(days=7)).isoformat(), "until": now.isoformat()}
    )

    with pytest.raises(NotWanted):
        render(row)
