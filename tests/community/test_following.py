"""Following and muting: what somebody hears of, and where they change it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks

from belonging.notifications.models import Notification
from community import services
from community.models import Follow, Space, SpaceMembership, Topic, Visibility
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db


def started(where: Space, author: Any = None, tags: tuple[str, ...] = (), title: str = "Lamps by the door") -> Topic:
    return services.start_topic(author or person(), where, title=title, source="How?", tags=tags)


def level_of(user: Any, **what: Any) -> str:
    found = Follow.objects.filter(user=user, **what).first()
    return "none" if found is None else "mute" if found.muted else "follow"


def what_is_new(user: Any) -> str:
    now = timezone.now()
    cards = [card for give in hooks.get_hooks("dashboard_cards") for card in give(user)]
    sections = [
        section
        for give in hooks.get_hooks("digest_sections")
        for section in give(user, now - timedelta(days=7), now + timedelta(minutes=1))
    ]
    return str([list(part.items) for part in [*cards, *sections]])


@pytest.mark.parametrize("level", ["follow", "mute", "none"])
def test_a_space_a_tag_a_person_and_a_topic_are_followed_muted_or_neither(level: str) -> None:
    user, where, other = person(), space(), person()
    topic = started(where)
    client = signed_in(user)
    on = {"follow": "1", "mute": "mute", "none": "0"}[level]

    client.post(reverse("community:follow_space", args=[where.slug]), {"level": level})
    client.post(reverse("community:tag", args=["quiet corners"]), {"level": level})
    client.post(reverse("community:follow_person", args=[other.handle]), {"level": level})
    client.post(reverse("community:follow", args=[topic.pk]), {"on": on})

    assert level_of(user, space=where) == level
    assert level_of(user, tag="quiet corners") == level
    assert level_of(user, person=other) == level
    assert level_of(user, topic=topic) == level


def test_a_muted_topic_can_be_let_go_of_and_its_counter_stays_right() -> None:
    user, topic = person(), started(space())
    client, url = signed_in(user), reverse("community:follow", args=[topic.pk])

    for on in ("1", "mute", "0", "mute", "1", "1"):
        client.post(url, {"on": on})

    topic.refresh_from_db()
    assert topic.follow_count == Follow.objects.wanted().filter(topic=topic).count() == 2
    client.post(url, {"on": "mute"})
    client.post(url, {"on": "0"})
    topic.refresh_from_db()
    assert (level_of(user, topic=topic), topic.follow_count) == ("none", 1)


def test_nobody_follows_what_they_may_not_see() -> None:
    where = space(Visibility.CLOSED)
    client = signed_in(person())

    assert client.post(reverse("community:follow_space", args=[where.slug]), {"level": "follow"}).status_code == 404
    assert client.post(reverse("community:follow", args=[started(where).pk]), {"on": "1"}).status_code == 404
    gone = person(is_active=False)
    assert client.post(reverse("community:follow_person", args=[gone.handle]), {"level": "follow"}).status_code == 404
    assert not Follow.objects.filter(space=where).exists()


def test_nobody_follows_themselves_and_no_other_level_is_taken() -> None:
    user = person()
    client = signed_in(user)

    assert client.post(reverse("community:follow_person", args=[user.handle]), {"level": "follow"}).status_code == 404
    assert client.post(reverse("community:tag", args=["a"]), {"level": "all"}).status_code == 404
    assert client.post(reverse("community:tag", args=["a" * 41]), {"level": "follow"}).status_code == 404
    assert not Follow.objects.filter(user=user).exists()


@pytest.mark.parametrize("what", ["topic", "space", "tag", "person"])
def test_what_is_muted_is_not_new_not_in_the_digest_and_tells_nobody(what: str) -> None:
    user, author, where = person(), person(), space()
    topic = started(where, author, ("lamps",))
    assert "Lamps by the door" in what_is_new(user)
    services.set_topic_level(user, topic, level="follow")

    if what == "topic":
        services.set_topic_level(user, topic, level="mute")
    else:
        target: Any = {"space": where, "tag": "lamps", "person": author}[what]
        services.follow_other(user, **{what: target}, level="mute")
    Notification.objects.all().delete()
    services.reply(author, topic.pk, source=f"@{user.handle} look!")

    assert "Lamps by the door" not in what_is_new(user)
    assert not Notification.objects.filter(user=user).exists()
    assert "Lamps by the door" in what_is_new(person())


@pytest.mark.parametrize("what", ["topic", "space", "tag", "person"])
def test_what_is_followed_leads_the_digest(what: str) -> None:
    user, author, where = person(), person(), space()
    topic = started(where, author, ("lamps",))
    target: Any = {"space": where, "tag": "lamps", "person": author}.get(what)
    if target is None:
        services.set_topic_level(user, topic, level="follow")
    else:
        services.follow_other(user, **{what: target}, level="follow")
    now = timezone.now()

    sections = [
        section
        for give in hooks.get_hooks("digest_sections")
        for section in give(user, now - timedelta(days=7), now + timedelta(minutes=1))
    ]

    assert next(section.heading for section in sections if "Lamps" in str(section.items)) == "In what you follow"


def test_what_was_followed_in_a_space_one_has_left_is_told_nowhere() -> None:
    user, where = person(), space(Visibility.CLOSED)
    SpaceMembership.objects.create(space=where, user=user, confirmed_at=timezone.now())
    topic = started(where)
    services.follow_other(user, space=where, level="follow")
    services.set_topic_level(user, topic, level="follow")

    services.leave(user, where)

    page = signed_in(user).get("/me/following/").content.decode()
    assert where.title not in page
    assert topic.title not in page
    assert topic.title not in what_is_new(user)


def test_the_list_shows_all_of_it_in_groups_and_changes_it() -> None:
    user, where, other = person(), space(title="Quiet room"), person("Ines Moreau")
    services.follow_other(user, space=where, level="follow")
    services.follow_other(user, person=other, level="mute")
    services.follow_other(user, tag="lamps", level="follow")
    services.set_topic_level(user, started(where), level="follow")
    client = signed_in(user)

    page = client.get("/me/following/")
    text = page.content.decode()

    assert [group["heading"] for group in page.context["groups"]] == ["Spaces", "Tags", "People", "Topics"]
    assert all(name in text for name in ("Quiet room", "Ines Moreau", "lamps", "Lamps by the door"))
    row = Follow.objects.get(user=user, space=where)
    client.post(reverse("community:change_follow", args=[row.pk]), {"level": "mute"})
    assert level_of(user, space=where) == "mute"
    client.post(reverse("community:change_follow", args=[row.pk]), {"level": "none"})
    assert level_of(user, space=where) == "none"


def test_nobody_changes_what_somebody_else_follows() -> None:
    user, where = person(), space()
    services.follow_other(user, space=where, level="follow")
    row = Follow.objects.get(user=user)

    response = signed_in(person()).post(reverse("community:change_follow", args=[row.pk]), {"level": "none"})

    assert response.status_code == 404
    assert level_of(user, space=where) == "follow"


def test_hundreds_of_followed_topics_are_shown_page_by_page(django_assert_max_num_queries: Any) -> None:
    user, where = person(), space()
    Follow.objects.bulk_create(Follow(user=user, topic=started(where, person(), title=f"T{n}")) for n in range(35))
    client = signed_in(user)
    client.get("/me/following/")

    with django_assert_max_num_queries(9):
        first = client.get("/me/following/")
    second = client.get("/me/following/" + first.context["older_url"])

    seen = [row.pk for page in (first, second) for group in page.context["groups"] for row in group["rows"]]
    assert len(seen) == len(set(seen)) == 35


def test_a_tag_page_shows_only_what_one_may_read() -> None:
    started(space(), tags=("lamps", "a/b"), title="Members read this")
    started(space(Visibility.OPEN), tags=("lamps",), title="Anyone reads this")
    started(space(Visibility.CLOSED), tags=("lamps",), title="Few read this")

    from django.test import Client

    visitor = Client().get("/tags/lamps/").content.decode()
    member = signed_in(person()).get("/tags/lamps/").content.decode()

    assert ("Anyone reads this" in visitor, "Members read this" in visitor) == (True, False)
    assert ("Members read this" in member, "Few read this" in member) == (True, False)
    assert "Members read this" in signed_in(person()).get("/tags/a/b/").content.decode()
    assert Client().post("/tags/lamps/", {"level": "follow"})["Location"].startswith("/accounts/login/")


def test_a_profile_has_buttons_for_others_and_none_for_oneself_or_visitors() -> None:
    from django.test import Client

    user, other = person(), person()
    url = reverse("community:follow_person", args=[other.handle])

    seen = signed_in(user).get(other.get_absolute_url()).content.decode()
    services.follow_other(user, person=other, level="follow")
    followed = signed_in(user).get(other.get_absolute_url()).content.decode()

    assert f'action="{url}"' in seen
    assert "Stop following" in followed
    assert f'action="{url}"' not in signed_in(other).get(other.get_absolute_url()).content.decode()
    other.profile.visibility = "public"
    other.profile.save()
    assert f'action="{url}"' not in Client().get(other.get_absolute_url()).content.decode()
