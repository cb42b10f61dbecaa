"""HTML that older rules made is made again from its source."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from belonging.core import html
from belonging.notifications.models import Notification
from belonging.work.services import tick
from community import services
from community.models import Mention, Post, Space, Topic
from community.services import remaking
from tests.people import person, space

pytestmark = pytest.mark.django_db

OLD = {"html": "<p>old rules</p>", "cleaner_version": html.CLEANER_VERSION - 1}


def old_topic(**fields: Any) -> tuple[Topic, Post]:
    topic = services.start_topic(person(), space(), title="Doors", source=fields.pop("source", "Knock *first*."))
    Post.objects.filter(topic=topic).update(**{**OLD, **fields})
    Topic.objects.filter(pk=topic.pk).update(first_words="old rules")
    return topic, Post.objects.get(topic=topic)


def test_old_posts_are_made_again_with_the_first_words_of_their_topics_and_nothing_else_changes() -> None:
    topic, post = old_topic()
    Notification.objects.all().delete()

    tick(timezone.now())

    post.refresh_from_db()
    topic.refresh_from_db()
    assert "<em>first</em>" in post.html
    assert (post.cleaner_version, post.edited_at, post.source) == (html.CLEANER_VERSION, None, "Knock *first*.")
    assert topic.first_words == "Knock first."
    assert not Notification.objects.exists()
    assert remaking.remake_posts(timezone.now()) == 0


def test_whom_a_post_names_follows_the_rules_of_now() -> None:
    quiet, named = person(), person()
    _topic, post = old_topic(source=f"`@{quiet.handle}` and @{named.handle}")
    Mention.objects.all().delete()
    Mention.objects.create(post=post, user=quiet)

    remaking.remake_posts(timezone.now())

    assert list(Mention.objects.values_list("user_id", flat=True)) == [named.pk]


def test_a_batch_has_an_end_and_the_next_goes_on_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remaking, "AT_ONCE", 2)
    topic, _post = old_topic()
    for number in range(3):
        services.reply(person(), topic.pk, source=f"Reply {number}")
    Post.objects.filter(topic=topic).update(**OLD)

    assert [remaking.remake_posts(timezone.now()) for _run in range(3)] == [2, 2, 0]
    assert not Post.objects.filter(html=OLD["html"]).exists()


def test_words_in_the_place_of_a_hidden_post_stay_and_a_deleted_one_stays_empty() -> None:
    topic, post = old_topic()
    services.hide_post(post, text="Hidden by a moderator")
    gone_topic, gone = old_topic()
    services.delete_post(gone.pk, by=gone.author)

    remaking.remake_posts(timezone.now())

    topic.refresh_from_db()
    post.refresh_from_db()
    gone.refresh_from_db()
    assert topic.first_words == "Hidden by a moderator"
    assert "<em>first</em>" in post.html
    assert (gone.html, Topic.objects.get(pk=gone_topic.pk).first_words) == ("", "")
    services.restore_post(post)
    assert Topic.objects.get(pk=topic.pk).first_words == "Knock first."


def test_a_post_that_was_edited_meanwhile_keeps_what_it_says_now() -> None:
    _topic, post = old_topic()
    services.edit_post(post.pk, source="Say hello.")

    assert remaking._remake_post(post.pk, "Knock *first*.") == 0
    assert remaking._remake_post(0, "gone") == 0

    post.refresh_from_db()
    assert "hello" in post.html


def test_welcomes_are_made_again_too() -> None:
    where = space(welcome="Hello *you*")
    Space.objects.filter(pk=where.pk).update(welcome_html="<p>old</p>", welcome_version=0)

    assert remaking.remake_welcomes(timezone.now()) == 1
    assert remaking.remake_welcomes(timezone.now()) == 0

    where.refresh_from_db()
    assert "<em>you</em>" in where.welcome_html


def test_looking_for_old_posts_reads_an_index_and_not_the_table() -> None:
    old = Post.objects.filter(cleaner_version__lt=html.CLEANER_VERSION).order_by("cleaner_version", "pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
    plan = old.values_list("pk", "source")[:200].explain()

    assert "post_by_cleaner" in plan
    assert "Sort" not in plan, plan
