from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from belonging.accounts.models import Profile, User
from community import cards, services
from community.models import Kind, Space, SpaceMembership, Topic, Visibility
from community.waiting import Place, waiting_words
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db

QUEUE = "/topics/unanswered/"


def question(where: Space, title: str, *, days: int = 1, replies: int = 0, **fields: Any) -> Topic:
    now = timezone.now() - timedelta(days=days)
    made = services.start_topic(person(), where, title=title, source="?", kind=Kind.QUESTION, now=now, **fields)
    for _number in range(replies):
        services.reply(person(), made.pk, source="Perhaps.")
    return made


def titles(client: Client, address: str = QUEUE) -> list[str]:
    return [row["topic"].title for row in client.get(address).context["rows"]]


def helper(*codes: str) -> User:
    made = person()
    Profile.objects.filter(user=made).update(strengths=list(codes))
    return User.objects.get(pk=made.pk)


def test_what_nobody_replied_to_comes_first_and_then_whoever_waited_longest() -> None:
    where = space()
    question(where, "replied", days=9, replies=1)
    question(where, "two days", days=2)
    question(where, "five days", days=5)
    answered = question(where, "answered", days=7)
    services.accept(answered.pk, services.reply(person(), answered.pk, source="Yes."))
    services.start_topic(person(), where, title="no question", source="Words.")

    assert titles(signed_in(person())) == ["five days", "two days", "replied"]


def test_what_is_locked_hidden_or_in_a_closed_space_is_not_in_the_queue() -> None:
    where, shut = space(), space(closed_at=None)
    Topic.objects.filter(pk=question(where, "locked").pk).update(locked=True)
    Topic.objects.filter(pk=question(where, "hidden").pk).update(hidden=True)
    question(shut, "in a closed space")
    Space.objects.filter(pk=shut.pk).update(closed_at=timezone.now())

    assert titles(signed_in(person())) == []


def test_nobody_sees_questions_of_spaces_they_may_not_read() -> None:
    question(space(Visibility.OPEN), "open")
    question(space(Visibility.MEMBERS), "members")
    closed, secret = space(Visibility.CLOSED), space(Visibility.CONFIDENTIAL, title="Quiet group")
    question(closed, "closed")
    question(secret, "confidential")
    insider = person()
    SpaceMembership.objects.create(space=secret, user=insider, confirmed_at=timezone.now())

    assert titles(Client()) == ["open"]
    assert sorted(titles(signed_in(person()))) == ["members", "open"]
    assert "confidential" in titles(signed_in(insider))
    assert "Quiet group" not in signed_in(person()).get(QUEUE).content.decode()
    assert "confidential" in titles(signed_in(insider), f"{QUEUE}?space={secret.slug}")
    assert "confidential" not in titles(signed_in(person()), f"{QUEUE}?space={secret.slug}")


def test_the_queue_narrows_to_strengths_a_strand_and_a_space() -> None:
    first, second = space(), space()
    question(first, "mine", strands=["P11"])
    question(second, "other strand", strands=["F1"])
    client = signed_in(helper("P11"))

    assert titles(client, f"{QUEUE}?show=strengths") == ["mine"]
    assert titles(client, f"{QUEUE}?strand=F1") == ["other strand"]
    assert titles(client, f"{QUEUE}?space={first.slug}") == ["mine"]
    assert len(titles(client, f"{QUEUE}?strand=nonsense&space=none&show=zzz&after=x")) == 2


def test_an_empty_queue_says_whether_that_is_true_everywhere() -> None:
    where, client = space(), signed_in(person())

    assert "Every question has an answer" in client.get(QUEUE).content.decode()
    question(where, "elsewhere", strands=["P11"])
    narrowed = client.get(f"{QUEUE}?strand=F1").content.decode()

    assert "Every question has an answer" not in narrowed
    assert "No question waits here" in narrowed
    assert f'href="{QUEUE}"' in narrowed


