"""Atom feeds: valid, cheap, and open to nobody who may not read what is in them at that moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from belonging.accounts import services as accounts
from belonging.accounts.models import User
from community import services
from community.models import FeedToken, Post, Space, SpaceMembership, Topic, Visibility
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
PRIVATE = [Visibility.MEMBERS, Visibility.CLOSED, Visibility.CONFIDENTIAL]


def started(where: Space, **fields: Any) -> Topic:
    values = {"title": "A lamp & a <door>", "source": "Is it *on*?", **fields}
    return services.start_topic(values.pop("author", None) or person("Ada Bell"), where, **values)


def inside(where: Space) -> User:
    user = person()
    SpaceMembership.objects.create(space=where, user=user, confirmed_at=timezone.now())
    return user


def feed_of(where: Space) -> str:
    return reverse("community:space_feed", args=[where.slug])


def get(url: str, user: User | None = None, **headers: str) -> Any:
    query = {"token": FeedToken.objects.get_or_create(user=user)[0].token} if user else {}
    return Client().get(url, query, headers=headers)


def entries(response: Any) -> list[ET.Element]:
    return ET.fromstring(response.content).findall(f"{ATOM}entry")


def text(element: ET.Element, name: str) -> str:
    found = element.find(f"{ATOM}{name}")
    assert found is not None, name
    return "".join(found.itertext())


def test_a_feed_is_valid_atom_with_stable_ids_names_and_escaped_html() -> None:
    where = space(Visibility.OPEN, title="Lamps & doors")
    topic = started(where, tags=["lamps"])

    response = get(feed_of(where))
    root = ET.fromstring(response.content)
    (entry,) = entries(response)

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert text(root, name)
        assert text(entry, name)
    assert text(root, "id").startswith("tag:")
    assert text(entry, "id").startswith("tag:")
    assert text(entry, "title") == topic.title
    assert text(entry, "author").strip() == "Ada Bell"
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert "<em>on</em>" in (content.text or "")
    assert not list(content)
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert (links["self"] or "").endswith(feed_of(where))
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href", "").endswith(topic.get_absolute_url())


def test_an_id_stays_when_the_title_changes_and_a_reply_makes_the_entry_newer() -> None:
    where = space(Visibility.OPEN)
    topic = started(where)
    (before,) = entries(get(feed_of(where)))

    Topic.objects.filter(pk=topic.pk).update(title="Renamed", slug="renamed")
    services.reply(person(), topic.pk, source="Yes.", now=timezone.now() + timedelta(hours=1))
    (after,) = entries(get(feed_of(where)))

    assert text(before, "id") == text(after, "id")
    assert text(before, "updated") < text(after, "updated")


def test_letters_that_xml_cannot_hold_are_left_out() -> None:
    where = space(Visibility.OPEN)
    started(where, title="Bell\x07 and \x0b\ufffe tab", source="a\x08b\x1fc")

    (entry,) = entries(get(feed_of(where)))

    assert text(entry, "title") == "Bell and  tab"


@pytest.mark.parametrize("visibility", PRIVATE)
def test_without_a_token_only_open_spaces_have_a_feed(visibility: str) -> None:
    where = space(visibility)
    started(where)

    assert get(feed_of(where)).status_code == 404
    assert signed_in(inside(where)).get(feed_of(where)).status_code == 404
    assert len(entries(get(feed_of(where), inside(where)))) == 1


@pytest.mark.parametrize("token", ["", "x", "x" * 32, "x" * 500, "\x00" * 24, "../../etc/passwd-and-more"])
def test_a_wrong_token_opens_nothing_not_even_an_open_space(token: str) -> None:
    where = space(Visibility.OPEN)

    assert Client().get(feed_of(where), {"token": token}).status_code == 404


@pytest.mark.parametrize("visibility", [Visibility.CLOSED, Visibility.CONFIDENTIAL])
def test_an_outsiders_token_opens_no_closed_space(visibility: str) -> None:
    where, topic = space(visibility), None
    topic = started(where)
    outsider = person()

    assert get(feed_of(where), outsider).status_code == 404
    assert get(reverse("community:topic_feed", args=[topic.pk]), outsider).status_code == 404
    assert entries(get(reverse("community:topics_feed"), outsider)) == []


def test_rights_are_asked_on_every_fetch() -> None:
    where = space(Visibility.CLOSED)
    started(where)
    user = inside(where)
    assert get(feed_of(where), user).status_code == 200

    services.leave(user, where)

    assert get(feed_of(where), user).status_code == 404


@pytest.mark.parametrize("how", ["inactive", "erased", "suspended"])
def test_whoever_may_not_come_in_reads_no_feed(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, user = space(Visibility.MEMBERS), person()
    token = FeedToken.objects.create(user=user).token
    if how == "inactive":
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif how == "erased":
        accounts.erase(user)
    else:
        monkeypatch.setattr(User, "is_suspended", lambda self: True, raising=False)

    assert Client().get(feed_of(where), {"token": token}).status_code == 404
    assert Client().get(reverse("community:topics_feed"), {"token": token}).status_code == 404


def test_new_addresses_make_the_old_ones_useless() -> None:
    user = person()
    client = signed_in(user)
    assert client.get("/me/feeds/").context["token"] is None
    assert not FeedToken.objects.exists()

    client.post("/me/feeds/renew/")
    old = FeedToken.objects.get(user=user).token
    client.post("/me/feeds/renew/")
    new = FeedToken.objects.get(user=user).token
    page = client.get("/me/feeds/")

    assert old != new
    assert new in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Client().get("/topics/feed.atom", {"token": old}).status_code == 404
    assert Client().get("/topics/feed.atom", {"token": new}).status_code == 200


def test_the_page_of_addresses_names_only_spaces_one_may_read() -> None:
    hidden, mine = space(Visibility.CONFIDENTIAL, title="Hidden group"), space(Visibility.CLOSED, title="Own group")
    user = inside(mine)
    FeedToken.objects.create(user=user)

    page = signed_in(user).get("/me/feeds/").content.decode()

    assert "Own group" in page
    assert hidden.title not in page


def test_all_topics_can_be_narrowed_by_tag_and_strand() -> None:
    where = space(Visibility.OPEN)
    started(where, title="One", tags=["lamps"])
    started(where, title="Two", strands=["P11"])
    started(space(Visibility.MEMBERS), title="Three", tags=["lamps"])

    def titles(**query: str) -> list[str]:
        return [text(entry, "title") for entry in entries(Client().get("/topics/feed.atom", query))]

    from belonging.framework import strands

    assert titles() == ["Two", "One"]
    assert titles(tag="lamps") == ["One"]
    assert titles(tag="lamps\x00") == ["One"]
    assert titles(strand="nonsense") == ["Two", "One"]
    if strands.find_strand("P11"):
        assert titles(strand="P11") == ["Two"]


def test_hidden_topics_and_posts_are_not_in_a_feed() -> None:
    where = space(Visibility.OPEN)
    topic, gone = started(where), started(where, title="Gone")
    services.hide_topic(gone, hidden=True)
    first = Post.objects.get(topic=topic, number=1)
    services.hide_post(first, text="Hidden to protect a family.")
    reply = services.reply(person(), topic.pk, source="Zebra crossing")
    services.hide_post(reply, text="Hidden too.")

    feeds = [get(feed_of(where)), get(reverse("community:topic_feed", args=[topic.pk]))]

    for response in feeds:
        body = response.content.decode()
        assert "Is it" not in body
        assert "Zebra" not in body
        assert "Gone" not in body
        assert "Hidden to protect a family." in body
    assert get(reverse("community:topic_feed", args=[gone.pk])).status_code == 404


def test_former_members_are_named_as_such() -> None:
    where, author = space(Visibility.OPEN), person("Rosa Klein")
    started(where, author=author)

    accounts.erase(author)

    (entry,) = entries(get(feed_of(where)))
    assert text(entry, "author").strip() == "Former member"


def test_thirty_entries_at_most_four_queries_no_session_no_cookie_no_write(
    django_assert_max_num_queries: Any,
) -> None:
    where = space(Visibility.CLOSED)
    author, user = person(), None
    for number in range(35):
        started(where, author=author, title=f"Topic {number}")
    user = inside(where)
    token = FeedToken.objects.create(user=user).token
    topic = Topic.objects.filter(space=where)[0]
    urls = [feed_of(where), "/topics/feed.atom", reverse("community:topic_feed", args=[topic.pk])]

    for url in urls:
        with django_assert_max_num_queries(4) as asked:
            response = Client().get(url, {"token": token})
        assert response.status_code == 200
        assert not response.cookies
        assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)
        assert "Cookie" not in response.get("Vary", "")
        assert "private" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
    assert len(entries(Client().get(urls[0], {"token": token}))) == 30


def test_what_has_not_changed_is_not_sent_again() -> None:
    where = space(Visibility.OPEN)
    topic = started(where)
    first = get(feed_of(where))

    same = get(feed_of(where), **{"If-None-Match": first["ETag"]})
    since = get(feed_of(where), **{"If-Modified-Since": first["Last-Modified"]})
    services.reply(person(), topic.pk, source="New.", now=timezone.now() + timedelta(seconds=5))
    later = get(feed_of(where), **{"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]})

    assert (same.status_code, since.status_code, later.status_code) == (304, 304, 200)
    assert same.content == b""
    assert "public" in first["Cache-Control"]


def test_an_empty_feed_is_the_same_each_time() -> None:
    where = space(Visibility.OPEN)

    first, second = get(feed_of(where)), get(feed_of(where))

    assert first.content == second.content
    assert entries(first) == []


def test_only_open_spaces_tell_browsers_where_their_feed_is() -> None:
    open_one, closed = space(Visibility.OPEN), space(Visibility.MEMBERS)
    client = signed_in(person())

    assert 'type="application/atom+xml"' in client.get(open_one.get_absolute_url()).content.decode()
    assert 'type="application/atom+xml"' not in client.get(closed.get_absolute_url()).content.decode()
