"""What a page may ask of the database and weigh, at ten topics; test_ceilings_full.py holds the same at 200,000 posts."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import tallies
from community.aside import forget
from community.models import Space, SpaceMembership, SpaceRole, Topic
from tests.community import ceilings
from tests.community.ceilings import LIST, LIST_BYTES, MEMBER, PAGES, REPLY, VISITOR, Asked, Page
from tests.people import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten() -> None:
    cache.clear()
    ceilings.fill_ten()


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_asks_little_writes_nothing_counts_nothing_and_skips_nothing(
    page: Page, asked_at_ten: dict[Page, Asked]
) -> None:
    asked = asked_at_ten[page]

    assert len(asked.queries) <= page.most, "\n".join(asked.queries)
    assert asked.writes() == []
    assert asked.counts() == []
    assert asked.skips() == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.who == VISITOR], ids=str)
def test_a_visitor_gets_no_cookie_and_no_session(page: Page, asked_at_ten: dict[Page, Asked]) -> None:
    assert asked_at_ten[page].cookies == ()
    assert asked_at_ten[page].sessions == 0


@pytest.mark.parametrize("page", [page for page in PAGES if page.is_list], ids=str)
def test_a_list_weighs_at_most_25_kilobytes(page: Page, asked_at_ten: dict[Page, Asked]) -> None:
    assert asked_at_ten[page].size <= LIST_BYTES


@pytest.mark.parametrize("who", [VISITOR, MEMBER])
def test_a_space_asks_no_more_when_its_aside_is_not_remembered(who: str, ten: None) -> None:
    client, where = ceilings.client_of(who), Space.objects.get(slug="scale-1-1")
    client.get("/topics/")  # the frame of every page, and the session
    forget(where.pk)
    if who == MEMBER:  # a new person; who looks after the space is remembered for all
        Client().get(where.get_absolute_url())

    with CaptureQueriesContext(connection) as sent:
        response = client.get(where.get_absolute_url())

    assert response.status_code == 200
    asked = ceilings.statements(sent)
    assert len(asked) <= LIST[who], "\n".join(asked)


def test_whoever_looks_after_a_space_asks_no_more_than_a_member_may(ten: None) -> None:
    where, facilitator = Space.objects.get(slug="scale-1-1"), person()
    SpaceMembership.objects.create(
        space=where, user=facilitator, role=SpaceRole.FACILITATOR, confirmed_at=timezone.now()
    )
    for _number in range(3):
        SpaceMembership.objects.create(space=where, user=person())
    client = signed_in(facilitator)
    client.get(where.get_absolute_url())

    with CaptureQueriesContext(connection) as sent:
        response = client.get(where.get_absolute_url())

    assert len(response.context["asked"]) == 3
    assert len(ceilings.statements(sent)) <= LIST[MEMBER]


def test_a_view_is_kept_in_redis_and_stored_in_a_batch(ten: None) -> None:
    topic = Topic.objects.get(slug="scale-topic-1")

    for _view in range(3):
        Client().get(topic.get_absolute_url())
    at_once = Topic.objects.get(pk=topic.pk).view_count
    changed = tallies.store_views(timezone.now())

    assert at_once == 0
    assert changed == 1
    assert Topic.objects.get(pk=topic.pk).view_count == 3


@pytest.mark.parametrize("slug", ["scale-topic-1", "scale-topic-2"])
def test_a_reply_asks_at_most_twelve_times(slug: str, ten: None) -> None:
    assert ceilings.queries_of_a_reply(slug) <= REPLY


def test_the_check_sees_what_it_forbids() -> None:
    def seen(query: str) -> tuple[int, int, int]:
        asked = Asked([query])
        return len(asked.writes()), len(asked.counts()), len(asked.skips())

    assert seen('UPDATE "community_topic" SET "view_count" = 1') == (1, 0, 0)
    assert seen("SELECT id FROM community_topic FOR NO KEY UPDATE") == (1, 0, 0)
    assert seen('SELECT COUNT(*) AS "__count" FROM "community_post"') == (0, 1, 0)
    assert seen("SELECT count(*) AS unread FROM (SELECT 1 FROM community_topic LIMIT 20\n) fresh") == (0, 0, 0)
    assert seen("SELECT count(*) AS unread FROM (SELECT 1 FROM community_topic) fresh") == (0, 1, 0)
    assert seen("SELECT id FROM community_topic LIMIT 20 OFFSET 40") == (0, 0, 1)
    assert seen('SELECT "community_post"."thank_count" FROM "community_post"') == (0, 0, 0)
