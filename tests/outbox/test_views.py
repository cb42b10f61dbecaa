from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from belonging.accounts.models import User
from belonging.outbox import draining, services
from belonging.outbox.models import OutgoingEmail, State, Unsubscription
from tests.outbox.factories import kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User.objects.create_user("a@example.org", name="A")


def test_getting_the_link_shows_a_button_and_changes_nothing(client, person):
    with kind("news", transactional=False):
        response = client.get(services.unsubscribe_url(user_id=person.pk, kind="news"))

    assert response.status_code == 200
    assert not Unsubscription.objects.exists()


def test_posting_stops_the_mail_at_once_without_signing_in_or_a_token_of_the_form(person):
    client = Client(enforce_csrf_checks=True)
    with kind("news", transactional=False):
        url = services.unsubscribe_url(user_id=person.pk, kind="news")
        services.plan(kind="news", key="1", user=person)

        first, second = client.post(url), client.post(url, {"List-Unsubscribe": "One-Click"})
        draining.drain()

    assert (first.status_code, second.status_code) == (200, 200)
    assert mail.outbox == []
    row = OutgoingEmail.objects.get()
    assert (row.state, row.reason) == (State.SKIPPED, "unsubscribed from this kind of mail")


def test_list_mail_offers_one_click_unsubscribing(person):
    with kind("news", transactional=False):
        services.plan(kind="news", key="1", user=person)
        draining.drain()

        headers = mail.outbox[0].extra_headers
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert services.unsubscribe_url(user_id=person.pk, kind="news") in headers["List-Unsubscribe"]


def test_other_kinds_go_on(person):
    with kind("news", transactional=False), kind("other", transactional=False):
        services.unsubscribe(user_id=person.pk, kind="news")
        services.plan(kind="other", key="1", user=person)
        draining.drain()

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("token", ["nonsense", "WzEsIm5ld3MiXQ:1abc:forged"])
def test_a_forged_token_leads_nowhere(client, token):
    response = client.post(reverse("outbox:unsubscribe", args=[token]))

    assert response.status_code == 404


def test_a_transactional_kind_cannot_be_stopped(client, person):
    with kind("place"):
        response = client.post(services.unsubscribe_url(user_id=person.pk, kind="place"))

    assert response.status_code == 404
    assert not Unsubscription.objects.exists()


def test_a_token_holds_no_personal_data(person):
    assert "example" not in services.unsubscribe_token(user_id=person.pk, kind="news")
