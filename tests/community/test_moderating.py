"""Who may decide about a topic, what the decision does, and what stays right when posts change their place."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from belonging.accounts.models import MODERATORS
from belonging.notifications.models import Notification
from belonging.trail.models import Entry
from community import services
from community.models import (
    Draft,
    ExpertRequest,
    Follow,
    Post,
    ReadState,
    Space,
    SpaceMembership,
    SpaceRole,
    Topic,
    Visibility,
)
from community.services.recount import recount, recount_spaces
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db


def facilitator_of(*spaces: Space) -> Any:
    user = person()
    for where in spaces:
        SpaceMembership.objects.create(
            space=where, user=user, role=SpaceRole.FACILITATOR, confirmed_at="2026-01-01T00:00Z"
        )
        Space.objects.filter(pk=where.pk).update(member_count=Space.objects.get(pk=where.pk).member_count + 1)
    return user


def topic_with(where: Space, replies: int = 0, **fields: Any) -> Topic:
    topic = services.start_topic(
        person(), where, title=fields.pop("title", "How do you greet?"), source="Tell.", **fields
    )
    for number in range(replies):
        services.reply(person(), topic.pk, source=f"Reply {number + 2}")
    topic.refresh_from_db()
    return topic


def post_of(topic: Topic, number: int) -> Post:
    return Post.objects.get(topic=topic, number=number)


def sources(topic: Topic) -> list[str]:
    return list(Post.objects.filter(topic=topic).order_by("number").values_list("source", flat=True))


def assert_all_counted() -> None:
    assert [str(row) for row in recount(Topic.objects.values_list("pk", flat=True))] == []
    assert [str(row) for row in recount_spaces()] == []


def url(topic: Topic) -> str:
    return reverse("community:moderate_topic", args=[topic.pk])


def bulk(where: Space) -> str:
    return reverse("community:moderate_space", args=[where.slug])


def test_only_who_looks_after_the_space_sees_the_pages() -> None:
    closed, open_one = space(Visibility.CLOSED), space()
    hidden_from, readable = topic_with(closed), topic_with(open_one)
    member, elsewhere, facilitator = person(), facilitator_of(space()), facilitator_of(open_one)

    for user in (member, elsewhere):
        assert signed_in(user).get(url(readable)).status_code == 403
        assert signed_in(user).post(url(readable), {"operation": "state", "state-decision": "lock"}).status_code == 403
        assert signed_in(user).get(bulk(open_one)).status_code == 403
        assert signed_in(user).get(url(hidden_from)).status_code == 404
        assert signed_in(user).post(bulk(closed), {"topics": [hidden_from.pk], "decision": "pin"}).status_code == 404
    assert signed_in(facilitator).get(url(readable)).status_code == 200
    assert signed_in(facilitator).get(bulk(open_one)).status_code == 200
    readable.refresh_from_db()
    assert not readable.locked


@pytest.mark.parametrize(
    ("decision", "column", "back", "action"),
    [
        ("pin", "pinned", "unpin", "pinned"),
        ("lock", "locked", "unlock", "locked"),
        ("close", "closed_at", "reopen", "closed"),
    ],
)
def test_a_decision_changes_the_topic_is_recorded_and_told_with_its_reason(
    decision: str, column: str, back: str, action: str
) -> None:
    where = space()
    topic, user = topic_with(where), facilitator_of(where)
    client = signed_in(user)

    client.post(url(topic), {"operation": "state", "state-decision": decision, "state-reason": "It is settled."})

    topic.refresh_from_db()
    assert getattr(topic, column)
    told = Notification.objects.get(user=topic.author, reason="moderation")
    assert "It is settled." in told.text
    assert told.url == topic.get_absolute_url()
    entry = Entry.objects.get(action=f"community.topic.{action}")
    assert (entry.actor_id, entry.target_id) == (user.pk, str(topic.pk))
    client.post(url(topic), {"operation": "state", "state-decision": back})
    topic.refresh_from_db()
    assert not getattr(topic, column)
    assert topic.state_reason == ""


def test_locking_without_a_reason_is_answered_beside_the_field() -> None:
    where = space()
    topic = topic_with(where)

    response = signed_in(facilitator_of(where)).post(url(topic), {"operation": "state", "state-decision": "lock"})

    assert response.status_code == 422
    assert response.context["forms"]["state"].errors["reason"]
    topic.refresh_from_db()
    assert not topic.locked


def test_a_closed_topic_takes_no_reply_shows_its_reason_and_waits_for_no_answer() -> None:
    where = space()
    topic = topic_with(where, kind="question")

    services.decide_topic(topic.pk, by=facilitator_of(where), decision="close", reason="Answered in the handbook.")

    topic.refresh_from_db()
    assert topic.state_reason == "Answered in the handbook."
    assert not Topic.objects.unanswered().filter(pk=topic.pk).exists()
    with pytest.raises(services.NotOpen):
        services.reply(person(), topic.pk, source="Still?")


def test_deciding_what_is_so_already_tells_nobody() -> None:
    where = space()
    topic, user = topic_with(where), facilitator_of(where)

    services.decide_topic(topic.pk, by=user, decision="unlock")

    assert not Entry.objects.filter(action__startswith="community.topic").exists()
    assert not Notification.objects.filter(reason="moderation").exists()


def test_moving_moves_the_counters_and_takes_the_topic_from_who_may_not_read_the_new_space() -> None:
    old, new = space(), space(Visibility.CLOSED, title="Inner circle")
    topic, user = topic_with(old, replies=1), facilitator_of(old, new)
    inside, outside = person(), person()
    SpaceMembership.objects.create(space=new, user=inside, confirmed_at="2026-01-01T00:00Z")
    Space.objects.filter(pk=new.pk).update(member_count=2)
    for reader in (inside, outside):
        services.follow(reader, topic, on=True)

    response = signed_in(user).post(url(topic), {"operation": "move", "move-space": new.pk, "move-reason": "Private."})

    topic.refresh_from_db()
    assert response["Location"] == topic.get_absolute_url()
    assert topic.space_id == new.pk
    assert list(Follow.objects.filter(topic=topic).values_list("user_id", flat=True)) == [inside.pk]
    assert signed_in(outside).get(topic.get_absolute_url()).status_code == 404
    assert signed_in(inside).get(topic.get_absolute_url()).status_code == 200
    assert_all_counted()


def test_the_author_is_not_told_the_name_of_a_confidential_space() -> None:
    old, new = space(), space(Visibility.CONFIDENTIAL, title="Secret circle")
    topic = topic_with(old)

    services.move_topic(topic.pk, by=facilitator_of(old, new), to=new, reason="Private.")

    told = Notification.objects.get(user=topic.author, reason="moderation")
    assert "Secret circle" not in told.text
    assert told.url == "/me/notifications/"


def test_nobody_moves_a_topic_to_a_space_they_do_not_look_after() -> None:
    old, new = space(), space()
    topic, user = topic_with(old), facilitator_of(old)

    response = signed_in(user).post(url(topic), {"operation": "move", "move-space": new.pk, "move-reason": "There."})

    assert response.status_code == 422
    with pytest.raises(services.CannotModerate):
        services.move_topic(topic.pk, by=user, to=new, reason="There.")
    topic.refresh_from_db()
    assert topic.space_id == old.pk


def test_splitting_keeps_numbers_counters_read_places_and_links_right() -> None:
    where = space()
    topic, user = topic_with(where, replies=5, kind="question"), facilitator_of(where)
    third, fifth = post_of(topic, 3), post_of(topic, 5)
    services.accept(topic.pk, fifth)
    reader, half = person(), person()
    services.mark_seen(reader, topic, 6)
    services.mark_seen(half, topic, 4)
    services.thank(reader, third)
    link = third.get_absolute_url()

    response = signed_in(user).post(
        url(topic),
        {
            "operation": "split",
            "split-title": "Apart",
            "split-reason": "Another subject.",
            "posts": [fifth.pk, third.pk],
        },
    )

    made = Topic.objects.get(title="Apart")
    assert response["Location"] == made.get_absolute_url()
    topic.refresh_from_db()
    assert sources(made) == ["Reply 3", "Reply 5"]
    assert sources(topic)[:4] == ["Tell.", "Reply 2", "Reply 4", "Reply 6"]
    assert made.get_absolute_url() in post_of(topic, 5).html
    assert made.author_id == third.author_id
    assert topic.accepted_post_id is None
    assert (made.reply_count, made.helpful_count, topic.reply_count) == (1, 1, 4)
    places = {(row.user_id, row.topic_id): row.last_number for row in ReadState.objects.all()}
    assert places[reader.pk, topic.pk] == 4
    assert places[reader.pk, made.pk] == 2
    assert places[half.pk, topic.pk] == 3
    assert places[half.pk, made.pk] == 1
    assert Follow.objects.filter(topic=made, user=third.author).exists()
    assert signed_in(reader).get(link)["Location"] == made.url_of_post(1)
    assert_all_counted()


def test_the_first_post_and_posts_of_other_topics_are_not_split_off() -> None:
    where = space()
    topic, other, user = topic_with(where, replies=2), topic_with(where, replies=2), facilitator_of(where)

    for post_ids in ([post_of(topic, 1).pk], [post_of(other, 2).pk], []):
        with pytest.raises(services.CannotModerate):
            services.split_topic(topic.pk, by=user, post_ids=post_ids, title="Apart", reason="No.")

    assert Topic.objects.filter(title="Apart").count() == 0


def test_posts_chosen_on_one_page_are_kept_on_the_next() -> None:
    where = space()
    topic, user = topic_with(where, replies=1), facilitator_of(where)
    author = topic.author
    Post.objects.bulk_create(
        Post(
            topic=topic, number=n, author=author, source=f"Reply {n}", html="<p>x</p>", cleaner_version=1,
            created_at=topic.created_at,
        )
        for n in range(3, 71)
    )  # fmt: skip
    recount([topic.pk], repair=True)
    client, chosen = signed_in(user), post_of(topic, 2)

    page = client.post(
        url(topic), {"operation": "split", "split-title": "Kept", "posts": [chosen.pk], "here": "2", "page": "52"}
    )
    assert page.status_code == 200
    assert page.context["elsewhere"] == [chosen.pk]
    assert [post.number for post in page.context["posts"]] == list(range(52, 71))
    assert b'value="Kept"' in page.content
    client.post(
        url(topic),
        {
            "operation": "split",
            "split-title": "Kept",
            "split-reason": "Apart.",
            "posts": [chosen.pk, post_of(topic, 60).pk],
        },
    )

    assert sources(Topic.objects.get(title="Kept")) == ["Reply 2", "Reply 60"]


def test_a_split_without_posts_is_refused_and_keeps_what_was_typed() -> None:
    where = space()
    topic = topic_with(where, replies=1)

    response = signed_in(facilitator_of(where)).post(
        url(topic), {"operation": "split", "split-title": "My title", "split-reason": "Why"}
    )

    assert response.status_code == 422
    assert b'value="My title"' in response.content


def test_a_title_in_the_note_about_a_split_is_neither_markup_nor_a_mention() -> None:
    where, named = space(), person()
    topic, user = topic_with(where, replies=1), facilitator_of(where)
    title = f"[x](http://evil.example) **@{named.handle}** <b>"

    services.split_topic(topic.pk, by=user, post_ids=[post_of(topic, 2).pk], title=title, reason="Apart.")

    note = post_of(topic, 2)
    assert "evil.example</a>" not in note.html
    assert 'href="http://evil.example' not in note.html
    assert f"/members/{named.handle}/" not in note.html
    assert "<strong>" not in note.html


def test_merging_appends_the_posts_unites_followers_and_leads_from_the_old_address() -> None:
    where = space()
    target, source = (
        topic_with(where, replies=2, title="Stays"),
        topic_with(where, replies=2, title="Goes", kind="question"),
    )
    user, both, only_target = facilitator_of(where), person(), person()
    services.mark_seen(both, target, 3)
    services.mark_seen(both, source, 2)
    services.mark_seen(only_target, target, 2)
    link, answer = post_of(source, 3).get_absolute_url(), post_of(source, 2)
    services.thank(both, answer)
    followers = set(Follow.objects.filter(topic__in=[target, source]).values_list("user_id", flat=True))
    old_address = source.get_absolute_url()

    response = signed_in(user).post(
        url(source),
        {
            "operation": "merge",
            "merge-into": f"https://site.example{target.get_absolute_url()}",
            "merge-reason": "Same.",
        },
    )

    target.refresh_from_db()
    source.refresh_from_db()
    assert response["Location"] == target.get_absolute_url()
    assert sources(target) == ["Tell.", "Reply 2", "Reply 3", "“Goes” goes on here.", "Tell.", "Reply 2", "Reply 3"]
    assert (target.last_number, target.reply_count, target.helpful_count) == (7, 6, 1)
    assert source.hidden
    assert set(Follow.objects.filter(topic=target).values_list("user_id", flat=True)) == followers
    assert not ReadState.objects.filter(topic=source).exists()
    assert ReadState.objects.get(user=both, topic=target).last_number == 6
    assert ReadState.objects.get(user=only_target, topic=target).last_number == 2
    for reader in (both, source.author, person(groups=(MODERATORS,))):
        assert signed_in(reader).get(old_address)["Location"] == target.get_absolute_url()
        assert signed_in(reader).get(link)["Location"] == target.url_of_post(7)
    assert_all_counted()


def test_a_merge_into_a_closed_space_lets_no_outsider_follow_or_read() -> None:
    old, new = space(), space(Visibility.CLOSED)
    target, source, user = topic_with(new), topic_with(old), facilitator_of(old, new)
    outsider = person()
    services.follow(outsider, source, on=True)

    services.merge_topic(source.pk, by=user, into=target.pk, reason="Same.")

    assert not Follow.objects.filter(topic=target, user=outsider).exists()
    assert signed_in(outsider).get(source.get_absolute_url()).status_code == 404
    assert_all_counted()


def test_a_reply_to_a_topic_that_was_merged_meanwhile_is_posted_in_the_other() -> None:
    where = space()
    first, second, third, user = topic_with(where), topic_with(where), topic_with(where), facilitator_of(where)
    services.merge_topic(first.pk, by=user, into=second.pk, reason="Same.")
    services.merge_topic(second.pk, by=user, into=third.pk, reason="Same.")

    response = signed_in(person()).post(reverse("community:reply", args=[first.pk]), {"source": "I was typing."})

    assert post_of(third, 6).source == "I was typing."
    assert response["Location"] == third.url_of_post(6)
    first.refresh_from_db()
    assert first.merged_into_id == third.pk
    assert_all_counted()


def test_a_merge_takes_the_accepted_answer_requests_and_drafts_along() -> None:
    where = space()
    target, source = topic_with(where, kind="question"), topic_with(where, replies=1, kind="question")
    expert, writer, answer = person(), person(), post_of(source, 2)
    moment = source.created_at
    services.accept(source.pk, answer)
    ExpertRequest.objects.create(topic=source, expert=expert, asked_by=writer, asked_at=moment, nudge_at=moment)
    Draft.objects.create(user=writer, place=f"topic:{source.pk}", topic=source, source="Half a reply", saved_at=moment)

    services.merge_topic(source.pk, by=facilitator_of(where), into=target.pk, reason="Same.")

    target.refresh_from_db()
    assert target.accepted_post_id == answer.pk
    assert ExpertRequest.objects.get(expert=expert).topic_id == target.pk
    assert Draft.objects.get(user=writer).place == f"topic:{target.pk}"


@pytest.mark.parametrize("given", ["", "abc", "0", "999999999", "/topics/x/", "<script>", "1" * 30])
def test_a_topic_that_cannot_be_found_is_answered_beside_the_field(given: str) -> None:
    where = space()
    topic = topic_with(where)

    response = signed_in(facilitator_of(where)).post(
        url(topic), {"operation": "merge", "merge-into": given, "merge-reason": "Same."}
    )

    assert response.status_code == 422
    assert response.context["forms"]["merge"].errors["into"]


def test_a_topic_does_not_go_into_itself_or_into_one_of_a_space_that_is_not_mine() -> None:
    where, elsewhere = space(), space()
    topic, foreign, user = topic_with(where), topic_with(elsewhere), facilitator_of(where)

    for into in (topic.pk, foreign.pk):
        response = signed_in(user).post(url(topic), {"operation": "merge", "merge-into": into, "merge-reason": "S."})
        assert response.status_code == 422
        with pytest.raises(services.CannotModerate):
            services.merge_topic(topic.pk, by=user, into=into, reason="S.")


def test_what_a_moderator_hid_is_brought_back_by_moderators_alone() -> None:
    where = space()
    topic, facilitator, moderator = topic_with(where), facilitator_of(where), person(groups=(MODERATORS,))
    services.hide_topic(topic, hidden=True)
    assert Space.objects.get(pk=where.pk).topic_count == 0

    assert signed_in(facilitator).get(url(topic)).status_code == 404
    assert topic.title not in signed_in(facilitator).get(bulk(where)).content.decode()
    signed_in(moderator).post(url(topic), {"operation": "state", "state-decision": "restore"})

    topic.refresh_from_db()
    assert not topic.hidden
    assert Entry.objects.filter(action="community.topic.restored").count() == 1
    assert_all_counted()


def test_many_topics_get_one_decision_and_one_that_cannot_stops_no_other() -> None:
    where, new = space(), space()
    topics, user = [topic_with(where) for _number in range(3)], facilitator_of(where, new)
    foreign = topic_with(new)
    client = signed_in(user)

    page = client.post(
        bulk(where), {"topics": [t.pk for t in [*topics, foreign]], "decision": "lock", "reason": "Quiet."}, follow=True
    )
    assert b"Done for 3 topics." in page.content
    assert Topic.objects.filter(locked=True, state_reason="Quiet.").count() == 3
    client.post(
        bulk(where), {"topics": [t.pk for t in topics[:2]], "decision": "move", "space": new.pk, "reason": "T."}
    )
    assert Topic.objects.filter(space=new).count() == 3
    page = client.post(
        bulk(new),
        {"topics": [topics[0].pk, foreign.pk], "decision": "merge", "into": topics[0].pk, "reason": "T."},
        follow=True,
    )
    assert b"Done for 1 topic." in page.content
    assert b"1 topic stays as it was" in page.content
    assert_all_counted()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"decision": "move", "reason": "Why"}, "space"),
        ({"decision": "merge", "reason": "Why"}, "into"),
        ({"decision": "lock"}, "reason"),
        ({"decision": "explode"}, "decision"),
        ({"decision": ""}, "decision"),
        ({"decision": "pin", "topics": []}, "__all__"),
        ({"decision": "pin", "reason": "x" * 181}, "reason"),
    ],
)
def test_a_bulk_form_that_is_not_whole_is_answered_beside_the_field(sent: dict[str, Any], field: str) -> None:
    where = space()
    topic, user = topic_with(where), facilitator_of(where)

    response = signed_in(user).post(bulk(where), {"topics": [topic.pk], **sent})

    assert response.status_code == 422
    assert response.context["form"].errors[field]
    topic.refresh_from_db()
    assert (topic.pinned, topic.locked) == (False, False)


def test_the_list_goes_on_by_place_and_asks_little(django_assert_max_num_queries: Any) -> None:
    where = space()
    for number in range(25):
        topic_with(where, title=f"Topic {number}")
    client = signed_in(facilitator_of(where))

    with django_assert_max_num_queries(16):
        first = client.get(bulk(where))
    second = client.get(bulk(where) + first.context["older_url"])

    assert len(first.context["topics"]) == 20
    assert len(second.context["topics"]) == 5


def test_a_reply_asks_at_most_twelve_times(django_assert_max_num_queries: Any) -> None:
    where, named, writer, token = space(), person(), person(), uuid4()
    topic = topic_with(where, replies=1, kind="question")

    with django_assert_max_num_queries(12):
        services.reply(writer, topic.pk, source=f"@{named.handle} knows.", token=token)


def test_whoever_looks_after_a_topic_finds_the_way_to_moderate_it_on_its_page(
    django_assert_max_num_queries: Any,
) -> None:
    where = space()
    topic = topic_with(where, replies=1)
    url = reverse("community:moderate_topic", args=[topic.pk])
    lead, moderator = facilitator_of(where), person(groups=(MODERATORS,))

    for reader in (lead, moderator, person(is_superuser=True)):
        client = signed_in(reader)
        client.get(topic.get_absolute_url())
        with django_assert_max_num_queries(9):
            page = client.get(topic.get_absolute_url()).content.decode()
        assert f'href="{url}"' in page
        assert client.get(url).status_code == 200
    for other in (signed_in(person()), Client()):
        assert url not in other.get(topic.get_absolute_url()).content.decode()

    services.hide_topic(topic, hidden=True)
    assert url not in signed_in(lead).get(topic.get_absolute_url()).content.decode()
    assert url in signed_in(moderator).get(topic.get_absolute_url()).content.decode()


# --- a hiding that is taken back --------------------------------------------------------------------------------------


def answered() -> tuple[Topic, Post]:
    topic = topic_with(space(), replies=2, kind="question")
    answer = post_of(topic, 2)
    services.accept(topic.pk, answer)
    services.helped(person(), answer)
    services.thank(person(), answer)
    topic.refresh_from_db()
    return topic, answer


def counters(topic: Topic) -> dict[str, Any]:
    fields = (
        "accepted_post_id", "accepted_at", "reply_count", "helpful_count", "last_number", "follow_count", "first_words",
    )  # fmt: skip
    found = Topic.objects.filter(pk=topic.pk).values(*fields).get()
    posts = Post.objects.filter(topic=topic).order_by("number").values("thank_count", "helped_count", "hidden_at")
    return {**found, "posts": list(posts)}


def test_taking_a_hiding_back_brings_the_answer_and_every_counter_back() -> None:
    topic, answer = answered()
    before = counters(topic)

    for _twice in range(2):
        services.hide_post(answer, text="Gone")
    hidden = counters(topic)
    services.restore_post(answer)

    assert (hidden["accepted_post_id"], hidden["accepted_at"]) == (None, None)
    assert before["accepted_post_id"] == answer.pk
    assert counters(topic) == before
    assert recount([topic.pk]) == []


def test_a_decision_that_is_taken_back_brings_the_answer_back() -> None:
    from belonging.moderation import services as moderation

    topic, answer = answered()
    case = moderation.report(person(), kind="post", object_id=answer.pk, reason="unkind")
    moderator = person(groups=(MODERATORS,))
    moderation.decide(case.pk, by=moderator, hide=True)
    assert Topic.objects.get(pk=topic.pk).accepted_post_id is None

    moderation.undo(case.pk, by=moderator, reason="A mistake")

    assert Topic.objects.get(pk=topic.pk).accepted_post_id == answer.pk


@pytest.mark.parametrize("meanwhile", ["another", "taken back", "deleted", "no question"])
def test_a_mark_does_not_come_back_over_what_was_decided_meanwhile(meanwhile: str) -> None:
    topic, answer = answered()
    other = post_of(topic, 3)
    services.hide_post(answer)
    if meanwhile in {"another", "taken back"}:
        services.accept(topic.pk, other)
    if meanwhile == "taken back":
        services.accept(topic.pk, None)
    if meanwhile == "deleted":
        services.delete_post(answer.pk, by=answer.author)
    if meanwhile == "no question":
        Topic.objects.filter(pk=topic.pk).update(kind="discussion")

    services.restore_post(answer)

    assert Topic.objects.get(pk=topic.pk).accepted_post_id == (other.pk if meanwhile == "another" else None)
    assert recount([topic.pk]) == []
