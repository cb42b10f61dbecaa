"""The ceilings of test_ceilings.py at 200,000 posts: the same questions, answered along an index.

``manage.py scale`` fills a copy of the test database once for the whole file; `-m "not scale"` leaves it out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections, transaction

from belonging.core.hooks import ScaleSize
from belonging.framework import strands
from community import scale
from community.models import Post, Topic
from community.services.recount import recount, recount_spaces
from tests.community import ceilings
from tests.community.ceilings import LIST_BYTES, MEMBER, PAGES, REPLY, TOPICS, VISITOR, Asked, Page

pytestmark = [pytest.mark.django_db, pytest.mark.scale, pytest.mark.usefixtures("full")]

SIZE = {"members": 1000, "topics": 20_000, "posts": 200_000}
MOST_ROWS = 1000
QUEUE = [page for page in PAGES if page.name.startswith("waiting")]
"""The queue asks for those that somebody has replied to only where the others do not fill a page."""
SEARCHED = [page for page in PAGES if page.name.startswith("search")]
"""Search joins what it finds with topics in whatever way PostgreSQL thinks best."""
BY_PLACE = [
    *(page for page in PAGES if page.name in {"space", "space, newest", "topics", "topics newest", "waiting"}),
    *(page for page in PAGES if "far down" in page.name and "helpful" not in page.name),
    *(page for page in PAGES if page.name in TOPICS),
]
"""Pages that begin at a place in an index and read as many rows as they show, give or take some that are left out."""


@pytest.fixture(scope="module")
def full(
    asked_at_ten: dict[Page, Asked], django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest
) -> Iterator[None]:
    """A second database, made from the migrated one and filled; the connection leads there until the file is done."""
    settings = connection.settings_dict
    small = settings["NAME"]
    large = f"{small}_scale"
    with django_db_blocker.unblock():
        connections.close_all()
        _on_server(connection, f'DROP DATABASE IF EXISTS "{large}" WITH (FORCE)')
        _on_server(connection, f'CREATE DATABASE "{large}" TEMPLATE "{small}"')
        settings["NAME"] = large
        start = time.monotonic()
        try:
            cache.clear()
            strands.forget()
            call_command("scale", **SIZE, stdout=StringIO())
            print(f"\n200,000 posts loaded in {time.monotonic() - start:.0f} s")  # noqa: T201
            yield
        finally:
            connections.close_all()
            settings["NAME"] = small
            _on_server(connection, f'DROP DATABASE IF EXISTS "{large}" WITH (FORCE)')
            cache.clear()
            strands.forget()


def _on_server(here: Any, statement: str) -> None:
    """Outside both databases: neither may be in use while it is copied or dropped."""
    with here._nodb_cursor() as cursor:
        cursor.execute(statement)


@dataclass(frozen=True)
class Look:
    asked: dict[Page, Asked]
    plans: dict[Page, list[tuple[str, dict[str, Any]]]]


@pytest.fixture(scope="module")
def look(full: None, django_db_blocker: Any) -> Look:
    """What every page asks and how that is answered, seen once for all tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        ceilings.prepare()
        known = ceilings.facts()
        found = Look(ceilings.ask_all(), {page: ceilings.plans_of(page, known) for page in PAGES})
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("page", [page for page in PAGES if page not in QUEUE], ids=str)
def test_a_page_asks_exactly_what_it_asks_at_ten_topics(
    page: Page, look: Look, asked_at_ten: dict[Page, Asked]
) -> None:
    asked = look.asked[page]

    assert len(asked.queries) == len(asked_at_ten[page].queries), "\n".join(asked.queries)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_full_page_asks_little_writes_nothing_counts_nothing_and_skips_nothing(page: Page, look: Look) -> None:
    asked = look.asked[page]

    assert len(asked.queries) <= page.most, "\n".join(asked.queries)
    assert asked.writes() == asked.counts() == asked.skips() == []
    assert page.who == MEMBER or (asked.cookies, asked.sessions) == ((), 0)


@pytest.mark.parametrize("page", [page for page in PAGES if page.is_list], ids=str)
def test_a_full_list_weighs_at_most_25_kilobytes(page: Page, look: Look) -> None:
    assert look.asked[page].size <= LIST_BYTES


@pytest.mark.parametrize("page", [page for page in PAGES if page not in SEARCHED], ids=str)
def test_no_page_reads_all_posts_or_all_topics(page: Page, look: Look) -> None:
    assert [sql for sql, plan in look.plans[page] if ceilings.read_whole(plan)] == []


@pytest.mark.parametrize("page", BY_PLACE, ids=str)
def test_a_page_reads_about_as_many_rows_as_it_shows_wherever_it_begins(page: Page, look: Look) -> None:
    assert 0 < sum(ceilings.rows_read(plan) for _sql, plan in look.plans[page]) < MOST_ROWS


@pytest.mark.parametrize("who", [VISITOR, MEMBER])
def test_a_page_of_a_long_topic_names_a_few_pages_and_not_all(who: str) -> None:
    topic = Topic.objects.get(slug="scale-topic-1")

    text = ceilings.client_of(who).get(topic.url_of_post(1000)).content.decode()

    starts = {number for number in range(1, 2001, 20) if f'?post={number}#post-{number}"' in text}
    assert len(starts) < 8


@pytest.mark.parametrize("slug", ["scale-topic-1", "scale-topic-2"])
def test_a_reply_asks_no_more_in_a_full_space(slug: str) -> None:
    assert ceilings.queries_of_a_reply(slug) <= REPLY


def test_what_was_loaded_is_true_and_a_second_run_changes_nothing() -> None:
    said = scale.fill(ScaleSize(**SIZE, schools=0, answers=0, seed=1))

    assert said == "the topics of this seed are there"
    assert (Topic.objects.count(), Post.objects.count()) == (20_000, 200_000)
    some = Topic.objects.exclude(slug="scale-topic-1").order_by("pk").values_list("pk", flat=True)[:2000]
    assert recount(some) + recount_spaces() == []


def test_the_check_sees_a_table_that_is_read_from_end_to_end() -> None:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) SELECT sum(view_count) FROM community_topic")
        plan = cursor.fetchone()[0][0]["Plan"]

    assert ceilings.read_whole(plan) == ["community_topic"]
