from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.urls import reverse

from belonging.accounts.models import MODERATORS
from belonging.core.hooks import gather
from belonging.notifications.models import Notification
from community import services
from community.models import Follow, Post, ReadState, Space, SpaceMembership, SpaceRole, Topic, Visibility
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db


def topic_in(where: Space, author: Any = None, **fields: Any) -> Topic:
    return services.start_topic(author or person(), where, title="How do you greet?", source="Tell me.", **fields)


def reply_url(topic: Topic) -> str:
    return reverse("community:reply", args=[topic.pk])


def test_a_topic_keeps_its_markdown_its_html_and_its_counters() -> None:
    where, author = space(), person()

    topic = topic_in(where, author)
    services.reply(person(), topic.pk, source="By *name*.")
    topic.refresh_from_db()
    where = Space.objects.with_last_post().get(pk=where.pk)

    assert (topic.last_number, topic.reply_count) == (2, 1)
    assert where.topic_count == 1
    assert where.last_post_at == topic.last_post_at
    post = Post.objects.get(topic=topic, number=2)
    assert post.source == "By *name*."
    assert "<em>name</em>" in post.html


def test_a_reply_is_posted_and_shown_where_it_stands() -> None:
    topic, user = topic_in(space()), person()

    response = signed_in(user).post(
        reply_url(topic), {"source": "At the **door**.", "token": str(uuid4())}, follow=True
    )

    assert response.redirect_chain[-1][0].endswith("?post=2#post-2")
    assert b"<strong>door</strong>" in response.content


def test_the_same_form_sent_twice_is_one_post() -> None:
    topic, client = topic_in(space()), signed_in(person())
    sent = {"source": "Once.", "token": str(uuid4())}

    first, second = client.post(reply_url(topic), sent), client.post(reply_url(topic), sent)

    assert first["Location"] == second["Location"]
    assert Post.objects.filter(topic=topic).count() == 2


@pytest.mark.parametrize("source", ["", "   ", "x" * 50_001, "ä" * 30_000])
def test_an_empty_or_endless_post_is_answered_beside_the_field_and_nothing_is_lost(source: str) -> None:
    topic = topic_in(space())

    response = signed_in(person()).post(reply_url(topic), {"source": source})

    assert response.status_code == 422
    assert response.context["form"].errors["source"]
    assert response.context["form"]["source"].value() == source
    assert Post.objects.filter(topic=topic).count() == 1


def test_a_preview_posts_nothing() -> None:
    topic = topic_in(space())

    response = signed_in(person()).post(reply_url(topic), {"source": "**Soon**", "preview": "1"})

    assert b"<strong>Soon</strong>" in response.content
    assert Post.objects.filter(topic=topic).count() == 1


def test_nobody_replies_to_a_locked_topic() -> None:
    topic = topic_in(space())
    Topic.objects.filter(pk=topic.pk).update(locked=True)

    signed_in(person()).post(reply_url(topic), {"source": "Still?"})

    assert Post.objects.filter(topic=topic).count() == 1


def test_a_closed_space_shows_its_door_to_members_and_nothing_else() -> None:
    where = space(Visibility.CLOSED)
    topic = topic_in(where)
    outsider = signed_in(person())

    assert outsider.get(where.get_absolute_url()).templates[0].name == "community/join.html"
    assert outsider.get(topic.get_absolute_url()).status_code == 404
    assert outsider.post(reply_url(topic), {"source": "Hello"}).status_code == 404


def test_a_confidential_space_is_not_there_for_outsiders() -> None:
    where = space(Visibility.CONFIDENTIAL, title="Quiet group")
    outsider = signed_in(person())

    assert outsider.get(where.get_absolute_url()).status_code == 404
    assert b"Quiet group" not in outsider.get("/spaces/").content
    assert outsider.post(reverse("community:join", args=[where.slug])).status_code == 404


@pytest.mark.parametrize("visibility", [Visibility.CLOSED, Visibility.CONFIDENTIAL])
def test_a_private_topic_is_in_no_list_search_digest_or_dashboard(visibility: str) -> None:
    from datetime import timedelta

    from django.utils import timezone
    from wagtail import hooks

    where = space(visibility)
    services.start_topic(person(), where, title="Zanzibar plan", source="Zanzibar in detail")
    outsider = person()
    client = signed_in(outsider)

    found = [client.get("/topics/").content, client.get("/search/?q=zanzibar").content, client.get("/").content]
    now = timezone.now()
    sections = [s for give in hooks.get_hooks("digest_sections") for s in give(outsider, now - timedelta(days=7), now)]
    hits = [row for source in gather("search_sources") for row in source.search(outsider, "zanzibar")]

    assert all(b"Zanzibar plan" not in page for page in found)
    assert "Zanzibar plan" not in str(sections)
    assert hits == []


def test_a_mention_tells_the_person_once_and_only_if_they_may_read_it() -> None:
    where, inside, outside = space(Visibility.CLOSED), person(), person()
    SpaceMembership.objects.create(space=where, user=inside, confirmed_at="2026-01-01T00:00Z")

    services.start_topic(
        person(), where, title="Help", source=f"@{inside.handle} and @{outside.handle} and @nobody-here"
    )

    told = Notification.objects.filter(reason="mention")
    assert [row.user_id for row in told] == [inside.pk]


def test_followers_are_told_of_a_reply_and_the_writer_is_not() -> None:
    asker, helper = person(), person()
    topic = topic_in(space(), asker)

    services.reply(helper, topic.pk, source="Yes.")

    assert list(Notification.objects.values_list("user_id", flat=True)) == [asker.pk]
    assert set(Follow.objects.filter(topic=topic).values_list("user_id", flat=True)) == {asker.pk, helper.pk}


