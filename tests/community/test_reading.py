"""What is new for whom, where one goes on reading, and how topics are found."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from belonging.accounts.models import User
from community import reading, services
from community.models import POSTS_PAGE, TOPICS_PAGE, Kind, Post, Space, SpaceMembership, Topic, Visibility
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db


def topic_in(where: Space, author: User | None = None, *, posts: int = 1, **values: Any) -> Topic:
    author = author or person()
    made = services.start_topic(author, where, **{"title": "How do you greet?", "source": "By name.", **values})
    for number in range(2, posts + 1):
        services.reply(author, made.pk, source=f"Post {number}.")
    made.refresh_from_db()
    return made


def titles(client: Client, address: str = "/topics/") -> list[str]:
    found = re.findall(r'row__title"><a href="[^"]*">([^<]*)</a>', client.get(address).content.decode())
    return found


def all_pages(client: Client, address: str) -> list[str]:
    """The titles of every page, one after the other."""
    found, seen = [], set()
    while address:
        assert address not in seen, "pages go in a circle"
        seen.add(address)
        response = client.get(address)
        found += [row.title for row in response.context["topics"]]
        older = response.context["older_url"]
        address = f"{address.partition('?')[0]}{older}" if older else ""
    return found


def unread_of(user: User) -> dict[str, str]:
    return {entry.slug: entry.unread for entry in reading.spaces_of(user)}


def see(client: Client, topic: Topic, number: int) -> None:
    assert client.post(f"/topics/{topic.pk}/seen/", {"number": number}).status_code in {204, 302}


def test_a_new_topic_is_unread_a_read_one_counts_what_came_since_and_mine_is_read() -> None:
    where, reader, author = space(), person(), person()
    read, fresh = topic_in(where, author, posts=3, title="Read"), topic_in(where, author, title="Fresh")
    mine = topic_in(where, reader, title="Mine")
    client = signed_in(reader)
    see(client, read, 3)
    services.reply(author, read.pk, source="One more.")
    services.reply(author, read.pk, source="And one.")

    rows = {row.id: row for row in client.get("/topics/").context["topics"]}

    assert (rows[read.pk].new, rows[read.pk].unread) == (2, False)
    assert rows[read.pk].url.endswith("?post=4#post-4"), "the first one that was not read"
    assert (rows[fresh.pk].new, rows[fresh.pk].unread) == (0, True)
    assert (rows[mine.pk].new, rows[mine.pk].unread) == (0, False)
    assert unread_of(reader) == {where.slug: "2"}


def test_reading_an_earlier_page_again_takes_nothing_back() -> None:
    where, reader = space(), person()
    topic = topic_in(where, posts=5)
    client = signed_in(reader)

    see(client, topic, 5)
    see(client, topic, 2)

    assert unread_of(reader) == {where.slug: ""}


@pytest.mark.parametrize("number", ["0", "-1", "999999999999", "x", ""])
def test_nobody_has_read_a_post_that_is_not_there(number: str) -> None:
    where, reader = space(), person()
    topic = topic_in(where, posts=2)
    client = signed_in(reader)

    response = client.post(f"/topics/{topic.pk}/seen/", {"number": number})
    services.reply(topic.author, topic.pk, source="Later.")

    assert response.status_code < 500
    assert unread_of(reader) == {where.slug: "1"}


def test_a_long_topic_offers_to_go_on_where_one_stopped() -> None:
    where, reader = space(), person()
    topic = topic_in(where, posts=POSTS_PAGE + 5)
    client = signed_in(reader)
    see(client, topic, POSTS_PAGE + 2)

    first, second = (client.get(topic.url_of_post(number).partition("#")[0]) for number in (1, POSTS_PAGE + 1))

    assert first.context["unread_url"].endswith(f"?post={POSTS_PAGE + 3}#post-{POSTS_PAGE + 3}")
    assert "Go on where you stopped reading" in first.content.decode()
    assert second.context["unread_url"] == "", "it stands on this page"


def test_all_is_read_at_one_press_in_the_spaces_one_may_read_and_for_nobody_else() -> None:
    where, other, reader, friend = space(), space(), person(), person()
    topics = [topic_in(where), topic_in(other)]

    signed_in(reader).post("/topics/read/")

    assert unread_of(reader) == {where.slug: "", other.slug: ""}
    assert unread_of(friend) == {where.slug: "1", other.slug: "1"}
    services.reply(topics[0].author, topics[0].pk, source="Later.")
    assert unread_of(reader) == {where.slug: "1", other.slug: ""}


def test_what_was_written_before_somebody_joined_is_not_new_to_them() -> None:
    where = space()
    topic_in(where)
    Topic.objects.update(last_post_at=timezone.now() - timedelta(days=1))

    assert unread_of(person()) == {where.slug: ""}


def test_unread_topics_are_counted_to_twenty_and_what_is_hidden_or_private_not_at_all() -> None:
    where, closed, reader, author = space(), space(Visibility.CLOSED), person(), person()
    for number in range(22):
        topic_in(where, author, title=f"Topic {number}")
    topic_in(closed, author)

    assert unread_of(reader) == {where.slug: "20+"}
    Topic.objects.filter(space=where).exclude(title__in=["Topic 1", "Topic 2"]).update(hidden=True)
    assert unread_of(reader) == {where.slug: "2"}


def test_what_has_something_new_stands_first_beside_the_list_and_no_more_than_ten() -> None:
    reader = person()
    spaces = [space(position=number) for number in range(15)]
    topic_in(spaces[14])

    page = signed_in(reader).get("/topics/")

    assert [entry.slug for entry in page.context["beside"]] == [where.slug for where in [spaces[14], *spaces[:9]]]
    assert page.context["more_spaces"] == 5
    assert "All spaces" in page.content.decode()


def _many(where: Space, count: int) -> list[Topic]:
    """Topics whose last posts, beginnings and thanks go three different ways, each value shared by two of them."""
    author, now = person(), timezone.now() - timedelta(days=1)
    made = [topic_in(where, author, title=f"T{number:02}") for number in range(count)]
    for number, topic in enumerate(made):
        Topic.objects.filter(pk=topic.pk).update(
            last_post_at=now - timedelta(minutes=number // 2),
            created_at=now - timedelta(minutes=(number * 7 % count) // 2),
            helpful_count=(number * 5 % count) // 2,
        )
    return list(Topic.objects.filter(space=where))


@pytest.mark.parametrize("sort", ["active", "newest", "helpful"])
@pytest.mark.parametrize("who", ["visitor", "member", "administrator"])
def test_every_order_shows_every_topic_once_over_all_its_pages(sort: str, who: str) -> None:
    where = space(Visibility.OPEN)
    made = _many(where, 2 * TOPICS_PAGE + 3)
    client = Client() if who == "visitor" else signed_in(person(is_superuser=who == "administrator"))
    value: dict[str, Any] = {
        "active": lambda topic: (topic.last_post_at, topic.pk),
        "newest": lambda topic: (topic.created_at, topic.pk),
        "helpful": lambda topic: (topic.helpful_count, topic.pk),
    }
    expected = [topic.title for topic in sorted(made, key=value[sort], reverse=True)]

    assert all_pages(client, f"/topics/?sort={sort}") == expected
    assert all_pages(client, f"{where.get_absolute_url()}?sort={sort}") == expected


def test_filters_narrow_by_space_tag_strand_indicator_kind_and_phase_one_by_one_and_together() -> None:
    here, there, author = space(), space(), person()
    full: dict[str, Any] = {
        "tags": ["lunch"], "strands": ["F1"], "indicators": ["P11.3"], "kind": Kind.PRACTICE, "phases": ["primary"],
    }  # fmt: skip
    topic_in(here, author, title="Fits", **full)
    others: dict[str, dict[str, Any]] = {
        "tag": {"tags": ["phones"]}, "strand": {"strands": ["E6"]}, "indicator": {"indicators": ["P11.1"]},
        "kind": {"kind": Kind.QUESTION}, "phase": {"phases": ["special"]},
    }  # fmt: skip
    for name, change in others.items():
        topic_in(here, author, title=f"Other {name}", **(full | change))
    topic_in(there, author, title="Other space", **full)
    client = signed_in(person())
    asked = {
        "tag": "lunch",
        "strand": "F1",
        "indicator": "P11.3",
        "kind": "practice",
        "phase": "primary",
        "space": here.slug,
    }

    for name, value in asked.items():
        found = set(titles(client, f"/topics/?{name}={value}"))
        assert f"Other {name}" not in found, name
        assert len(found) == 6, name
    assert titles(client, "/topics/?" + "&".join(f"{name}={value}" for name, value in asked.items())) == ["Fits"]
    assert len(titles(client, "/topics/?space=nowhere&kind=nothing&strand=ZZ&sort=x")) == 7, "nonsense narrows nothing"


def test_a_list_can_show_what_waits_what_i_follow_and_what_is_mine() -> None:
    where, me, other = space(), person(), person()
    answered = topic_in(where, other, title="Answered", posts=2)
    topic_in(where, other, title="Waiting", kind=Kind.QUESTION)
    topic_in(where, me, title="Mine")
    services.follow(me, answered, on=True)
    client = signed_in(me)

    assert set(titles(client, "/topics/?show=unanswered")) == {"Waiting", "Mine"}
    assert titles(client, "/topics/?show=mine") == ["Mine"]
    assert set(titles(client, "/topics/?show=following")) == {"Answered", "Mine"}
    assert set(titles(Client(), "/topics/?show=following")) == set()


def test_what_is_muted_is_in_no_list_but_its_own() -> None:
    where, me, other = space(), person(), person()
    loud = topic_in(where, other, title="Loud")
    topic_in(where, other, title="Quiet")
    client = signed_in(me)
    client.post(f"/topics/{loud.pk}/follow/", {"on": "mute"})

    assert titles(client) == ["Quiet"]
    assert unread_of(me) == {where.slug: "1"}
    assert client.get(loud.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("visibility", [Visibility.CLOSED, Visibility.CONFIDENTIAL])
def test_a_private_topic_is_in_no_list_however_it_is_asked_for(visibility: str) -> None:
    where, insider, outsider = space(visibility), person(), person()
    SpaceMembership.objects.create(space=where, user=insider, confirmed_at=timezone.now())
    topic_in(where, insider, title="Secret", tags=["lunch"])
    addresses = ["/topics/", "/topics/?show=unanswered", "/topics/?tag=lunch", f"/topics/?space={where.slug}"]
    addresses += [f"/topics/?sort={sort}" for sort in ("newest", "helpful")]

    for address in addresses:
        assert titles(signed_in(insider), address) == ["Secret"], address
        assert titles(signed_in(outsider), address) == [], address
        assert titles(Client(), address) == [], address
    SpaceMembership.objects.all().delete()
    assert titles(signed_in(insider)) == [], "a text that was made for a member asks again who they are"


def test_the_accepted_answer_stands_second_once_and_again_where_it_is_on_a_later_page() -> None:
    where, author = space(), person()
    near = topic_in(where, author, posts=5, kind=Kind.QUESTION)
    far = topic_in(where, author, posts=POSTS_PAGE + 3, kind=Kind.QUESTION)
    services.accept(near.pk, Post.objects.get(topic=near, number=4))
    services.accept(far.pk, Post.objects.get(topic=far, number=POSTS_PAGE + 2))
    client = signed_in(person())

    def numbers(address: str) -> list[int]:
        return [int(number) for number in re.findall(r"Post (\d+)\.</p>", client.get(address).content.decode())]

    assert numbers(near.get_absolute_url()) == [4, 2, 3, 5]
    assert client.get(near.get_absolute_url()).content.count(b'id="post-4"') == 1
    assert numbers(far.get_absolute_url()) == [POSTS_PAGE + 2, *range(2, POSTS_PAGE + 1)]
    assert f'id="post-{POSTS_PAGE + 2}"'.encode() not in client.get(far.get_absolute_url()).content
    assert numbers(f"{far.get_absolute_url()}?post={POSTS_PAGE + 2}") == list(range(POSTS_PAGE + 1, POSTS_PAGE + 4))


def test_a_moment_with_and_without_its_zone_is_a_cursor_or_the_first_page() -> None:
    where = space()
    topic = topic_in(where)
    client = signed_in(person())
    moment: datetime = topic.last_post_at + timedelta(seconds=1)

    assert titles(client, f"/topics/?before={moment.isoformat().replace('+', '%2B')}_1") == [topic.title]
    assert titles(client, f"/topics/?before={moment.replace(tzinfo=None).isoformat()}_1") == [topic.title]
    assert titles(client, f"/topics/?before={(moment - timedelta(days=1)).isoformat().replace('+', '%2B')}_1") == []


def test_what_narrows_a_list_stands_above_it_and_each_part_can_be_taken_away() -> None:
    where = space()
    topic_in(where, title="Fits", tags=["lunch"], kind=Kind.QUESTION)
    client = signed_in(person())

    page = client.get(f"/topics/?tag=lunch&kind=question&sort=newest&space={where.slug}&before=x_1").content.decode()
    form = client.get(f"/topics/?tag=lunch&kind=question&space={where.slug}&filters=1").content.decode()

    assert 'name="kind"' not in page
    for words, left in (("lunch", "kind=question&amp;sort=newest"), ("Question", "tag=lunch&amp;sort=newest")):
        assert re.search(rf'href="\?{left}&amp;space={where.slug}">{words} ', page), words
    assert f'href="?tag=lunch&amp;kind=question&amp;space={where.slug}">Newest topic ' in page
    assert "Clear all" in page
    assert 'value="question" selected' in form
    assert 'value="lunch"' in form
