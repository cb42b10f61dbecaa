from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from belonging.accounts.models import User
from belonging.home.tree import home_page
from belonging.outbox.draining import drain
from belonging.outbox.models import OutgoingEmail
from belonging.schools.models import Organisation, OrganisationRole
from tests.people import PASSWORD, person, signed_in

pytestmark = pytest.mark.django_db

SIGNUP = {"email": "new@example.org", "password1": PASSWORD, "name": "New Member", "agrees": "on"}


def _text(response: Any) -> str:
    """The page without what differs from request to request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", response.content.decode())


@override_settings(EMAIL_BACKEND="belonging.outbox.backend.OutboxBackend")
def test_joining_needs_the_address_to_be_confirmed_by_a_mail_that_nobody_else_sees() -> None:
    client = Client()

    client.post("/accounts/signup/", SIGNUP)
    row = OutgoingEmail.objects.get(address="new@example.org")
    assert row.secret_payload
    assert "confirm" not in str(row.context).lower()
    drain(limit=10)
    row.refresh_from_db()
    link = re.search(r"https?://\S+/accounts/confirm-email/\S+", mail.outbox[0].body)

    assert link
    assert not row.secret_payload
    signed = Client().post("/accounts/login/", {"login": "new@example.org", "password": PASSWORD})
    assert signed["Location"].startswith("/accounts/confirm-email/")
    client.post(re.sub(r"^https?://[^/]+", "", link[0]))
    signed = Client().post("/accounts/login/", {"login": "new@example.org", "password": PASSWORD})
    assert signed["Location"] == "/"


def test_the_pages_do_not_tell_whether_an_address_is_known() -> None:
    known = person(password=PASSWORD).email

    for url, fields in (
        ("/accounts/signup/", {**SIGNUP, "email": "{}"}),
        ("/accounts/password/reset/", {"email": "{}"}),
        ("/accounts/login/", {"login": "{}", "password": "wrong wrong wrong"}),
    ):
        answers = []
        for address in (known, "nobody-at-all@example.org"):
            sent = {key: value.format(address) for key, value in fields.items()}
            response = Client().post(url, sent)
            answers.append(
                (response.status_code, response.headers.get("Location"), _text(response).replace(address, ""))
            )
        assert answers[0] == answers[1], url


def test_five_wrong_passwords_stop_the_account_and_not_the_school() -> None:
    target, colleague = person(password=PASSWORD), person(password=PASSWORD)
    for _try in range(6):
        Client().post("/accounts/login/", {"login": target.email, "password": "wrong"})

    stopped = Client().post("/accounts/login/", {"login": target.email, "password": PASSWORD})
    welcome = Client().post("/accounts/login/", {"login": colleague.email, "password": PASSWORD})

    assert stopped.status_code != 302
    assert welcome.status_code == 302


def test_a_staff_meeting_of_sixty_signs_in_from_one_address() -> None:
    people = [person(password=PASSWORD) for _number in range(60)]

    answers = {
        Client().post("/accounts/login/", {"login": one.email, "password": PASSWORD}).status_code for one in people
    }

    assert answers == {302}


@pytest.mark.parametrize("password", ["short", "1234567890123", "password1234", "new@example.org"])
def test_a_weak_password_is_refused_beside_its_field(password: str) -> None:
    response = Client().post("/accounts/signup/", {**SIGNUP, "password1": password})

    assert "password1" in response.context["form"].errors
    assert not User.objects.filter(email="new@example.org").exists()


@override_settings(SECOND_FACTOR_REQUIRED=True)
@pytest.mark.parametrize("who", ["admin", "officer", "member"])
def test_a_second_factor_is_asked_of_whoever_sees_other_people_s_data(who: str) -> None:
    user = person(is_staff=who == "admin", is_superuser=who == "admin")
    if who == "officer":
        OrganisationRole.objects.create(user=user, organisation=Organisation.objects.create(name="Council"))

    response = signed_in(user).get("/topics/")

    if who == "member":
        assert response.status_code == 200
    else:
        assert response["Location"] == reverse("mfa_index")
        Authenticator.objects.create(user=user, type="totp", data={})
        assert signed_in(user).get("/topics/").status_code == 200


def test_wagtail_s_own_login_goes_through_ours() -> None:
    response = Client().get("/admin/login/?next=/admin/pages/")

    assert response["Location"] == "/accounts/login/?next=/admin/pages/"


def test_what_is_sensitive_asks_for_the_password_again() -> None:
    user = person(password=PASSWORD)
    client = signed_in(user)

    assert "/reauthenticate/" in client.post("/me/data/export/")["Location"]


def test_sessions_are_listed_and_others_can_be_ended() -> None:
    user = person(password=PASSWORD)
    first, second = Client(), Client()
    for client in (first, second):
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        client.get("/me/")

    page = first.get("/accounts/sessions/")
    assert page.status_code == 200
    first.post("/accounts/sessions/")

    assert second.get("/me/").status_code == 302
    assert first.get("/me/").status_code == 200


ALLAUTH_PAGES = [
    "account_login", "account_signup", "account_reset_password", "account_reset_password_done", "account_email",
    "account_change_password", "account_logout", "mfa_index", "mfa_activate_totp", "usersessions_list", "account_reauthenticate",
    "account_email_verification_sent", "account_inactive", "mfa_list_webauthn", "mfa_add_webauthn", "socialaccount_connections",
]  # fmt: skip


@pytest.mark.parametrize("name", ALLAUTH_PAGES)
def test_every_page_of_accounts_looks_like_the_rest_of_the_site(name: str) -> None:
    home_page()
    user = person(password=PASSWORD)
    member = signed_in(user)
    member.post("/accounts/reauthenticate/", {"password": PASSWORD})

    for client in (Client(), member):
        response = client.get(reverse(name), follow=True)
        assert response.status_code == 200
        assert b"css/site.css" in response.content
