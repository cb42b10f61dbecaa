"""A space that has gone quiet: asked about once, closed by a person, never gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from belonging.accounts.models import MODERATORS
from belonging.core.hooks import gather
from belonging.notifications.models import Notification
from belonging.trail.models import Entry
from community import services
from community.models import Space, SpaceMembership, SpaceRole, Topic, Visibility
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)


def old_space(**fields: Any) -> Space:
    return space(created_at=NOW - 200 * DAY, **fields)


def facilitator(where: Space) -> Any:
    user = person()
    SpaceMembership.objects.create(space=where, user=user, role=SpaceRole.FACILITATOR, confirmed_at=NOW)
    return user


def asked() -> list[int]:
    return sorted(Notification.objects.filter(key__startswith="space-quiet").values_list("user_id", flat=True))


def topic_at(where: Space, moment: datetime) -> Topic:
    return services.start_topic(person(), where, title="A question", source="Well?", now=moment)


def test_the_facilitators_are_asked_once_after_ninety_days() -> None:
    where = old_space()
    leaders = [facilitator(where), facilitator(where)]
    topic_at(where, NOW - 91 * DAY)

    assert services.ask_about_quiet_spaces(NOW - 2 * DAY) == 0
    assert services.ask_about_quiet_spaces(NOW) == 1
    assert services.ask_about_quiet_spaces(NOW) == 0
    assert services.ask_about_quiet_spaces(NOW + 30 * DAY) == 0
    assert asked() == sorted(leader.pk for leader in leaders)


def test_it_is_among_what_the_clock_does() -> None:
    assert "community.quiet_spaces" in [work.name for work in gather("due_work")]


def test_moderators_are_asked_where_nobody_looks_after_the_space() -> None:
    old_space()
    moderator = person(groups=(MODERATORS,))

    services.ask_about_quiet_spaces(NOW)

    assert asked() == [moderator.pk]


def test_a_busy_a_new_and_a_closed_space_are_left_alone() -> None:
    busy, closed, ended = old_space(), old_space(closed_at=NOW - DAY), old_space(closes_on=NOW.date() - DAY)
    topic_at(busy, NOW - 89 * DAY)
    new = space(created_at=NOW - 20 * DAY)
    for where in (busy, closed, ended, new):
        facilitator(where)

    assert services.ask_about_quiet_spaces(NOW) == 0


def test_kept_open_it_is_asked_about_again_after_another_ninety_days() -> None:
    where = old_space()
    leader = facilitator(where)
    services.ask_about_quiet_spaces(NOW)

    services.keep_open(where.pk, by=leader, now=NOW + 5 * DAY)

    assert services.ask_about_quiet_spaces(NOW + 94 * DAY) == 0
    assert services.ask_about_quiet_spaces(NOW + 96 * DAY) == 1
    assert asked() == [leader.pk, leader.pk]


def test_a_post_after_the_question_begins_a_new_silence() -> None:
    where = old_space()
    facilitator(where)
    services.ask_about_quiet_spaces(NOW)

    topic_at(where, NOW + 10 * DAY)

    assert services.ask_about_quiet_spaces(NOW + 99 * DAY) == 0
    assert services.ask_about_quiet_spaces(NOW + 101 * DAY) == 1


def test_many_spaces_cost_a_handful_of_queries(django_assert_max_num_queries: Any) -> None:
    for _number in range(12):
        facilitator(old_space())

    with django_assert_max_num_queries(7 + 12):
        assert services.ask_about_quiet_spaces(NOW) == 12


def test_a_closed_space_can_be_read_and_found_and_nobody_posts() -> None:
    where = old_space()
    leader, reader = facilitator(where), person()
    topic = services.start_topic(leader, where, title="Zanzibar", source="Zanzibar it is.")
    client = signed_in(reader)

    signed_in(leader).post(where.quiet_url, {"answer": "close"})
    client.post(f"/topics/{topic.pk}/reply/", {"source": "Too late?"})
    client.post(f"/spaces/{where.slug}/new/", {"title": "New", "source": "Too late?"})

    topic.refresh_from_db()
    assert topic.last_number == 1
    assert Topic.objects.filter(space=where).count() == 1
    page = client.get(where.get_absolute_url()).content.decode()
    assert "has been closed since" in page
    assert "Zanzibar" in page
    assert "Zanzibar" in client.get("/search/?q=zanzibar").content.decode()
    assert client.get(topic.get_absolute_url()).status_code == 200
    assert Entry.objects.filter(action="space.closed", actor_id=leader.pk).count() == 1


def test_a_facilitator_opens_it_again() -> None:
    where = old_space(closes_on=timezone.localdate() - DAY)
    leader = facilitator(where)
    services.close_space(where.pk, by=leader)
    services.close_space(where.pk, by=leader)

    signed_in(leader).post(where.quiet_url, {"answer": "reopen"})

    where.refresh_from_db()
    assert not where.is_closed_for_posts
    assert services.start_topic(person(), where, title="Again", source="Hello").last_number == 1
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == ["space.closed", "space.reopened"]


@pytest.mark.parametrize("answer", ["", "delete", "keep\x00"])
def test_an_answer_that_is_none_changes_nothing(answer: str) -> None:
    where = old_space()

    signed_in(facilitator(where)).post(where.quiet_url, {"answer": answer})

    where.refresh_from_db()
    assert (where.closed_at, where.quiet_kept_at) == (None, None)


def test_nobody_but_who_looks_after_it_closes_a_space() -> None:
    where, hidden = old_space(), old_space(visibility=Visibility.CONFIDENTIAL, joining="ask")
    client = signed_in(person())

    assert client.post(where.quiet_url, {"answer": "close"}).status_code == 403
    assert client.post(hidden.quiet_url, {"answer": "close"}).status_code == 404
    where.refresh_from_db()
    assert where.closed_at is None
