"""What pages of the community may cost, and the pages themselves: the same addresses for ten rows and for 200,000 posts.

Both worlds are made by ``manage.py scale``, so that only the number of rows differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from belonging.accounts.models import User
from belonging.core.hooks import ScaleSize, gather
from community.models import Follow, Kind, Post, Topic
from community.scale import RARE_WORD
from tests.people import signed_in

VISITOR, MEMBER = "visitor", "member"
LIST = {VISITOR: 5, MEMBER: 7}
TOPIC = {VISITOR: 6, MEMBER: 9}
PROFILE = {MEMBER: 14}
SEARCH = {VISITOR: 9, MEMBER: 12}
"""A profile and a search over everything ask each room that has something to show."""
REPLY = 12
LIST_BYTES = 25_000
BACKSTAGE = re.compile(r"^(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO)")
"""What stands round a test or a nested block: no question to the database."""
_WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM|FOR (NO KEY )?UPDATE|nextval)\b", re.IGNORECASE)
_COUNTS = re.compile(r"\bcount\(", re.IGNORECASE)
_COUNTS_A_FEW = re.compile(r"count\(\*\) AS unread FROM \(.*?\bLIMIT \d+\s*\) fresh", re.DOTALL)
"""Unread topics are counted to twenty and no further."""

_FILTERS = {
    "": "",
    "in a space": "space=scale-1-1",
    "with a tag": "tag=lunch",
    "with a tag nobody uses": "tag=nobody",
    "on a strand": "strand={strand}",
    "on an indicator": "indicator={indicator}",
    "of a kind": "kind=question",
    "of a phase": "phase=primary",
    "of all filters": "space=scale-1-1&tag=lunch&strand={strand}&kind=question&phase=primary",
    "unanswered": "show=unanswered",
}
_SORTS = {"": "", "newest": "sort=newest", "most helpful": "sort=helpful"}
_PLACES = {"active": "last_post_at", "newest": "created_at", "helpful": "helpful_count"}


def _topics() -> dict[str, str]:
    found = {}
    for filtered, query in _FILTERS.items():
        for sort, order in _SORTS.items():
            words = " ".join(word for word in ("topics", filtered, sort) if word)
            found[words] = "/topics/?" + "&".join(part for part in (query, order) if part)
    return found


LISTS: dict[str, str] = {
    "space": "/spaces/scale-1-1/",
    "space, newest": "/spaces/scale-1-1/?sort=newest",
    "space, most helpful": "/spaces/scale-1-1/?sort=helpful",
    "space, far down": "/spaces/scale-1-1/?before={active}",
    "space, far down, newest": "/spaces/scale-1-1/?sort=newest&before={newest}",
    "space, far down, most helpful": "/spaces/scale-1-1/?sort=helpful&before={helpful}",
    **_topics(),
    "topics far down": "/topics/?before={active}",
    "topics far down, newest": "/topics/?sort=newest&before={newest}",
    "topics far down, most helpful": "/topics/?sort=helpful&before={helpful}",
    "tag": "/tags/lunch/",
    "tag far down": "/tags/lunch/?before={active}",
    "waiting": "/topics/unanswered/",
    "waiting in a space": "/topics/unanswered/?space=scale-1-1",
    "waiting on a strand": "/topics/unanswered/?strand={strand}",
    "waiting far down": "/topics/unanswered/?after={waiting}",
    "waiting far down, replied": "/topics/unanswered/?after={waiting_replied}",
    "spaces": "/spaces/",
}
OWN_LISTS: dict[str, str] = {
    "topics I follow": "/topics/?show=following",
    "topics I follow, newest": "/topics/?show=following&sort=newest",
    "topics I follow, most helpful": "/topics/?show=following&sort=helpful",
    "my topics": "/topics/?show=mine",
    "my topics, newest": "/topics/?show=mine&sort=newest",
    "my topics, most helpful": "/topics/?show=mine&sort=helpful",
    "waiting on my strengths": "/topics/unanswered/?show=strengths",
    "asked of me": "/topics/unanswered/?show=asked",
    "what I follow": "/me/following/",
}
PROFILES: dict[str, str] = {"profile": "/members/scale-1-2/", "own profile": "/members/scale-1-7/"}
FEEDS: dict[str, str] = {
    "feed of a space": "/spaces/scale-1-1/feed.atom",
    "feed of all topics": "/topics/feed.atom",
    "feed of a tag": "/topics/feed.atom?tag=lunch",
    "feed of a strand": "/topics/feed.atom?strand={strand}",
    "feed of a topic": "/topics/{pk}/feed.atom",
}
SEARCHES: dict[str, str] = {
    "search, a rare word": f"/search/?q={RARE_WORD}",
    "search, nothing": "/search/?q=zzzzzz",
    "search in discussions": f"/search/?q={RARE_WORD}&kind=discussions",
}
TOPICS: dict[str, str] = {
    "topic": "{topic}",
    "topic, a post of the second page": "{topic}?post=21",
    "topic, last page": "{topic}?post={last}",
    "topic, past its end": "{topic}?post=999999",
}


@dataclass(frozen=True)
class Page:
    name: str
    address: str
    who: str
    most: int
    is_list: bool = True

    def __str__(self) -> str:
        return f"{self.name} as {self.who}"


PAGES: list[Page] = [
    *(Page(name, address, who, LIST[who]) for name, address in LISTS.items() for who in LIST),
    *(Page(name, address, MEMBER, LIST[MEMBER]) for name, address in OWN_LISTS.items()),
    *(Page(name, address, VISITOR, LIST[VISITOR], is_list=False) for name, address in FEEDS.items()),
    *(Page(name, address, MEMBER, PROFILE[MEMBER], is_list=False) for name, address in PROFILES.items()),
    *(Page(name, address, who, SEARCH[who]) for name, address in SEARCHES.items() for who in SEARCH),
    *(Page(name, address, who, TOPIC[who], is_list=False) for name, address in TOPICS.items() for who in TOPIC),
]


@dataclass(frozen=True)
class Asked:
    """The statements a page sent, with their values in them, and what came back: its bytes, its cookies, and how many
    sessions there are in Redis and in the database that were not there before."""

    queries: list[str]
    size: int = 0
    cookies: tuple[str, ...] = ()
    sessions: int = 0

    def writes(self) -> list[str]:
        return [query for query in self.queries if _WRITES.search(query)]

    def counts(self) -> list[str]:
        return [query for query in self.queries if _COUNTS.search(_COUNTS_A_FEW.sub("", query))]

    def skips(self) -> list[str]:
        return [query for query in self.queries if re.search(r"\bOFFSET\b", query)]


def reader() -> User:
    """A member who has read, followed and muted something."""
    return User.objects.get(email="member-1-7@scale.invalid")


def prepare() -> None:
    """What the dearest page needs: a question whose answer stands on the last page, and a member with a list of their own."""
    topic = Topic.objects.get(slug="scale-topic-1")
    last = Post.objects.get(topic=topic, number=topic.last_number)
    Topic.objects.filter(pk=topic.pk).update(kind=Kind.QUESTION, accepted_post=last, accepted_at=last.created_at)
    person = reader()
    other = User.objects.get(handle="scale-1-3")
    Follow.objects.get_or_create(user=person, space=topic.space)
    Follow.objects.get_or_create(user=person, tag="eal")
    Follow.objects.get_or_create(user=person, tag="phones", muted=True)
    Follow.objects.get_or_create(user=person, person=other)


def fill_ten() -> None:
    for part in sorted(gather("scale_data"), key=lambda part: part.order):
        part.fill(ScaleSize(members=10, topics=10, posts=60, schools=0, answers=0, seed=1))
    prepare()


def facts() -> dict[str, str]:
    """What fills the braces of the addresses. The places far down are in the middle of the topics there are."""
    topic = Topic.objects.get(slug="scale-topic-1")
    middle = Topic.objects.count() // 2
    found = {"pk": str(topic.pk), "topic": topic.get_absolute_url(), "last": str(topic.last_number)}
    for sort, column in _PLACES.items():
        value, pk = Topic.objects.order_by(f"-{column}", "-pk").values_list(column, "pk")[middle]
        found[sort] = quote(f"{value if sort == 'helpful' else value.isoformat()}_{pk}")
    open_questions = Topic.objects.filter(kind=Kind.QUESTION, accepted_post=None).order_by("created_at", "pk")
    for name, part, rows in (
        ("waiting", 0, open_questions.filter(reply_count=0)),
        ("waiting_replied", 1, open_questions.filter(reply_count__gt=0)),
    ):
        keys = list(rows.values_list("created_at", "pk")) or [(topic.created_at, topic.pk)]
        moment, pk = keys[len(keys) // 2]
        found[name] = quote(f"{part}_{moment.isoformat()}_{pk}")
    tagged = Topic.objects.exclude(indicators=[]).order_by("pk")[0]
    return {**found, "strand": tagged.strands[0], "indicator": tagged.indicators[0]}


def client_of(who: str) -> Client:
    return signed_in(reader()) if who == MEMBER else Client()


def ask(page: Page, known: dict[str, str]) -> Asked:
    """Read a page for the second time in a process: the frame, the framework and a space's aside are known by then."""
    client, url = client_of(page.who), page.address.format(**known)
    before = _sessions()
    client.get(url)
    with CaptureQueriesContext(connection) as sent:
        response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    cookies = tuple(response.cookies) if page.who == MEMBER else tuple(client.cookies)
    return Asked(statements(sent), len(response.content), cookies, _sessions() - before)


