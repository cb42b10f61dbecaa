"""Spaces, topics and posts for load tests: one space with more than half of the topics, one topic with 2,000 posts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from belonging.accounts.scale import ANCHOR, member_ids
from belonging.core import html
from belonging.core.copying import copy_rows, reserve_ids
from belonging.core.hooks import ScaleSize
from belonging.framework import strands
from community.models import Follow, Kind, Phase, Post, ReadState, Space, Topic, Visibility

SPACES = 20
BIG_SHARE = 0.52
LONG_TOPIC_POSTS = 2000
BODIES = 400
RARE_WORD = "lanternfish"
"""A word that stands in one post of a hundred and nowhere else."""
WORDS = [
    "belonging",
    "pupil",
    "morning",
    "greeting",
    "teacher",
    "family",
    "attendance",
    "return",
    "adult",
    "trusted",
    "corridor",
    "lunch",
    "form",
    "tutor",
    "parent",
    "call",
    "home",
    "visit",
    "school",
    "change",
    "small",
    "plan",
    "week",
    "term",
    "listen",
    "voice",
    "choose",
    "quiet",
    "room",
    "door",
    "name",
    "table",
    "friend",
    "support",
    "start",
    "again",
    "notice",
    "help",
    "try",
    "think",
    "because",
    "every",
    "child",
    "staff",
    "team",
    "meeting",
    "lead",
    "governor",
    "evidence",
    "share",
    "practice",
    "question",
    "answer",
    "worked",
    "nobody",
    "someone",
    "always",
    "sometimes",
    "between",
    "after",
    "before",
    "during",
    "about",
    "with",
    "without",
]


def fill(size: ScaleSize) -> str:
    """Topics and posts with right numbers and counters; the same seed again finds them there."""
    if not size.topics:
        return "no topics asked for"
    if Space.objects.filter(slug=f"scale-{size.seed}-1").exists():
        return "the topics of this seed are there"
    chance = random.Random(size.seed * 7 + 1)  # noqa: S311  (load-test rows, no secret)
    people = member_ids(size.seed)
    spaces = [_space(size.seed, number) for number in range(1, SPACES + 1)]
    bodies = [_body(chance, rare=number % 100 == 0) for number in range(BODIES)]
    first_topic = reserve_ids(Topic, size.topics)
    first_post = reserve_ids(Post, size.posts)
    lengths = _lengths(size, chance)
    space_of = [_index_of_space(chance) for _topic in lengths]
    moments = _moments(lengths, chance)
    codes = [item.code for item in strands.strands()]
    topics: list[tuple[Any, ...]] = []
    accepted: list[tuple[int, int]] = []
    read: list[tuple[int, int, int]] = []
    following: list[tuple[int, int, str, bool]] = []
    post_id = first_post
    for n, length in enumerate(lengths):
        author = chance.choice(people)
        kind = chance.choices(Kind.values, [50, 40, 9, 1])[0]
        title = f"{chance.choice(WORDS).capitalize()} {' '.join(chance.sample(WORDS, 5))} {n + 1}"
        topic_id = first_topic + n
        if kind == Kind.QUESTION and length > 1 and chance.random() < 0.5:
            accepted.append((topic_id, post_id + 1))
        readers = chance.sample(people, min(len(people), 3))
        for reader in readers:
            read.append((reader, topic_id, chance.randint(1, length)))
        following.append((author, topic_id, "", False))
        start, end = moments[n]
        topics.append(
            (
                topic_id, spaces[space_of[n]].pk, title, f"scale-topic-{n + 1}", kind, author,
                [chance.choice(codes)], [], chance.sample(["transition", "eal", "send", "lunch", "phones"], 1),
                [chance.choice(Phase.values)], False, False, "", False, "", start, end, length, length - 1, 0, 1,
                len(readers), 0, html.excerpt(bodies[n % BODIES][1], 220),
            )
        )  # fmt: skip
        post_id += length
    columns = [
        "id", "space_id", "title", "slug", "kind", "author_id", "strands", "indicators", "tags", "phases", "pinned",
        "locked", "state_reason", "hidden", "resource_url", "created_at", "last_post_at", "last_number", "reply_count",
        "helpful_count", "follow_count", "reader_count", "view_count", "first_words",
    ]  # fmt: skip
    copy_rows(Topic, columns, topics)
    copy_rows(
        Post,
        ["id", "topic_id", "number", "author_id", "heading", "source", "html", "cleaner_version", "created_at",
         "hidden_text", "thank_count", "helped_count"],
        _posts(topics, lengths, moments, bodies, people, first_post, chance),
    )  # fmt: skip
    copy_rows(ReadState, ["user_id", "topic_id", "last_number"], sorted(set(read)))
    copy_rows(Follow, ["user_id", "topic_id", "tag", "muted"], following)
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE community_topic SET accepted_post_id = %s, accepted_at = last_post_at WHERE id = %s",
            [(post, topic) for topic, post in accepted],
        )
        cursor.execute(
            "UPDATE community_topic t SET helpful_count = s.thanks FROM (SELECT topic_id, sum(thank_count) AS thanks"
            " FROM community_post WHERE id >= %s AND id < %s GROUP BY topic_id) s WHERE s.topic_id = t.id",
            [first_post, first_post + size.posts],
        )
        cursor.execute(
            "UPDATE community_space s SET topic_count = (SELECT count(*) FROM community_topic t"
            " WHERE t.space_id = s.id) WHERE s.slug LIKE %s",
            [f"scale-{size.seed}-%"],
        )
    return f"{SPACES} spaces, {len(topics)} topics, {size.posts} posts"


def _space(seed: int, number: int) -> Space:
    """The first is open and holds more than half of the topics; of the others every fourth is open."""
    visibility = Visibility.OPEN if number % 4 == 1 else Visibility.MEMBERS
    return Space.objects.create(
        slug=f"scale-{seed}-{number}",
        title=f"Load test space {number}",
        visibility=visibility,
        description="Made by manage.py scale.",
        position=500 + number,
    )


def _index_of_space(chance: random.Random) -> int:
    return 0 if chance.random() < BIG_SHARE else chance.randrange(1, SPACES)


def _lengths(size: ScaleSize, chance: random.Random) -> list[int]:
    """Posts of each topic, at least one, ``size.posts`` together; the first topic is the long one if there are enough."""
    lengths = [1] * size.topics
    left = size.posts - size.topics
    long = min(LONG_TOPIC_POSTS - 1, left // 2)
    lengths[0] += long
    left -= long
    while left > 0:
        place, more = chance.randrange(size.topics), min(left, chance.choice((1, 2, 4, 8, 12, 20, 60)))
        if place or size.topics == 1:
            lengths[place] += more
            left -= more
    return lengths


def _moments(lengths: list[int], chance: random.Random) -> list[tuple[datetime, datetime]]:
    """When each topic began and had its last post, within the three years before the anchor."""
    found = []
    for length in lengths:
        start = ANCHOR - timedelta(seconds=chance.randrange(3 * 365 * 86400) + 86400)
        end = start + (ANCHOR - start) * chance.random() if length > 1 else start
        found.append((start, end))
    return found


def _body(chance: random.Random, *, rare: bool) -> tuple[str, str]:
    """About 800 characters of Markdown, and what our own renderer makes of it."""
    paragraphs = []
    for _paragraph in range(3):
        words = [chance.choice(WORDS) for _word in range(40)]
        words[3] = f"**{words[3]}**"
        paragraphs.append(" ".join(words).capitalize() + ".")
    if rare:
        paragraphs.append(f"It is about the {RARE_WORD}.")
    source = "\n\n".join(paragraphs)
    return source, str(html.from_markdown(source))


def _posts(
    topics: list[tuple[Any, ...]],
    lengths: list[int],
    moments: list[tuple[datetime, datetime]],
    bodies: list[tuple[str, str]],
    people: list[int],
    first_post: int,
    chance: random.Random,
) -> Iterator[tuple[Any, ...]]:
    post_id = first_post
    for n, (topic, length) in enumerate(zip(topics, lengths, strict=True)):
        start, end = moments[n]
        for number in range(1, length + 1):
            source, rendered = bodies[chance.randrange(BODIES)] if number > 1 else bodies[n % BODIES]
            moment = start + (end - start) * ((number - 1) / max(1, length - 1))
            author = topic[5] if number == 1 else chance.choice(people)
            yield (
                post_id, topic[0], number, author, topic[2] if number == 1 else "", source, rendered,
                html.CLEANER_VERSION, moment, "", chance.choice((0, 0, 0, 1, 2, 5)), 0,
            )  # fmt: skip
            post_id += 1
