from __future__ import annotations

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, send_mail

from belonging.outbox import draining, secrets
from belonging.outbox.backend import KIND_HEADER
from belonging.outbox.models import OutgoingEmail, State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _through_the_outbox(settings):
    settings.EMAIL_BACKEND = "belonging.outbox.backend.OutboxBackend"


def test_secret_mail_waits_encrypted_goes_out_whole_and_is_wiped():
    message = EmailMultiAlternatives(
        "Reset your password", "Code ABC-123", to=["a@example.org"], headers={KIND_HEADER: "account"}
    )
    message.attach_alternative("<p>Code <b>ABC-123</b></p>", "text/html")

    message.send()

    row = OutgoingEmail.objects.get()
    assert row.kind == "account"
    assert b"ABC-123" not in bytes(row.secret_payload)
    assert "ABC-123" not in str(row.context) + row.subject

    draining.drain()

    sent = mail.outbox[0]
    assert (sent.subject, sent.body) == ("Reset your password", "Code ABC-123")
    assert sent.alternatives[0][0] == "<p>Code <b>ABC-123</b></p>"
    assert KIND_HEADER not in sent.extra_headers
    row.refresh_from_db()
    assert (row.state, row.secret_payload, row.subject) == (State.SENT, None, "")


def test_each_recipient_gets_a_mail_of_their_own():
    send_mail("Hello", "Text", None, ["A <a@example.org>", "b@example.org"])

    draining.drain()

    assert sorted(message.to[0] for message in mail.outbox) == ["a@example.org", "b@example.org"]


def test_attachments_travel_too():
    message = EmailMultiAlternatives("Hello", "Text", to=["a@example.org"])
    message.attach("place.ics", "BEGIN:VCALENDAR", "text/calendar")

    message.send()
    draining.drain()

    assert mail.outbox[0].attachments[0][0] == "place.ics"


def test_a_mail_whose_key_is_gone_is_skipped_and_not_tried_for_ever(settings):
    send_mail("Hello", "Text", None, ["a@example.org"])
    settings.SECRET_KEY = "another-key-entirely"

    draining.drain()

    row = OutgoingEmail.objects.get()
    assert (row.state, row.reason) == (State.SKIPPED, "its key is gone")


def test_a_new_key_still_opens_what_the_old_one_locked(settings):
    locked = secrets.lock({"a": 1})
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the-next-key"

    assert secrets.unlock(locked) == {"a": 1}