def test_asked_of_you_holds_what_names_me_and_what_is_for_my_strands() -> None:
    where, expert = space(), helper("P11")
    named, strand, other = (question(where, title) for title in ("named", "strand", "other"))
    services.ask(named, experts=[expert], by=named.author)
    services.ask(strand, strand="P11", by=strand.author)
    services.ask(other, strand="F1", by=other.author)
    client = signed_in(expert)

    response = client.get(f"{QUEUE}?show=asked")

    assert {row["topic"].title: row["named"] for row in response.context["rows"]} == {"named": True, "strand": False}
    assert titles(signed_in(person()), f"{QUEUE}?show=asked") == []
    assert Client().get(f"{QUEUE}?show=asked")["Location"].startswith("/accounts/login/")


def test_pages_go_on_where_the_last_one_ended_and_repeat_nothing() -> None:
    where = space()
    moment = timezone.now() - timedelta(days=3)
    plain = [question(where, f"plain {number}") for number in range(25)]
    Topic.objects.filter(pk__in=[topic.pk for topic in plain]).update(created_at=moment)
    replied = [question(where, f"replied {number}", replies=1) for number in range(20)]
    client, address, seen = signed_in(person()), QUEUE, []

    while address:
        response = client.get(address)
        seen += [row["topic"].title for row in response.context["rows"]]
        following = response.context["next"]
        address = f"{QUEUE}?after={following.replace('+', '%2B')}" if following else ""

    assert len(seen) == len(set(seen)) == 45
    assert seen[:25] == [topic.title for topic in plain]
    assert set(seen[25:]) == {topic.title for topic in replied}


@pytest.mark.parametrize("text", ["", "x", "0_x_1", "2_2026-01-01T00:00:00+00:00_1", "0_2026-01-01T00:00:00_1", "1__"])
def test_a_place_that_is_none_begins_at_the_beginning(text: str) -> None:
    assert Place.read(text) is None


@pytest.mark.parametrize("show", ["", "?show=strengths", "?show=asked"])
def test_the_queue_asks_at_most_seven_times(show: str) -> None:
    where, expert = space(), helper("P11")
    for number in range(30):
        made = question(where, f"question {number}", strands=["P11"], replies=number % 2)
        services.ask(made, experts=[expert], by=made.author)
    client = signed_in(expert)
    client.get(QUEUE + show)

    with CaptureQueriesContext(connection) as asked:
        client.get(QUEUE + show)

    assert len(asked) <= 7, "\n".join(query["sql"][:120] for query in asked.captured_queries)
    assert not any("OFFSET" in query["sql"] for query in asked.captured_queries)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "Waiting since today"), (1, "Waiting 1 day"), (2, "Waiting 2 days"), (21, "Waiting 3 weeks"), (90, "Waiting 3 months"), (800, "Waiting 2 years")],
)  # fmt: skip
def test_waiting_is_told_in_plain_words(days: int, words: str) -> None:
    now = timezone.now()

    assert waiting_words(now - timedelta(days=days), now=now) == words


def test_dashboard_and_digest_name_what_was_asked_of_me_first() -> None:
    where, expert, now = space(), helper("P11"), timezone.now()
    asked = question(where, "asked", days=9, strands=["F1"])
    services.ask(asked, experts=[expert], by=asked.author)
    for number in range(4):
        question(where, f"strand {number}", strands=["P11"])
    question(where, "elsewhere", strands=["F1"])

    card = cards.dashboard_cards(expert, now=now)[0]
    section = next(part for part in cards.digest_sections(expert, now - timedelta(days=7), now) if part.rank == 25)

    assert [item.title for item in card.items] == ["asked", "strand 3", "strand 2"]
    assert [item.title for item in section.items] == ["asked", "strand 3", "strand 2"]
    assert card.items[0].meta == "Waiting 9 days"


def test_the_card_shows_nothing_of_spaces_one_may_not_read() -> None:
    secret, expert = space(Visibility.CONFIDENTIAL), helper("P11")
    question(secret, "secret", strands=["P11"])

    found = cards.dashboard_cards(expert, now=datetime.now(tz=timezone.get_current_timezone()))

    assert all(item.title != "secret" for card in found for item in card.items)
