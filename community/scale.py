"""Spaces, topics and posts for load tests: one space with more than half of the topics, one topic with 2,000 posts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from belonging.accounts.scale import ANCHOR, member_ids
from belonging.core import html
from belonging.core.copying import copy_rows, index_built_afterwards, reserve_ids
from belonging.core.hooks import ScaleSize
from belonging.framework import strands
from community.models import Follow, Kind, Phase, Post, ReadState, Space, Thank, ThankKind, Topic, Visibility

SPACES = 20
BIG_SHARE = 0.52
LONG_TOPIC_POSTS = 2000
BODIES = 400
TAGS = ["transition", "eal", "send", "lunch", "phones"]
THANKS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2)
"""How many thank for a post, each as likely: about one thank for three posts."""
HELPED = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
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


@transaction.atomic
def fill(size: ScaleSize) -> str:
    """Topics, posts and what people did with them, with true counters; the same seed again finds them there.

    Every counter is worked out before its row is written, so that no row is written twice.
    """
    if not size.topics:
        return "no topics asked for"
    if Space.objects.filter(slug=f"scale-{size.seed}-1").exists():
        return "the topics of this seed are there"
    chance = random.Random(size.seed * 7 + 1)  # noqa: S311  (load-test rows, no secret)
    people = member_ids(size.seed)
    bodies = [_body(chance, rare=number % 100 == 0) for number in range(min(BODIES, size.posts))]
    first_words = [html.excerpt(rendered, 220) for _source, rendered in bodies]
    lengths = _lengths(size, chance)
    space_of = [0, *(_index_of_space(chance) for _topic in lengths[1:])]  # visitors read the long topic
    moments = _moments(lengths, chance)
    spaces = [_space(size.seed, number, space_of.count(number - 1)) for number in range(1, SPACES + 1)]
    first_topic = reserve_ids(Topic, size.topics)
    first_post = reserve_ids(Post, size.posts)
    framework = [(item.code, [indicator.code for indicator in item.indicators]) for item in strands.strands()]
    kinds, phases = list(Kind.values), list(Phase.values)
    topics: list[tuple[Any, ...]] = []
    posts: list[_Tally] = []
    read: list[tuple[int, int, int]] = []
    following: list[tuple[int, int, str, bool]] = []
    for n, length in enumerate(lengths):
        topic_id, post_id = first_topic + n, first_post + len(posts)
        author = chance.choice(people)
        kind = chance.choices(kinds, [50, 40, 9, 1])[0]
        title = f"{chance.choice(WORDS).capitalize()} {' '.join(chance.sample(WORDS, 5))} {n + 1}"
        strand, indicators = chance.choice(framework)
        start, end = moments[n]
        answered = kind == Kind.QUESTION and length > 1 and chance.random() < 0.5
        accepted = post_id + chance.randrange(1, length) if answered else None
        readers = chance.sample(people, min(len(people), 3))
        read += [(reader, topic_id, chance.randint(1, length)) for reader in readers]
        following.append((author, topic_id, "", False))
        made = _tallies(author, length, kind == Kind.QUESTION, people, chance)
        topics.append(
            (
                topic_id, spaces[space_of[n]].pk, title, f"scale-topic-{n + 1}", kind, author, [strand],
                [chance.choice(indicators)] if indicators and chance.random() < 0.5 else [], [chance.choice(TAGS)],
                [chance.choice(phases)], start, end, length, length - 1, sum(row.thanks + row.helped for row in made),
                1, len(readers), first_words[n % len(bodies)], accepted, end if accepted else None,
            )
        )  # fmt: skip
        posts += made
    columns = [
        "id", "space_id", "title", "slug", "kind", "author_id", "strands", "indicators", "tags", "phases", "created_at",
        "last_post_at", "last_number", "reply_count", "helpful_count", "follow_count", "reader_count", "first_words",
        "accepted_post_id", "accepted_at",
    ]  # fmt: skip
    with index_built_afterwards(Post, "post_search"):
        copy_rows(Topic, columns, topics)
        copy_rows(
            Post,
            ["id", "topic_id", "number", "author_id", "heading", "source", "html", "cleaner_version", "created_at",
             "thank_count", "helped_count"],
            _posts(topics, lengths, moments, bodies, posts, first_post, chance),
        )  # fmt: skip
    copy_rows(Thank, ["post_id", "user_id", "kind"], _thanks(posts, first_post, people, chance))
    copy_rows(ReadState, ["user_id", "topic_id", "last_number"], read)
    copy_rows(Follow, ["user_id", "topic_id", "tag", "muted"], following)
    return f"{SPACES} spaces, {len(topics)} topics, {len(posts)} posts"


def _space(seed: int, number: int, topic_count: int) -> Space:
    """The first is open and holds more than half of the topics; of the others every fourth is open."""
    visibility = Visibility.OPEN if number % 4 == 1 else Visibility.MEMBERS
    return Space.objects.create(
        slug=f"scale-{seed}-{number}",
        title=f"Load test space {number}",
        visibility=visibility,
        description="Made by manage.py scale.",
        position=500 + number,
        topic_count=topic_count,
        created_at=ANCHOR - timedelta(days=4 * 365),
    )


@dataclass(frozen=True, slots=True)
class _Tally:
    """Who wrote a post, how many thanked for it and how many said that it helped."""

    author: int
    thanks: int
    helped: int


def _tallies(author: int, length: int, question: bool, people: list[int], chance: random.Random) -> list[_Tally]:
    others = len(people) - 1
    return [
        _Tally(
            author if number == 1 else chance.choice(people),
            min(chance.choice(THANKS), others),
            min(chance.choice(HELPED), others) if question and number > 1 else 0,
        )
        for number in range(1, length + 1)
    ]


def _thanks(
    posts: list[_Tally], first_post: int, people: list[int], chance: random.Random
) -> Iterator[tuple[int, int, str]]:
    """As many rows as the tallies say, each person once a kind, nobody for a post of their own."""
    for post_id, post in enumerate(posts, first_post):
        for kind, count in ((ThankKind.THANK.value, post.thanks), (ThankKind.HELPED.value, post.helped)):
            if count:
                place = chance.randrange(len(people))
                row = (people[(place + step) % len(people)] for step in range(len(people)))
                givers = (person for person in row if person != post.author)
                yield from ((post_id, giver, kind) for giver in islice(givers, count))


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
    posts: list[_Tally],
    first_post: int,
    chance: random.Random,
) -> Iterator[tuple[Any, ...]]:
    place = 0
    for n, (topic, length) in enumerate(zip(topics, lengths, strict=True)):
        start, end = moments[n]
        for number in range(1, length + 1):
            source, rendered = chance.choice(bodies) if number > 1 else bodies[n % len(bodies)]
            moment = start + (end - start) * ((number - 1) / max(1, length - 1))
            post = posts[place]
            yield (
                first_post + place, topic[0], number, post.author, topic[2] if number == 1 else "", source, rendered,
                html.CLEANER_VERSION, moment, post.thanks, post.helped,
            )  # fmt: skip
            place += 1
