from __future__ import annotations

import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from wagtail import hooks

from belonging.accounts import services as accounts
from belonging.accounts.models import EDITORS, MODERATORS, User
from belonging.notifications.models import Notification
from community import services
from community.models import Kind, Post, Space, SpaceMembership, SpaceRole, Topic, Visibility
from community.templatetags.community_tags import can_be_kept
from resources.models import Consent, Credit, ResourcePage
from resources.services import library
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelf(db: None) -> None:
    library()


def answered(where: Space | None = None, *, source: str = "Two **things**.\n\n- One\n- Two") -> tuple[Topic, Post]:
    where = where or space()
    asker, answerer = person("Amara Osei"), person("Dan Whitlock")
    if where.is_private:
        for user in (asker, answerer):
            SpaceMembership.objects.create(space=where, user=user, confirmed_at=where.created_at)
    topic = services.start_topic(
        asker, where, title="Who is at the door?", source="Every morning?", kind=Kind.QUESTION, strands=["P11"]
    )
    post = services.reply(answerer, topic.pk, source=source)
    services.accept(topic.pk, post)
    topic.refresh_from_db()
    return topic, post


def keep_url(topic: Topic) -> str:
    return reverse("community:keep", args=[topic.pk])


def draft() -> ResourcePage:
    return ResourcePage.objects.get()


def test_an_accepted_answer_becomes_an_unpublished_draft_credited_to_both() -> None:
    topic, post = answered()

    signed_in(topic.author).post(keep_url(topic))
    page = draft()
    topic.refresh_from_db()

    assert (page.title, page.live, page.kind, page.strands) == (
        "Who is at the door?",
        False,
        "practice example",
        ["P11"],
    )
    assert page.owner == topic.author
    assert page.members_only, "the space is for members"
    assert [(credit.role, credit.user) for credit in Credit.objects.all()] == [
        ("asked", topic.author),
        ("answered", post.author),
    ]
    assert [block.block_type for block in page.body] == ["quote", "paragraph", "bullet_list"]
    assert "<b>things</b>" in str(page.body[1].value)
    assert page.workflow_in_progress
    assert topic.is_kept_as_draft
    assert topic.library_url == ""


def test_whoever_answered_is_told_and_editors_too() -> None:
    topic, post = answered()
    editor = person(groups=(EDITORS,))

    services.keep(topic.pk, by=topic.author)

    credit = Credit.objects.get(user=post.author)
    assert Notification.objects.get(user=post.author, reason="credit").url == f"/credits/{credit.pk}/"
    assert not Notification.objects.filter(user=topic.author, reason="credit").exists()
    assert Notification.objects.filter(user=editor, reason="library").count() == 1


def test_pressing_twice_makes_one_draft() -> None:
    topic, post = answered()

    signed_in(topic.author).post(keep_url(topic))
    signed_in(post.author).post(keep_url(topic))

    assert ResourcePage.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_people_pressing_at_once_make_one_draft() -> None:
    topic, post = answered()
    start, failed = threading.Barrier(2), []

    def press(user: User) -> None:
        start.wait()
        try:
            services.keep(topic.pk, by=user)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[user]) for user in (topic.author, post.author)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert ResourcePage.objects.count() == 1
    assert Credit.objects.count() == 2


def test_only_who_asked_who_answered_and_who_looks_after_the_space_keep_an_answer() -> None:
    where = space()
    topic, _post = answered(where)
    facilitator = person()
    SpaceMembership.objects.create(
        space=where, user=facilitator, role=SpaceRole.FACILITATOR, confirmed_at=where.created_at
    )

    assert signed_in(person()).post(keep_url(topic)).status_code == 403
    assert Client().post(keep_url(topic))["Location"].startswith("/accounts/login/")
    assert ResourcePage.objects.count() == 0
    assert signed_in(facilitator).post(keep_url(topic)).status_code == 302
    assert ResourcePage.objects.count() == 1


def test_an_outsider_of_a_closed_space_learns_nothing() -> None:
    topic, _post = answered(space(Visibility.CLOSED))

    assert signed_in(person()).post(keep_url(topic)).status_code == 404


@pytest.mark.parametrize("visibility", [Visibility.CLOSED, Visibility.CONFIDENTIAL])
def test_what_was_said_in_private_stays_there_until_a_facilitator_says_yes(visibility: str) -> None:
    where = space(visibility)
    topic, _post = answered(where)
    facilitator = person()
    SpaceMembership.objects.create(
        space=where, user=facilitator, role=SpaceRole.FACILITATOR, confirmed_at=where.created_at
    )

    refused = signed_in(topic.author).post(keep_url(topic), {"confirm": "1"}, follow=True)
    asked = signed_in(facilitator).post(keep_url(topic))

    assert "A facilitator has to agree" in refused.content.decode()
    assert "More people read the library than this space" in asked.content.decode()
    assert ResourcePage.objects.count() == 0
    signed_in(facilitator).post(keep_url(topic), {"confirm": "1"})
    assert draft().members_only


