"""Whoever may not write sends nobody anything by another door, and nobody is called without end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from belonging.accounts.models import EXPERTS, User
from belonging.notifications.models import Notification
from belonging.outbox.models import OutgoingEmail
from belonging.schools.models import Role
from community import services
from community.models import ExpertRequest, Joining, SpaceMembership, SpaceRole, Topic, Visibility
from tests.people import member_of, person, school, signed_in, space

pytestmark = pytest.mark.django_db

SILENCED = "You can read and not write"
TOO_MUCH = "That is a lot in a short time"


@pytest.fixture(params=["silenced", "too much"])
def refused(request: pytest.FixtureRequest, settings: Any) -> Any:
    """``refused(user)`` makes the person one who is refused; gives the status and the words of the answer."""

    def make(user: User) -> tuple[int, str]:
        if request.param == "silenced":
            User.objects.filter(pk=user.pk).update(silenced_until=timezone.now() + timedelta(days=1))
            return 422, SILENCED
        rates = {key: [(0, 60)] for key in settings.POSTING_LIMITS["rates"]}
        settings.POSTING_LIMITS = {**settings.POSTING_LIMITS, "rates": rates}
        return 429, TOO_MUCH

    return make


def question() -> Topic:
    return services.start_topic(
        person(), space(), title="Which plan?", source="Tell.", kind="question", strands=["P11"]
    )


def test_asking_people_and_strands_is_refused_and_the_choice_is_kept(refused: Any) -> None:
    topic, expert = question(), person(groups=(EXPERTS,))
    status, words = refused(topic.author)

    response = signed_in(topic.author).post(
        reverse("community:ask", args=[topic.pk]), {"experts": [str(expert.pk)], "strand": "P11"}
    )

    assert response.status_code == status
    assert words in response.content.decode()
    assert response.context["form"]["strand"].value() == "P11"
    assert f'value="{expert.pk}" id="id_experts_0" checked' in response.content.decode()
    assert not ExpertRequest.objects.exists()
    assert not Notification.objects.filter(user=expert).exists()


def test_passing_a_question_on_is_refused(refused: Any) -> None:
    topic, expert = question(), person()
    services.ask(topic, experts=[expert], by=topic.author)
    Notification.objects.all().delete()
    status, words = refused(expert)

    response = signed_in(expert).post(reverse("community:pass_on", args=[topic.pk]), {})

    assert response.status_code == status
    assert words in response.content.decode()
    assert ExpertRequest.objects.waiting().count() == 1
    assert not Notification.objects.exists()


@pytest.mark.parametrize("where", [{"visibility": Visibility.CLOSED}, {"joining": Joining.ASK}])
def test_asking_to_join_is_refused_and_the_note_is_kept(refused: Any, where: dict[str, Any]) -> None:
    found, asker = space(**where), person()
    status, words = refused(asker)

    response = signed_in(asker).post(reverse("community:join", args=[found.slug]), {"note": "I draft too."})

    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert "I draft too." in page
    assert not SpaceMembership.objects.exists()


def test_joining_where_nobody_is_told_stays_free(refused: Any) -> None:
    found, user = space(), person()
    refused(user)

    signed_in(user).post(reverse("community:join", args=[found.slug]))

    assert services.is_member(user, found)


def test_adding_members_is_refused(refused: Any) -> None:
    found, lead, other = space(), person(), person()
    SpaceMembership.objects.create(space=found, user=lead, role=SpaceRole.FACILITATOR, confirmed_at=timezone.now())
    status, words = refused(lead)

    response = signed_in(lead).post(found.members_url, {"handle": other.handle})

    assert response.status_code == status
    assert words in response.content.decode()
    assert f'value="{other.handle}"' in response.content.decode()
    assert not services.is_member(other, found)


def test_inviting_people_by_mail_is_refused_and_the_address_is_kept(refused: Any) -> None:
    where, lead = school(), person()
    member_of(lead, where, Role.LEAD)
    status, words = refused(lead)

    response = signed_in(lead).post(
        reverse("schools:team", args=[where.pk]), {"address": "new@example.org", "role": "member"}
    )

    assert response.status_code == status
    assert words in response.content.decode()
    assert 'value="new@example.org"' in response.content.decode()
    assert not OutgoingEmail.objects.exists()


def test_keeping_an_answer_is_refused(refused: Any) -> None:
    topic = question()
    answer = services.reply(person(), topic.pk, source="This one.")
    services.accept(topic.pk, answer)
    _status, words = refused(topic.author)

    page = signed_in(topic.author).post(reverse("community:keep", args=[topic.pk]), follow=True)

    assert words in page.content.decode()
    assert Topic.objects.get(pk=topic.pk).resource_url == ""