def test_page_500_asks_no_more_of_the_database_than_page_1(django_assert_max_num_queries: Any) -> None:
    author = person()
    topic = topic_in(space(), author)
    Post.objects.bulk_create(
        Post(
            topic=topic,
            number=n,
            author=author,
            source="x",
            html="<p>x</p>",
            cleaner_version=1,
            created_at=topic.created_at,
        )
        for n in range(2, 402)
    )
    Topic.objects.filter(pk=topic.pk).update(last_number=401)
    client = signed_in(person())
    client.get(topic.get_absolute_url())

    with django_assert_max_num_queries(14):
        first = client.get(topic.get_absolute_url())
    with django_assert_max_num_queries(14):
        last = client.get(f"{topic.get_absolute_url()}?post=401")

    assert len(first.context["posts"]) == 20
    assert [post.number for post in last.context["posts"]] == [401]


@pytest.mark.parametrize("given", ["0", "-3", "99999999999999999999", "abc", "1e3", ""])
def test_a_page_that_cannot_be_is_the_first_or_the_last(given: str) -> None:
    topic = topic_in(space())

    assert signed_in(person()).get(topic.get_absolute_url(), {"post": given}).status_code == 200


@pytest.mark.parametrize(
    "cursor", ["x", "2026-01-01_1", "2026-01-01T00:00:00+00:00_", "_", "2026-13-45T00:00:00+00:00_1", "\x00"]
)
def test_a_broken_cursor_shows_the_first_page(cursor: str) -> None:
    topic_in(space())

    response = signed_in(person()).get("/topics/", {"before": cursor})

    assert len(response.context["topics"]) == 1


def test_topics_go_on_where_the_page_before_ended() -> None:
    where, author = space(), person()
    for _number in range(25):
        topic_in(where, author)
    client = signed_in(person())

    first = client.get("/topics/")
    second = client.get("/topics/" + first.context["older_url"])

    seen = [row.id for page in (first, second) for row in page.context["topics"]]
    assert len(seen) == len(set(seen)) == 25


def test_only_who_asked_or_looks_after_the_space_accepts_an_answer() -> None:
    asker, helper, facilitator = person(), person(), person()
    where = space()
    SpaceMembership.objects.create(
        space=where, user=facilitator, role=SpaceRole.FACILITATOR, confirmed_at="2026-01-01T00:00Z"
    )
    topic = topic_in(where, asker)
    post = services.reply(helper, topic.pk, source="So.")
    url = reverse("community:accept", args=[post.pk])

    assert signed_in(helper).post(url).status_code == 403
    signed_in(asker).post(url)
    topic.refresh_from_db()
    assert topic.accepted_post_id == post.pk
    signed_in(facilitator).post(url)
    topic.refresh_from_db()
    assert topic.accepted_post_id is None


def test_nobody_edits_what_somebody_else_wrote() -> None:
    topic = topic_in(space())
    post = Post.objects.get(topic=topic)
    url = reverse("community:edit_post", args=[post.pk])

    assert signed_in(person()).post(url, {"source": "Mine now"}).status_code == 403
    signed_in(topic.author).post(url, {"source": "Better"})
    post.refresh_from_db()
    assert post.source == "Better"
    assert post.edited_at is not None


def test_thanking_twice_takes_it_back() -> None:
    topic, user = topic_in(space()), person()
    post = Post.objects.get(topic=topic)

    counts = []
    for _time in range(2):
        services.thank(user, post)
        post.refresh_from_db()
        counts.append(post.thank_count)

    assert counts == [1, 0]


def test_reading_a_page_changes_nothing_and_saying_so_does() -> None:
    topic, user = topic_in(space()), person()
    client = signed_in(user)

    client.get(topic.get_absolute_url())
    assert not ReadState.objects.filter(user=user).exists()
    client.post(reverse("community:seen", args=[topic.pk]), {"number": "999"}, headers={"HX-Request": "true"})
    client.post(reverse("community:seen", args=[topic.pk]), {"number": "0"})

    assert ReadState.objects.get(user=user).last_number == 1


def test_a_hidden_post_shows_the_moderators_words_and_leaves_search() -> None:
    topic = topic_in(space())
    post = services.reply(person(), topic.pk, source="Zebra family details")
    services.hide_post(post, text="Hidden, because a family could be recognised.")
    member, moderator = person(), person(groups=(MODERATORS,))

    page = signed_in(member).get(topic.get_absolute_url()).content.decode()
    hits = [row for source in gather("search_sources") for row in source.search(member, "zebra")]

    assert "Zebra" not in page
    assert "a family could be recognised" in page
    assert hits == []
    assert "Zebra" in signed_in(moderator).get(topic.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_replies_at_the_same_moment_get_numbers_without_a_gap() -> None:
    topic = topic_in(space())
    writers = [person() for _number in range(8)]
    barrier = threading.Barrier(8)

    def write(writer: Any) -> None:
        barrier.wait()
        services.reply(writer, topic.pk, source="Me too.")
        connections.close_all()

    threads = [threading.Thread(target=write, args=[writer]) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    topic.refresh_from_db()

    assert sorted(Post.objects.filter(topic=topic).values_list("number", flat=True)) == list(range(1, 10))
    assert (topic.last_number, topic.reply_count) == (9, 8)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_form_sent_at_the_same_moment_by_two_taps_is_one_post() -> None:
    topic, writer, token = topic_in(space()), person(), uuid4()
    barrier = threading.Barrier(2)

    def write() -> None:
        barrier.wait()
        services.reply(writer, topic.pk, source="Tap.", token=token)
        connections.close_all()

    threads = [threading.Thread(target=write) for _tap in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Post.objects.filter(topic=topic, token=token).count() == 1
