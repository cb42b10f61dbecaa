"""Real threads on PostgreSQL: numbers, counters and posts are right whatever happens at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connections

from belonging.accounts.models import MODERATORS
from community import services
from community.models import Follow, Post, ReadState, Space, SpaceMembership, Topic
from community.services.recount import recount, recount_spaces
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(jobs: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run all jobs in threads that start together; what they returned or raised, in their order."""
    jobs = list(jobs)
    barrier, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        try:
            barrier.wait(30)
            results[place] = job()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place, job]) for place, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def topic_in(where: Space, **fields: Any) -> Topic:
    return services.start_topic(person(), where, title="How do you greet?", source="Tell me.", **fields)


def numbers(topic: Topic) -> list[int]:
    return list(Post.objects.filter(topic=topic).order_by("number").values_list("number", flat=True))


def test_fifty_people_who_reply_at_once_get_fifty_consecutive_numbers() -> None:
    topic, writers = topic_in(space()), [person() for _number in range(50)]

    results = at_once([lambda w=w: services.reply(w, topic.pk, source="Me too.") for w in writers])

    assert [row for row in results if not isinstance(row, Post)] == []
    topic.refresh_from_db()
    assert numbers(topic) == list(range(1, 52))
    assert (topic.last_number, topic.reply_count, topic.reader_count, topic.follow_count) == (51, 50, 51, 51)
    assert recount([topic.pk]) == []


def test_a_reply_sent_by_five_taps_is_one_post_at_one_address() -> None:
    topic, client_user = topic_in(space()), person()
    sent = {"source": "Once.", "token": str(uuid4())}
    clients = [signed_in(client_user) for _tap in range(5)]

    results = at_once([lambda c=c: c.post(f"/topics/{topic.pk}/reply/", sent) for c in clients])

    assert {response.status_code for response in results} == {302}
    assert len({response["Location"] for response in results}) == 1
    assert numbers(topic) == [1, 2]


def test_a_topic_sent_by_five_taps_is_one_topic() -> None:
    where, author = space(), person()
    sent = {"title": "Only once?", "source": "Yes.", "token": str(uuid4())}
    clients = [signed_in(author) for _tap in range(5)]

    results = at_once([lambda c=c: c.post(f"/spaces/{where.slug}/new/", sent) for c in clients])

    assert {response.status_code for response in results} == {302}
    assert len({response["Location"] for response in results}) == 1
    assert Topic.objects.filter(space=where).count() == 1
    assert recount_spaces() == []


def test_one_token_for_two_topics_at_once_is_one_post() -> None:
    first, second, writer, token = topic_in(space()), topic_in(space()), person(), uuid4()

    results = at_once(
        [lambda t=t: services.reply(writer, t.pk, source="Tap.", token=token) for t in (first, second) * 3]
    )

    assert len({row.pk for row in results}) == 1
    assert recount([first.pk, second.pk]) == []


def test_everything_at_once_loses_no_post_and_leaves_no_counter_wrong() -> None:
    """Reply, accept, thank, edit, delete, hide, split, merge, move, read and unfollow: three topics, many threads."""
    where, other = space(), space()
    moderators = [person(groups=(MODERATORS,)) for _number in range(3)]
    askers, writers = [person() for _number in range(3)], [person() for _number in range(6)]
    topics = [
        services.start_topic(asker, where, title=f"Topic {place}", source="?", kind="question")
        for place, asker in enumerate(askers)
    ]
    posts = [services.reply(w, t.pk, source=f"Before {w.pk}") for t in topics for w in writers]
    first, second, third = topics
    of_first = [post for post in posts if post.topic_id == first.pk]
    of_second = [post for post in posts if post.topic_id == second.pk]
    before = set(Post.objects.values_list("pk", flat=True))
    jobs: list[Callable[[], Any]] = [
        *[lambda w=w, t=t: services.reply(w, t.pk, source="During") for w in writers for t in topics],
        *[lambda p=p, t=t: services.accept(t.pk, p) for t, p in [(first, of_first[1]), (second, of_second[2])]],
        *[lambda p=p, w=writers[(n + 1) % 6]: services.thank(w, p) for n, p in enumerate(posts)],
        *[lambda p=p: services.delete_post(p.pk, by=p.author) for p in (of_first[0], of_second[0], of_second[2])],
        *[lambda p=p: services.hide_post(p, text="Hidden.") for p in (of_first[1], of_second[1])],
        lambda: services.split_topic(
            first.pk, by=moderators[0], post_ids=[p.pk for p in of_first[1:4]], title="Apart", reason="Two subjects."
        ),
        lambda: services.merge_topic(second.pk, by=moderators[1], into=first.pk, reason="The same."),
        lambda: services.merge_topic(first.pk, by=moderators[2], into=third.pk, reason="The same."),
        lambda: services.move_topic(third.pk, by=moderators[0], to=other, reason="It belongs there."),
        lambda: services.edit_post(of_first[5].pk, source="Changed"),
        *[lambda w=w, t=t: services.mark_seen(w, t, 7) for w in writers[:3] for t in topics],
        *[lambda a=a, t=t: services.follow(a, t, on=False) for a in askers for t in topics],
    ]

    results = at_once(jobs)

    unexpected = [
        row
        for row in results
        if isinstance(row, Exception) and not isinstance(row, (services.NotOpen, services.CannotModerate))
    ]
    assert unexpected == []
    made = {row.pk for row in results if isinstance(row, Post)}
    assert (before | made) <= set(Post.objects.values_list("pk", flat=True))
    assert len(made) >= 18
    everything = list(Topic.objects.values_list("pk", flat=True))
    assert [str(row) for row in recount(everything)] == []
    assert [str(row) for row in recount_spaces()] == []
    for topic in Topic.objects.all():
        assert numbers(topic) == list(range(1, topic.last_number + 1))
        assert not ReadState.objects.filter(topic=topic, last_number__gt=topic.last_number).exists()
    assert not Post.objects.filter(source="During", topic__hidden=True, topic__deleted_at=None).exists()