def _sessions() -> int:
    kept: Any = cache
    return len(kept.redis_client().keys("*session*")) + Session.objects.count()


def ask_all() -> dict[Page, Asked]:
    known = facts()
    return {page: ask(page, known) for page in PAGES}


def statements(sent: CaptureQueriesContext) -> list[str]:
    return [row["sql"] for row in sent.captured_queries if not BACKSTAGE.match(row["sql"])]


def plans_of(page: Page, known: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """How PostgreSQL answers each SELECT of a page, as (statement, plan); the plans say how many rows were read."""
    client, url = client_of(page.who), page.address.format(**known)
    client.get(url)
    sent: list[tuple[str, Any]] = []

    def remember(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(remember):
        assert client.get(url).status_code == 200
    found = []
    for sql, params in sent:
        if sql.lstrip(" (\n").startswith(("SELECT", "WITH")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
                found.append((sql, cursor.fetchone()[0][0]["Plan"]))
    return found


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from steps(part)


def read_whole(plan: dict[str, Any]) -> list[str]:
    """Which of the two large tables a plan reads from one end to the other."""
    return [
        step["Relation Name"]
        for step in steps(plan)
        if step["Node Type"] == "Seq Scan" and step["Relation Name"] in {"community_post", "community_topic"}
    ]


def rows_read(plan: dict[str, Any]) -> int:
    """How many posts and topics were looked at, those that were thrown away again included."""
    return sum(
        int((step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"])
        for step in steps(plan)
        if step.get("Relation Name") in {"community_post", "community_topic"}
    )


def queries_of_a_reply(slug: str) -> int:
    """How many statements the whole request of a reply sends, the person's first one in the topic."""
    topic = Topic.objects.get(slug=slug)
    client = signed_in(User.objects.get(email="member-1-8@scale.invalid"))
    client.get(topic.get_absolute_url())
    with CaptureQueriesContext(connection) as sent:
        response = client.post(f"/topics/{topic.pk}/reply/", {"source": "By name, at the door.", "token": str(uuid4())})
    assert response.status_code == 302
    assert Post.objects.filter(topic=topic).count() == topic.last_number + 1
    return len(statements(sent))
