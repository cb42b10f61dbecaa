"""What people take back themselves, and who may read what a post said before."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from belonging.accounts.models import MODERATORS
from belonging.core.hooks import gather
from community import services
from community.models import (
    Attachment,
    Mention,
    Post,
    PostRevision,
    Space,
    SpaceMembership,
    SpaceRole,
    Topic,
    Visibility,
)
from community.revisions import difference
from community.services.recount import recount, recount_spaces
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db


def started(where: Space | None = None, **fields: Any) -> Topic:
    return services.start_topic(person(), where or space(), title="How?", source="Tell me, zebra.", **fields)


def delete_url(post: Post) -> str:
    return reverse("community:delete_post", args=[post.pk])


def history_url(post: Post) -> str:
    return reverse("community:history", args=[post.pk])


def assert_all_counted() -> None:
    assert [str(row) for row in recount(Topic.objects.values_list("pk", flat=True))] == []
    assert [str(row) for row in recount_spaces()] == []


def test_a_reply_is_deleted_after_a_question_and_its_place_stays() -> None:
    topic = started(kind="question")
    named = person()
    post = services.reply(person(), topic.pk, source=f"Because, @{named.handle}")
    services.accept(topic.pk, post)
    services.helped(named, post)
    client = signed_in(post.author)

    page = client.get(delete_url(post))
    assert page.status_code == 200
    post.refresh_from_db()
    assert not post.is_deleted
    response = client.post(delete_url(post))

    post.refresh_from_db()
    topic.refresh_from_db()
    assert response["Location"] == topic.url_of_post(2)
    assert (post.source, post.html, post.number) == ("", "", 2)
    assert (topic.reply_count, topic.last_number, topic.helpful_count, topic.accepted_post_id) == (0, 2, 0, None)
    assert PostRevision.objects.get(post=post).source.startswith("Because")
    assert not Mention.objects.filter(post=post).exists()
    assert_all_counted()


def test_nobody_deletes_what_somebody_else_wrote() -> None:
    where = space(Visibility.CLOSED)
    inside, outside = person(), person()
    SpaceMembership.objects.create(space=where, user=inside, confirmed_at="2026-01-01T00:00Z")
    post = Post.objects.get(topic=started(where))

    assert signed_in(outside).post(delete_url(post)).status_code == 404
    assert signed_in(inside).get(delete_url(post)).status_code == 403
    assert signed_in(inside).post(delete_url(post)).status_code == 403
    with pytest.raises(Post.DoesNotExist):
        services.delete_post(post.pk, by=inside)


def test_a_first_post_without_replies_takes_its_topic_along() -> None:
    topic = started()
    post = Post.objects.get(topic=topic)

    response = signed_in(topic.author).post(delete_url(post))

    topic.refresh_from_db()
    assert response["Location"] == topic.space.get_absolute_url()
    assert topic.hidden
    assert topic.deleted_at
    assert signed_in(person()).get(topic.get_absolute_url()).status_code == 404
    assert b"How?" not in signed_in(person()).get(topic.space.get_absolute_url()).content
    assert [row for source in gather("search_sources") for row in source.search(person(), "zebra")] == []
    services.hide_topic(topic, hidden=False)
    topic.refresh_from_db()
    assert topic.hidden
    with pytest.raises(services.NotOpen):
        services.reply(person(), topic.pk, source="Too late")
    assert_all_counted()


def test_a_first_post_with_replies_leaves_its_title_and_the_replies() -> None:
    topic = started()
    services.reply(person(), topic.pk, source="An answer to keep.")

    signed_in(topic.author).post(delete_url(Post.objects.get(topic=topic, number=1)))

    page = signed_in(person()).get(topic.get_absolute_url())
    assert b"How?" in page.content
    assert b"An answer to keep." in page.content
    assert b"zebra" not in page.content
    assert_all_counted()


def test_deleting_twice_keeps_one_revision_and_one_count() -> None:
    topic = started()
    post = services.reply(person(), topic.pk, source="Once")
    services.reply(person(), topic.pk, source="Other")

    services.delete_post(post.pk, by=post.author)
    services.delete_post(post.pk, by=post.author)
    services.edit_post(post.pk, source="Back again")

    topic.refresh_from_db()
    post.refresh_from_db()
    assert topic.reply_count == 1
    assert post.source == ""
    assert PostRevision.objects.filter(post=post).count() == 1
    assert signed_in(post.author).post(delete_url(post)).status_code == 404


def test_files_of_a_deleted_post_are_out_of_reach() -> None:
    from belonging.files.models import StoredFile

    topic, author, reader = started(), person(), person()
    post = services.reply(author, topic.pk, source="With a file")
    file = StoredFile.objects.create(
        owner=author, purpose="post", extension="pdf", name="a.pdf", size_bytes=1, sha256="0"
    )
    Attachment.objects.create(owner=author, post=post, file=file, created_at=post.created_at)
    assert Attachment.objects.visible_to(reader).count() == 1

    services.delete_post(post.pk, by=author)

    assert Attachment.objects.visible_to(reader).count() == 0


def test_history_is_for_who_looks_after_the_space_and_for_the_author() -> None:
    where = space(Visibility.CLOSED)
    topic = started(where)
    facilitator, member, outsider, moderator = person(), person(), person(), person(groups=(MODERATORS,))
    roles = [(facilitator, SpaceRole.FACILITATOR), (member, SpaceRole.MEMBER), (moderator, SpaceRole.MEMBER)]
    for user, role in [*roles, (topic.author, SpaceRole.MEMBER)]:
        SpaceMembership.objects.create(space=where, user=user, role=role, confirmed_at="2026-01-01T00:00Z")
    post = services.edit_post(Post.objects.get(topic=topic).pk, source="Tell me, <b>giraffe</b>.")

    for user, status in [(facilitator, 200), (moderator, 200), (topic.author, 200), (member, 403), (outsider, 404)]:
        assert signed_in(user).get(history_url(post)).status_code == status
    services.hide_post(post, text="Hidden.")
    assert signed_in(facilitator).get(history_url(post)).status_code == 403
    assert signed_in(moderator).get(history_url(post)).status_code == 200


def test_history_marks_what_went_and_what_came_and_runs_nothing() -> None:
    topic = started()
    post = services.edit_post(Post.objects.get(topic=topic).pk, source="Tell me, <script>alert(1)</script> giraffe.")

    page = signed_in(topic.author).get(history_url(post)).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "zebra.</del>" in page
    assert "giraffe.</ins>" in page


def test_history_goes_on_page_by_page() -> None:
    topic = started()
    post = Post.objects.get(topic=topic)
    for number in range(25):
        services.edit_post(post.pk, source=f"Version {number}")
    client = signed_in(topic.author)

    first = client.get(history_url(post))
    second = client.get(history_url(post) + first.context["older_url"])

    assert (len(first.context["changes"]), len(second.context["changes"])) == (20, 5)
    assert ("same", "Version ") in second.context["changes"][0]["parts"]
    assert client.get(history_url(post) + "?before=999999").status_code == 404


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "new"),
        ("old", ""),
        ("a b c", "a x c"),
        ("one\ntwo\nthree", "one\n2\nthree\n"),
        ("same", "same"),
        ("x " * 25_000, "y " * 25_000),
    ],
)
def test_the_parts_of_a_difference_make_both_texts(before: str, after: str) -> None:
    parts = difference(before, after)

    assert "".join(text for kind, text in parts if kind != "ins") == before
    assert "".join(text for kind, text in parts if kind != "del") == after


def test_the_lasting_address_of_a_post_is_there_for_who_may_read_it() -> None:
    where = space(Visibility.CLOSED)
    hidden, open_one = Post.objects.get(topic=started(where)), Post.objects.get(topic=started(space(Visibility.OPEN)))

    assert signed_in(person()).get(hidden.get_absolute_url()).status_code == 404
    assert signed_in(person()).get(open_one.get_absolute_url())["Location"] == open_one.topic.url_of_post(1)