def test_thanks_from_twenty_people_at_once_are_twenty_and_twice_is_none() -> None:
    topic, people = topic_in(space(), kind="question"), [person() for _number in range(20)]
    post = services.reply(person(), topic.pk, source="So.")

    at_once([lambda u=u: services.thank(u, post) for u in people])
    at_once([lambda u=u: services.helped(u, post) for u in people[:10]])
    post.refresh_from_db()
    topic.refresh_from_db()

    assert (post.thank_count, post.helped_count, topic.helpful_count) == (20, 10, 30)
    results = at_once([lambda u=u: services.thank(u, post) for u in people] * 2)
    assert not any(isinstance(row, Exception) for row in results)
    assert recount([topic.pk]) == []


def test_joining_and_leaving_at_once_keep_the_number_of_members() -> None:
    where, people = space(), [person() for _number in range(10)]
    for user in people[:5]:
        services.join(user, where)

    results = at_once(
        [lambda u=u: services.leave(u, where) for u in people[:5]]
        + [lambda u=u: services.join(u, where) for u in people[5:]] * 2
    )

    where.refresh_from_db()
    assert where.member_count == SpaceMembership.objects.active().filter(space=where).count() == 5
    assert sum(isinstance(row, services.AlreadyMember) for row in results) == 5
    assert recount_spaces() == []


def test_following_and_reading_at_once_keep_their_counters() -> None:
    topic, people = topic_in(space()), [person() for _number in range(10)]

    at_once(
        [lambda u=u: services.follow(u, topic, on=True) for u in people] * 2
        + [lambda u=u: services.mute(u, topic, on=True) for u in people[:4]]
        + [lambda u=u: services.mark_seen(u, topic, 1) for u in people] * 2
    )

    topic.refresh_from_db()
    assert topic.follow_count == Follow.objects.filter(topic=topic, muted=False).count()
    assert topic.reader_count == ReadState.objects.filter(topic=topic).count() == 11
    assert recount([topic.pk]) == []


def test_the_command_says_what_differed_and_repairs_it() -> None:
    topic = topic_in(space())
    post = services.reply(person(), topic.pk, source="So.")
    services.thank(person(), post)
    Topic.objects.filter(pk=topic.pk).update(reply_count=7, last_number=9, helpful_count=0, accepted_post_id=post.pk)
    Post.objects.filter(pk=post.pk).update(thank_count=3)
    Space.objects.filter(pk=topic.space_id).update(topic_count=40)
    said, again = StringIO(), StringIO()

    call_command("recount_community", stdout=said)
    call_command("recount_community", stdout=again)

    assert f"community_topic {topic.pk} reply_count: 7 stored, 1 counted" in said.getvalue()
    assert "5 counters differed" in said.getvalue()
    assert "All counters are right" in again.getvalue()
    topic.refresh_from_db()
    assert (topic.reply_count, topic.last_number, topic.helpful_count, topic.accepted_post_id) == (1, 2, 1, post.pk)
