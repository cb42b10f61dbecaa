"""Drafts: the newest save wins, an older one never does, nothing is silently lost, and nobody else reads them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from belonging.core.hooks import gather
from community import services
from community.composing import by_of
from community.models import Draft, Post, Topic, Visibility
from community.services import drafts
from tests.people import PASSWORD, person, signed_in, space

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from belonging.moderation import limits, naming

    monkeypatch.setattr(limits, "check_may_write", lambda user: None)
    monkeypatch.setattr(limits, "check_rate", lambda user, action: None)
    monkeypatch.setattr(limits, "check_new_member", lambda user, **counts: None)
    monkeypatch.setattr(naming, "signs", lambda text: [])


def topic_in(visibility: str = Visibility.MEMBERS) -> Topic:
    return services.start_topic(person(), space(visibility), title="How do you greet?", source="Tell me.")


def typed(source: str, *, token: str = "", at: datetime = NOON, seen: str = "") -> drafts.Typed:
    return drafts.Typed(title="", source=source, values={}, token=token or str(uuid4()), typed_at=at, seen=seen)


def keep(user: Any, topic: Topic, what: drafts.Typed, *, now: datetime | None = None) -> drafts.Saved:
    return drafts.save(user, drafts.place_for(user, f"topic:{topic.pk}"), what, now=now or what.typed_at)


def test_what_is_typed_is_saved_and_comes_back_into_the_form() -> None:
    user, topic = person(), topic_in()
    client, token = signed_in(user), str(uuid4())

    answer = client.post(
        reverse("community:save_draft"), {"place": f"topic:{topic.pk}", "source": "At the door", "token": token}
    ).json()
    page = client.get(topic.get_absolute_url())

    assert answer["state"] == "saved"
    assert answer["said"].startswith("Draft saved ")
    assert page.context["form"]["source"].value() == "At the door"
    assert "This is your draft" in page.content.decode()
    assert "At the door" not in signed_in(person()).get(topic.get_absolute_url()).content.decode()


def test_the_button_saves_without_scripts_every_field_of_a_topic() -> None:
    user, where = person(), space()
    client, url = signed_in(user), reverse("community:new_topic", args=[where.slug])
    sent = {"title": "Half", "source": "", "kind": "question", "strands": ["P11"], "tags": "moves", "save": "1"}

    client.post(url, sent)
    form = client.get(url).context["form"]

    assert (form["title"].value(), form["kind"].value(), form["strands"].value()) == ("Half", "question", ["P11"])
    assert form["tags"].value() == "moves"
    assert Topic.objects.filter(space=where).count() == 0


def test_sending_takes_the_draft_away_and_a_late_save_does_not_bring_it_back() -> None:
    user, topic, token = person(), topic_in(), str(uuid4())
    client, save = signed_in(user), {"place": f"topic:{topic.pk}", "source": "At the door", "token": token}
    client.post(reverse("community:save_draft"), save)

    client.post(reverse("community:reply", args=[topic.pk]), {"source": "At the door.", "token": token})
    late = client.post(reverse("community:save_draft"), save).json()

    assert late["state"] == "sent"
    assert not Draft.objects.exists()


def test_a_save_that_slips_in_while_the_post_is_sent_is_never_shown() -> None:
    user, topic, token = person(), topic_in(), uuid4()
    services.reply(user, topic.pk, source="Sent.", token=token)
    Draft.objects.create(
        user=user, place=f"topic:{topic.pk}", topic=topic, source="Sen", values={"token": str(token)}, saved_at=NOON
    )

    assert signed_in(user).get(topic.get_absolute_url()).context["blank"], "nothing stands in the form"
    assert b"No drafts" in signed_in(user).get("/me/drafts/").content


def test_an_edit_and_a_topic_take_their_drafts_away_when_sent() -> None:
    user, where = person(), space()
    Draft.objects.create(user=user, place=f"space:{where.pk}", space=where, source="x", saved_at=NOON)
    topic = services.start_topic(user, where, title="T", source="x")
    post = Post.objects.get(topic=topic)
    Draft.objects.create(user=user, place=f"post:{post.pk}", post=post, source="y", saved_at=NOON)
    services.edit_post(post.pk, source="y")

    assert not Draft.objects.exists()


def test_an_older_save_never_overwrites_whatever_the_order_of_arrival() -> None:
    user, topic, tab = person(), topic_in(), str(uuid4())
    keep(user, topic, typed("The whole thought", token=tab, at=NOON + timedelta(seconds=9)))

    late = keep(user, topic, typed("The wh", token=tab, at=NOON), now=NOON + timedelta(seconds=20))

    draft = Draft.objects.get()
    assert late.state == "older"
    assert draft.source == "The whole thought"
    assert "other" not in draft.values


def test_of_two_windows_the_newest_wins_and_the_other_is_kept_beside_it() -> None:
    user, topic = person(), topic_in()
    keep(user, topic, typed("From the phone", at=NOON))

    keep(user, topic, typed("From the desk", at=NOON + timedelta(minutes=1)))
    draft = Draft.objects.get()
    assert (draft.source, draft.values["other"]["source"]) == ("From the desk", "From the phone")

    page = signed_in(user).get(topic.get_absolute_url())
    assert "Show the other version" in page.content.decode()
    signed_in(user).post(reverse("community:change_over", args=[draft.pk]))
    draft.refresh_from_db()
    assert (draft.source, draft.values["other"]["source"]) == ("From the phone", "From the desk")


def test_an_older_text_of_another_device_that_arrives_late_is_offered_too() -> None:
    user, topic = person(), topic_in()
    keep(user, topic, typed("Newer", at=NOON + timedelta(minutes=1)))

    keep(user, topic, typed("Typed on the train", at=NOON), now=NOON + timedelta(minutes=5))

    draft = Draft.objects.get()
    assert (draft.source, draft.values["other"]["source"]) == ("Newer", "Typed on the train")


def test_who_goes_on_from_the_saved_draft_makes_no_second_version() -> None:
    user, topic = person(), topic_in()
    first = keep(user, topic, typed("At the", at=NOON))
    assert first.draft

    seen = drafts.version_of(first.draft)
    keep(user, topic, typed("At the door", at=NOON + timedelta(minutes=1), seen=seen))

    assert "other" not in Draft.objects.get().values


def test_a_clock_that_runs_ahead_gains_nothing() -> None:
    user, topic = person(), topic_in()
    keep(user, topic, typed("Ahead", at=NOON + timedelta(days=9)), now=NOON)

    assert keep(user, topic, typed("Later", at=NOON + timedelta(seconds=5))).state == "saved"


@pytest.mark.parametrize(
    "name", ["topic:{0}", "space:{1}", "post:{2}", "topic:99999999999999999999", "topic:x", "", "new"]
)
def test_nothing_is_saved_where_one_may_not_write(name: str) -> None:
    topic = topic_in(Visibility.CONFIDENTIAL)
    place = name.format(topic.pk, topic.space_id, Post.objects.get(topic=topic).pk)

    response = signed_in(person()).post(reverse("community:save_draft"), {"place": place, "source": "x"})

    assert response.status_code == 422
    assert not Draft.objects.exists()


def test_nonsense_and_nul_in_a_save_are_survived() -> None:
    user, topic = person(), topic_in()
    sent = {
        "place": f"topic:{topic.pk}",
        "source": "a\x00b",
        "token": "no token",
        "typed_at": "99999999999999",
        "seen": "x" * 500,
        "strands": ["y" * 500] * 100,
    }

    assert signed_in(user).post(reverse("community:save_draft"), sent).json()["state"] == "saved"
    assert Draft.objects.get().source == "ab"


def test_drafts_are_listed_continued_and_thrown_away_by_their_owner_only() -> None:
    user, topic = person(), topic_in()
    keep(user, topic, typed("At the door"))
    draft, outsider = Draft.objects.get(), signed_in(person())

    mine = signed_in(user).get("/me/drafts/").content.decode()
    assert "At the door" in mine
    assert topic.title in mine
    assert "At the door" not in outsider.get("/me/drafts/").content.decode()
    outsider.post(reverse("community:throw_away", args=[draft.pk]))
    outsider.post(reverse("community:change_over", args=[draft.pk]))
    assert Draft.objects.count() == 1
    signed_in(user).post(reverse("community:throw_away", args=[draft.pk]), {"back": "form"})
    assert not Draft.objects.exists()


def test_a_draft_in_a_space_one_has_left_can_be_copied_and_tells_no_title() -> None:
    user, topic = person(), topic_in()
    keep(user, topic, typed("My own words"))
    topic.space.visibility, topic.space.joining = Visibility.CONFIDENTIAL, "ask"
    topic.space.save()

    page = signed_in(user).get("/me/drafts/").content.decode()

    assert "My own words" in page
    assert topic.title not in page


def test_a_form_with_an_error_is_kept_although_nobody_pressed_save() -> None:
    user, where = person(), space()
    url = reverse("community:new_topic", args=[where.slug])

    signed_in(user).post(url, {"title": "", "source": "Three long paragraphs.", "token": str(uuid4())})

    assert signed_in(user).get(url).context["form"]["source"].value() == "Three long paragraphs."


def test_drafts_are_exported_and_go_with_their_owner() -> None:
    user, topic = person(), topic_in()
    keep(user, topic, typed("At the door"))
    room = next(row for row in gather("personal_data") if row.room == "community")

    assert room.export(user)["drafts"][0]["source"] == "At the door"
    room.erase(user)
    assert not Draft.objects.exists()


def test_a_reply_to_a_topic_that_was_locked_meanwhile_is_kept_as_a_draft() -> None:
    user, topic = person(), topic_in()
    Topic.objects.filter(pk=topic.pk).update(locked=True)

    signed_in(user).post(reverse("community:reply", args=[topic.pk]), {"source": "Too late?", "token": str(uuid4())})

    assert Draft.objects.get(user=user).source == "Too late?"


# --- a session that has ended -----------------------------------------------------------------------------------------
def sign_in_again(client: Client, user: Any, url: str) -> Any:
    return client.post(url, {"login": user.email, "password": PASSWORD}, follow=True)


def test_what_is_posted_without_a_session_comes_back_after_signing_in() -> None:
    user, topic = person(password=PASSWORD), topic_in()
    client = Client()
    sent = {"source": "Three long paragraphs.", "place": f"topic:{topic.pk}", "by": by_of(user), "token": str(uuid4())}

    away = client.post(reverse("community:reply", args=[topic.pk]), sent)
    back = sign_in_again(client, user, away["Location"])

    assert away["Location"].startswith("/accounts/login/?next=/drafts/restore/")
    assert Post.objects.filter(topic=topic).count() == 1
    assert back.context["form"]["source"].value() == "Three long paragraphs."
    assert "is not posted yet" in back.content.decode()


@pytest.mark.parametrize("what", ["topic", "edit"])
def test_a_new_topic_and_an_edit_come_back_too(what: str) -> None:
    user, where = person(password=PASSWORD), space()
    post = Post.objects.get(topic=services.start_topic(user, where, title="T", source="Before."))
    place, url = {
        "topic": (f"space:{where.pk}", reverse("community:new_topic", args=[where.slug])),
        "edit": (f"post:{post.pk}", reverse("community:edit_post", args=[post.pk])),
    }[what]
    client = Client()

    away = client.post(url, {"title": "Long title", "source": "Kept.", "place": place, "by": by_of(user)})
    form = sign_in_again(client, user, away["Location"]).context["form"]

    assert (form["title"].value(), form["source"].value()) == ("Long title", "Kept.")


def test_the_next_person_at_the_machine_does_not_get_it() -> None:
    user, other, topic = person(password=PASSWORD), person(password=PASSWORD), topic_in()
    client = Client()
    sent = {"source": "Confidential words.", "place": f"topic:{topic.pk}", "by": by_of(user)}

    away = client.post(reverse("community:reply", args=[topic.pk]), sent)
    page = sign_in_again(client, other, away["Location"])

    assert "Confidential words." not in page.content.decode()
    assert not Draft.objects.exists()


def test_a_link_alone_brings_nothing_into_anybodys_drafts() -> None:
    user, topic = person(), topic_in()
    sent = {"source": "Planted.", "place": f"topic:{topic.pk}", "by": by_of(user)}
    away = Client().post(reverse("community:reply", args=[topic.pk]), sent)
    url = away["Location"].partition("next=")[2]

    page = signed_in(user).get(url, follow=True)

    assert "Planted." not in page.content.decode()
    assert not Draft.objects.exists()


def test_an_old_csrf_token_loses_nothing_when_the_form_was_ours() -> None:
    user, topic = person(), topic_in()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="belonging.accounts.backends.MemberBackend")
    sent = {"source": "Long words.", "place": f"topic:{topic.pk}", "by": by_of(user)}
    url = reverse("community:reply", args=[topic.pk])

    foreign = client.post(url, sent, headers={"origin": "https://evil.example"})
    ours = client.post(url, sent, headers={"origin": "http://testserver"})
    back = client.get(ours.context["kept_url"], follow=True)

    assert foreign.status_code == ours.status_code == 403
    assert "kept_url" not in foreign.context
    assert Post.objects.filter(topic=topic).count() == 1
    assert back.context["form"]["source"].value() == "Long words."


def test_too_much_is_not_kept_for_somebody_without_a_session() -> None:
    user, topic = person(), topic_in()
    url = reverse("community:reply", args=[topic.pk])
    sent = {"source": "x", "place": f"topic:{topic.pk}", "by": by_of(user)}

    huge = Client().post(url, {**sent, "source": "x" * 200_000})
    many = [Client().post(url, sent)["Location"] for _number in range(32)]

    assert "/drafts/restore/" not in huge["Location"]
    assert "/drafts/restore/" in many[0]
    assert "/drafts/restore/" not in many[-1]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_saves_side_by_side_leave_one_draft_with_the_newest_text() -> None:
    user, topic = person(), topic_in()
    tab = str(uuid4())
    begun = timezone.now() - timedelta(minutes=1)
    start = threading.Barrier(8)

    def run(number: int) -> None:
        try:
            start.wait()
            keep(
                user,
                topic,
                typed(f"Text {number}", token=tab, at=begun + timedelta(seconds=number)),
                now=timezone.now(),
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Draft.objects.get().source == "Text 7"
