from __future__ import annotations

import smtplib
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections
from django.utils import timezone

from belonging.accounts.models import User
from belonging.core.hooks import Mail, NotWanted
from belonging.outbox import draining, services
from belonging.outbox.models import OutgoingEmail, State
from tests.outbox.factories import kind, plain

pytestmark = pytest.mark.django_db

HERE = "tests.outbox.test_draining"


class Refusing(BaseEmailBackend):
    """A transport that answers as its address says: 550@, 451@ or well."""

    def send_messages(self, email_messages):
        for message in email_messages:
            code = message.to[0].split("@")[0]
            if code.isdecimal():
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (int(code), b"no")})
            mail.outbox.append(message)
        return len(email_messages)


class Dying(BaseEmailBackend):
    """A transport whose worker is killed in the middle of sending."""

    def send_messages(self, email_messages):
        raise KeyboardInterrupt


def test_planning_the_same_mail_twice_sends_one():
    with kind():
        assert services.plan(kind="note", key="1", address="a@example.org")
        assert not services.plan(kind="note", key="1", address="A@example.org ")

        draining.drain()
        draining.drain()

    assert [message.to for message in mail.outbox] == [["a@example.org"]]
    assert OutgoingEmail.objects.get().state == State.SENT


def test_a_mail_carries_a_message_id_of_its_row_and_says_that_a_machine_wrote_it():
    with kind():
        services.plan(kind="note", key="1", address="a@example.org")
        draining.drain()

    row = OutgoingEmail.objects.get()
    headers = mail.outbox[0].extra_headers
    assert headers["Message-ID"] == row.message_id
    assert headers["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in headers


def test_a_mail_no_longer_wanted_is_skipped_and_says_why():
    with kind(wanted="the topic was hidden"):
        services.plan(kind="note", key="1", address="a@example.org")
        draining.drain()

    assert mail.outbox == []
    row = OutgoingEmail.objects.get()
    assert (row.state, row.reason) == (State.SKIPPED, "the topic was hidden")


def test_a_renderer_may_refuse_at_the_last_moment():
    def nothing_to_say(row):
        raise NotWanted("nothing to say")

    with kind(render=nothing_to_say):
        services.plan(kind="note", key="1", address="a@example.org")
        draining.drain()

    assert OutgoingEmail.objects.get().reason == "nothing to say"


def test_nobody_who_left_gets_mail():
    person = User.objects.create_user("a@example.org")
    with kind():
        services.plan(kind="note", key="1", user=person)
        User.objects.filter(pk=person.pk).update(is_active=False)
        draining.drain()

    assert mail.outbox == []
    assert OutgoingEmail.objects.get().reason == "the person has left"


def test_one_bad_address_never_stops_the_rest(settings):
    settings.OUTBOX_TRANSPORT = f"{HERE}.Refusing"
    with kind():
        for address in ("550@example.org", "fine@example.org", "451@example.org", "good@example.org"):
            services.plan(kind="note", key="1", address=address)
        draining.drain()

    assert sorted(message.to[0] for message in mail.outbox) == ["fine@example.org", "good@example.org"]
    states = dict(OutgoingEmail.objects.values_list("address", "state"))
    assert states["550@example.org"] == State.DEAD
    assert states["451@example.org"] == State.FAILED


def test_a_passing_refusal_is_tried_again_after_one_minute_then_five(settings):
    settings.OUTBOX_TRANSPORT = f"{HERE}.Refusing"
    now = timezone.now()
    with kind():
        services.plan(kind="note", key="1", address="451@example.org")
        draining.drain(now=now + timedelta(seconds=1))
        first = OutgoingEmail.objects.get().next_try_at
        draining.drain(now=now + timedelta(minutes=2))
        second = OutgoingEmail.objects.get().next_try_at

    assert first == now + timedelta(minutes=1, seconds=1)
    assert second == now + timedelta(minutes=7)


def test_after_eight_tries_a_mail_is_given_up(settings):
    settings.OUTBOX_TRANSPORT = f"{HERE}.Refusing"
    now = timezone.now()
    with kind():
        services.plan(kind="note", key="1", address="451@example.org")
        for day in range(1, 12):
            draining.drain(now=now + timedelta(days=day))

    row = OutgoingEmail.objects.get()
    assert (row.state, row.attempts) == (State.DEAD, draining.MOST_TRIES)


def test_a_renderer_that_breaks_does_not_stop_the_others():
    def broken(row):
        if row.key == "1":
            raise ValueError("private words")
        return plain(row)

    with kind(render=broken):
        services.plan(kind="note", key="1", address="a@example.org")
        services.plan(kind="note", key="2", address="a@example.org")
        draining.drain()

    assert len(mail.outbox) == 1
    broken_row = OutgoingEmail.objects.get(key="1")
    assert broken_row.state == State.FAILED
    assert "private words" not in broken_row.reason


@pytest.mark.parametrize(("delivery", "after"), [("at_most_once", State.UNKNOWN), ("at_least_once", State.SENT)])
def test_what_a_killed_worker_was_sending(settings, delivery, after):
    """A digest is shown as unknown and not sent again; a reminder is sent again."""
    settings.OUTBOX_TRANSPORT = f"{HERE}.Dying"
    now = timezone.now()
    with kind(delivery=delivery):
        services.plan(kind="note", key="1", address="a@example.org")
        with pytest.raises(KeyboardInterrupt):
            draining.drain(now=now + timedelta(seconds=1))
        settings.OUTBOX_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"

        draining.drain(now=now + timedelta(minutes=1))
        assert mail.outbox == []  # the lease still holds

        draining.drain(now=now + timedelta(minutes=6))

    assert OutgoingEmail.objects.get().state == after


def test_a_subject_cannot_carry_a_header_of_its_own():
    with kind(render=lambda row: Mail(subject="Hello\r\nBcc: victim@example.org", text="x")):
        services.plan(kind="note", key="1", address="a@example.org")
        draining.drain()

    assert mail.outbox[0].subject == "Hello Bcc: victim@example.org"
    assert mail.outbox[0].bcc == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_ten_workers_side_by_side_send_each_mail_once():
    with kind():
        for number in range(100):
            services.plan(kind="note", key=str(number), address="a@example.org")

        def work() -> None:
            try:
                while draining.drain(limit=5):
                    pass
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(message.subject for message in mail.outbox) == sorted(f"About {number}" for number in range(100))
    assert OutgoingEmail.objects.filter(state=State.SENT).count() == 100
