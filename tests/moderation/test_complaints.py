from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from belonging.moderation import complaints, services
from belonging.moderation.errors import NotPossible
from belonging.moderation.models import Case, Complaint, State
from belonging.notifications.models import Notification
from belonging.outbox.draining import drain
from tests.moderation.things import lead, moderator
from tests.people import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counting_from_other_tests() -> None:
    cache.clear()


def complain(client: Any, **fields: Any) -> Any:
    return client.post("/moderation/complaint/", {"about": "/library/", "words": "This is unfair", **fields})


def test_anybody_complains_and_gets_a_reference(client: Any) -> None:
    other = moderator()

    page = complain(client).content.decode()

    made = Complaint.objects.get()
    assert f"<b>{made.pk}</b>" in page
    assert "You left no address" in page
    assert Notification.objects.filter(user=other, key__endswith=":new").exists()
    assert "This is unfair" in signed_in(other).get("/moderation/").content.decode()


def test_the_answer_goes_to_the_address_and_the_case_is_closed(client: Any) -> None:
    complain(client, email="parent@example.org")
    case = Case.objects.get()
    browser = signed_in(moderator())

    assert browser.post(f"/moderation/cases/{case.pk}/answer/", {"words": ""}).status_code == 422
    browser.post(f"/moderation/cases/{case.pk}/answer/", {"words": "We changed it."})
    drain(limit=20)

    case.refresh_from_db()
    assert case.state == State.ANSWERED
    assert mail.outbox[0].to == ["parent@example.org"]
    assert "We changed it." in str(mail.outbox[0].body)


def test_a_member_who_complains_is_told_that_it_was_answered() -> None:
    who = person()
    complain(signed_in(who))

    complaints.answer(Case.objects.get().pk, by=moderator(), words="Thank you")

    assert Notification.objects.filter(user=who, key__startswith="complaint:").exists()


def test_a_complaint_about_harm_is_for_the_leads_alone(client: Any) -> None:
    boss, other = lead(), moderator()

    complain(client, at_risk="on")

    case = Case.objects.get()
    assert not Notification.objects.filter(user=other).exists()
    assert Notification.objects.filter(user=boss, key=f"case:{case.pk}:urgent").exists()
    assert signed_in(other).get(f"/moderation/cases/{case.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"), [("about", ""), ("words", ""), ("words", "x" * 3001), ("email", "not an address")]
)
def test_what_is_missing_is_said_beside_its_field(client: Any, field: str, value: str) -> None:
    response = complain(client, **{field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Complaint.objects.exists()


def test_a_complaint_is_not_hidden_kept_or_taken_back(client: Any) -> None:
    complain(client)
    case, by = Case.objects.get(), moderator()

    with pytest.raises(NotPossible):
        services.decide(case.pk, by=by, hide=True)
    complaints.answer(case.pk, by=by, words="Answer")
    with pytest.raises(NotPossible):
        services.undo(case.pk, by=by, reason="x")


def test_nobody_answers_their_own_complaint() -> None:
    who = moderator()
    complain(signed_in(who))

    with pytest.raises(NotPossible):
        complaints.answer(Case.objects.get().pk, by=who, words="Quite right")


def test_a_mail_whose_answer_was_cleared_is_not_sent(client: Any) -> None:
    complain(client, email="parent@example.org")
    complaints.answer(Case.objects.get().pk, by=moderator(), words="Answer", now=timezone.now() + timedelta(seconds=1))
    Complaint.objects.update(answer="")

    drain(limit=20)

    assert not mail.outbox