def test_without_an_accepted_answer_or_a_room_that_makes_drafts_there_is_no_button(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    topic, post = answered()
    page = signed_in(topic.author).get(topic.get_absolute_url()).content.decode()
    stranger = signed_in(person()).get(topic.get_absolute_url()).content.decode()
    assert keep_url(topic) in page
    assert keep_url(topic) not in stranger

    monkeypatch.setattr(hooks, "get_hooks", lambda name: [])
    assert not can_be_kept(topic)
    with pytest.raises(services.CannotKeep):
        services.keep(topic.pk, by=topic.author)
    monkeypatch.undo()

    services.hide_post(post)
    topic.refresh_from_db()
    assert not can_be_kept(topic)
    with pytest.raises(services.CannotKeep):
        services.keep(topic.pk, by=topic.author)


def test_a_moderator_with_an_editor_s_rights_is_led_to_the_draft_and_a_member_back_to_the_topic() -> None:
    topic, _post = answered()
    other, _reply = answered()
    admin = person(groups=(MODERATORS,), is_staff=True, is_superuser=True)

    to_draft = signed_in(admin).post(keep_url(topic))
    back = signed_in(other.author).post(keep_url(other))

    assert to_draft["Location"] == f"/admin/pages/{ResourcePage.objects.order_by('pk')[0].pk}/edit/"
    assert back["Location"] == other.get_absolute_url()


def test_the_topic_says_where_the_resource_stands_as_it_is_published_taken_back_and_thrown_away() -> None:
    topic, post = answered(space(Visibility.OPEN))
    services.keep(topic.pk, by=topic.author)
    page, client = draft(), signed_in(person())

    pending = client.get(topic.get_absolute_url()).content.decode()
    page.save_revision().publish()
    topic.refresh_from_db()
    published = client.get(topic.get_absolute_url()).content.decode()

    assert "An editor is making a library resource" in pending
    assert topic.library_url == draft().get_url()
    assert f'<a href="{topic.library_url}">' in published
    assert Notification.objects.filter(user=post.author, key=f"in-library:{page.pk}").count() == 1
    credited = client.get(topic.library_url).content.decode()
    assert "Amara Osei" in credited
    assert "Dan Whitlock" in credited

    draft().unpublish()
    topic.refresh_from_db()
    assert topic.is_kept_as_draft
    draft().delete()
    topic.refresh_from_db()
    assert topic.resource_url == ""


def credit_of(user: User) -> str:
    return reverse("resources:credit", args=[Credit.objects.get(user=user).pk])


def published() -> tuple[Topic, Post, ResourcePage]:
    topic, post = answered(space(Visibility.OPEN))
    services.keep(topic.pk, by=topic.author)
    draft().save_revision().publish()
    return topic, post, draft()


def test_a_credited_person_leaves_their_name_out() -> None:
    _topic, post, page = published()

    signed_in(post.author).post(credit_of(post.author), {"consent": Consent.UNNAMED})
    seen = Client().get(page.get_url()).content.decode()

    assert "Dan Whitlock" not in seen
    assert "a member" in seen


def test_whoever_answered_takes_their_words_out_and_nobody_publishes_them_again() -> None:
    topic, post, page = published()
    editor = person(groups=(EDITORS,))

    signed_in(post.author).post(credit_of(post.author), {"consent": Consent.REFUSED})
    gone = Client().get(page.get_url()).status_code
    draft().save_revision().publish()
    topic.refresh_from_db()

    assert gone == 404
    assert not draft().live
    assert topic.library_url == ""
    assert Notification.objects.filter(user=editor, key=f"refused:{page.pk}").count() == 1


def test_nobody_decides_for_somebody_else() -> None:
    topic, post, _page = published()
    url = credit_of(post.author)

    assert signed_in(topic.author).get(url).status_code == 404
    assert signed_in(topic.author).post(url, {"consent": Consent.REFUSED}).status_code == 404
    assert Client().get(url)["Location"].startswith("/accounts/login/")
    assert signed_in(post.author).post(url, {"consent": "whatever"}).status_code == 422
    assert draft().live


def test_who_leaves_is_former_member_in_the_credits_too() -> None:
    _topic, post, page = published()

    exported = accounts.export(post.author)["rooms"]["resources"]["credited_in"]
    accounts.erase(post.author)
    seen = Client().get(page.get_url()).content.decode()

    assert exported[0]["page__title"] == "Who is at the door?"
    assert "Dan Whitlock" not in seen
    assert "Former member" in seen


def test_people_who_are_mentioned_and_pictures_stay_in_the_discussion() -> None:
    from resources.answers import prose_from_answer

    html = (
        '<p>Ask <a href="/members/beth/">@beth</a> &amp; <a href="https://example.org/?a=1&amp;b=2">this</a>.</p>'
        '<p><img src="/attachments/x/" alt="A door"></p><h3>Then</h3><table><tr><th>A</th></tr><tr><td>1</td></tr></table>'
        "<blockquote><p>Quoted</p></blockquote><ol><li><p>One <em>more</em></p></li></ol>"
    )

    found = prose_from_answer(html)

    assert [block["type"] for block in found] == ["paragraph", "heading", "table", "quote", "bullet_list"]
    text = found[0]["value"]
    assert "beth" not in text
    assert "another member &amp;" in text
    assert '<a href="https://example.org/?a=1&amp;b=2">this</a>' in text
    assert "img" not in text
    assert found[4]["value"] == {"ordered": True, "items": ["One <i>more</i>"]}


def test_a_profile_shows_what_was_accepted_what_helped_and_what_is_in_the_library() -> None:
    topic, post, _page = published()
    viewer = person()
    other = services.start_topic(
        person(), space(Visibility.CONFIDENTIAL), title="Hidden thing", source="?", kind=Kind.QUESTION
    )
    SpaceMembership.objects.create(space=other.space, user=post.author, confirmed_at=other.created_at)
    secret = services.reply(post.author, other.pk, source="Secret words")
    services.helped(other.author, secret)

    seen = signed_in(viewer).get(post.author.get_absolute_url()).content.decode()

    for words in ("Accepted answers", "Resources", topic.title):
        assert words in seen
    for words in ("Hidden thing", "Secret words", "Replies that helped"):
        assert words not in seen
