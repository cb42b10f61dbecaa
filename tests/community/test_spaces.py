"""Who comes into a space, who looks after it, what it says of itself."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from belonging.accounts.models import EDITORS, MODERATORS
from belonging.core.hooks import SpaceFacts
from belonging.home import roles
from belonging.notifications.models import Notification
from belonging.trail.models import Entry
from community import services
from community.models import Joining, Space, SpaceMembership, SpaceRole, Visibility
from community.space_forms import SpaceAdminForm
from community.wagtail_hooks import _load as grant_to_editors
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db

WORDS = {
    Visibility.OPEN: "Anyone can read this",
    Visibility.MEMBERS: "Every member can read this and post",
    Visibility.CLOSED: "Only members of this space can read this",
    Visibility.CONFIDENTIAL: "Nobody else knows of it",
}


def member_of(where: Space, user: Any = None, role: str = SpaceRole.MEMBER, **fields: Any) -> Any:
    user = user or person()
    SpaceMembership.objects.create(space=where, user=user, role=role, confirmed_at=timezone.now(), **fields)
    Space.objects.filter(pk=where.pk).update(member_count=SpaceMembership.objects.active().filter(space=where).count())
    return user


def facilitator_of(where: Space, user: Any = None) -> Any:
    return member_of(where, user, SpaceRole.FACILITATOR)


def membership(where: Space, user: Any) -> SpaceMembership:
    return SpaceMembership.objects.get(space=where, user=user)


@pytest.mark.parametrize("visibility", Visibility.values)
def test_each_page_says_in_one_line_who_can_see_it(visibility: str) -> None:
    where = space(visibility)
    inside = signed_in(member_of(where))

    pages = [inside.get("/spaces/").content.decode(), inside.get(where.get_absolute_url()).content.decode()]

    assert all(WORDS[Visibility(visibility)] in page for page in pages)


def test_every_page_about_a_space_asks_the_space_who_can_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Space, "who_can_see", property(lambda self: "Only lighthouse keepers read this."))
    where = space(Visibility.CLOSED)
    asker, helper, lead = member_of(where), member_of(where), facilitator_of(where)
    topic = services.start_topic(asker, where, title="Lamps", source="Which?", kind="question")
    answer = services.reply(helper, topic.pk, source="Brass.")
    services.ask(topic, experts=[lead], by=asker)
    first = topic.posts.get(number=1)
    pages = {
        "/spaces/": asker,
        where.get_absolute_url(): asker,
        reverse("community:new_topic", args=[where.slug]): asker,
        topic.get_absolute_url(): asker,
        reverse("community:ask", args=[topic.pk]): asker,
        reverse("community:edit_post", args=[first.pk]): asker,
        reverse("community:delete_post", args=[answer.pk]): helper,
        reverse("community:space_settings", args=[where.slug]): lead,
    }

    for url, reader in pages.items():
        assert "Only lighthouse keepers read this." in signed_in(reader).get(url).content.decode(), url
    outside = signed_in(person()).get(where.get_absolute_url()).content.decode()
    assert "Only lighthouse keepers read this." in outside
    services.accept(topic.pk, answer)
    sure = signed_in(lead).post(reverse("community:keep", args=[topic.pk]))
    assert "Only lighthouse keepers read this." in sure.content.decode()


def test_the_list_names_who_looks_after_a_space_and_where_i_stand() -> None:
    where = space(Visibility.CLOSED)
    facilitator_of(where, person("Nora Field"))
    asker = person()
    services.join(asker, where)

    page = signed_in(asker).get("/spaces/").content.decode()

    assert "Looked after by Nora Field" in page
    assert "You have asked to join" in page


def test_the_list_asks_no_more_of_the_database_for_fifty_spaces(django_assert_max_num_queries: Any) -> None:
    reader = person()
    for _number in range(50):
        facilitator_of(space())
    client = signed_in(reader)
    client.get("/spaces/")

    with django_assert_max_num_queries(9):
        client.get("/spaces/")


# --- the door


def test_the_door_says_what_it_is_for_how_many_are_in_and_who_decides() -> None:
    where = space(Visibility.CLOSED, description="For people who draft together.")
    facilitator_of(where, person("Nora Field"))
    member_of(where)

    page = signed_in(person()).get(where.get_absolute_url()).content.decode()

    assert "For people who draft together." in page
    assert "2 members." in page
    assert "Nora Field" in page


def test_asking_with_a_note_tells_the_facilitators_and_waits() -> None:
    where, asker = space(Visibility.CLOSED), person()
    leader = facilitator_of(where)
    client = signed_in(asker)

    page = client.post(reverse("community:join", args=[where.slug]), {"note": "I draft too."}, follow=True)

    assert "You asked to join" in page.content.decode()
    assert list(Notification.objects.values_list("user_id", "url")) == [(leader.pk, where.members_url)]
    assert "I draft too." in signed_in(leader).get(where.members_url).content.decode()
    where.refresh_from_db()
    assert where.member_count == 1


def test_a_note_that_is_too_long_is_answered_beside_the_field_and_kept() -> None:
    where, note = space(Visibility.CLOSED), "x" * 301

    response = signed_in(person()).post(reverse("community:join", args=[where.slug]), {"note": note})

    assert response.status_code == 422
    assert response.context["form"].errors["note"]
    assert note in response.content.decode()


def test_a_request_can_be_taken_back_and_made_again_and_is_told_again() -> None:
    where, asker = space(Visibility.CLOSED), person()
    facilitator_of(where)
    client = signed_in(asker)
    client.post(reverse("community:join", args=[where.slug]))

    client.post(reverse("community:leave", args=[where.slug]))
    assert not SpaceMembership.objects.filter(user=asker).exists()
    client.post(reverse("community:join", args=[where.slug]))

    assert Notification.objects.filter(reason="space").count() == 2


def test_nobody_asks_to_come_into_a_space_where_facilitators_add_people() -> None:
    where, outsider = space(Visibility.CLOSED, joining=Joining.INVITED), person()
    client = signed_in(outsider)

    page = client.get(where.get_absolute_url()).content.decode()
    client.post(reverse("community:join", args=[where.slug]))

    assert "Ask to join</button>" not in page
    assert not SpaceMembership.objects.filter(user=outsider).exists()


def test_moderators_hear_of_a_request_where_nobody_looks_after_the_space() -> None:
    where = space(Visibility.MEMBERS, joining=Joining.ASK)
    moderator, admin = person(groups=(MODERATORS,)), person(is_superuser=True)

    services.join(person(), where)

    assert set(Notification.objects.values_list("user_id", flat=True)) == {moderator.pk, admin.pk}


def test_a_moderator_outside_a_confidential_space_hears_nothing_of_it() -> None:
    where = space(Visibility.CONFIDENTIAL)
    person(groups=(MODERATORS,))
    admin = person(is_superuser=True)

    assert services.keepers(where) == {admin.pk}


@pytest.mark.parametrize(("answer", "inside", "count"), [("confirm", True, 2), ("refuse", False, 1)])
def test_a_facilitator_decides_and_the_person_is_told(answer: str, inside: bool, count: int) -> None:
    where, asker = space(Visibility.CLOSED), person()
    leader = facilitator_of(where)
    asked = services.join(asker, where)

    signed_in(leader).post(reverse("community:decide", args=[asked.pk]), {"decision": answer})

    where.refresh_from_db()
    assert services.is_member(asker, where) is inside
    assert where.member_count == count
    assert Notification.objects.filter(user=asker, reason="space").count() == 1
    assert Entry.objects.filter(action="space.let_in" if inside else "space.refused", actor_id=leader.pk).count() == 1


# --- members


def test_members_see_names_and_nobody_outside_does() -> None:
    where = space(Visibility.CLOSED)
    inside = member_of(where, person("Tamsin Reed"))

    assert "Tamsin Reed" in signed_in(inside).get(where.members_url).content.decode()
    page = signed_in(person()).get(where.members_url)
    assert page.templates[0].name == "community/join.html"
    assert "Tamsin Reed" not in page.content.decode()


def test_the_members_of_a_confidential_space_are_a_404_for_outsiders() -> None:
    where = space(Visibility.CONFIDENTIAL)
    member_of(where)

    assert signed_in(person()).get(where.members_url).status_code == 404


def test_a_facilitator_adds_somebody_by_handle_even_into_an_invited_space() -> None:
    where = space(Visibility.CONFIDENTIAL, joining=Joining.INVITED)
    leader, new = facilitator_of(where), person()

    signed_in(leader).post(where.members_url, {"handle": f" @{new.handle.upper()} "})

    where.refresh_from_db()
    assert services.is_member(new, where)
    assert where.member_count == 2
    assert Notification.objects.filter(user=new, url=where.get_absolute_url()).exists()


@pytest.mark.parametrize("handle", ["", "nobody-at-all", "x" * 80, "<b>"])
def test_a_handle_that_nobody_has_is_answered_beside_the_field(handle: str) -> None:
    where = space(Visibility.CLOSED)

    response = signed_in(facilitator_of(where)).post(where.members_url, {"handle": handle})

    assert response.status_code == 422
    assert response.context["form"].errors["handle"]


def test_a_member_already_and_somebody_who_left_are_not_added() -> None:
    where = space(Visibility.CLOSED)
    leader, gone = facilitator_of(where), person(erased_at=timezone.now())
    client = signed_in(leader)

    assert client.post(where.members_url, {"handle": leader.handle}).status_code == 422
    assert client.post(where.members_url, {"handle": gone.handle}).status_code == 422
    assert SpaceMembership.objects.filter(space=where).count() == 1


def test_a_member_adds_removes_and_changes_nobody() -> None:
    where = space()
    other = membership(where, member_of(where))
    client = signed_in(member_of(where))

    statuses = [
        client.post(where.members_url, {"handle": person().handle}).status_code,
        client.post(reverse("community:member_role", args=[other.pk]), {"role": "facilitator"}).status_code,
        client.post(reverse("community:remove_member", args=[other.pk])).status_code,
        client.post(reverse("community:decide", args=[other.pk]), {"decision": "confirm"}).status_code,
        client.get(reverse("community:space_settings", args=[where.slug])).status_code,
        client.get(where.quiet_url).status_code,
    ]

    assert statuses == [403] * 6


def test_an_outsider_of_a_closed_space_reaches_none_of_its_switches() -> None:
    where = space(Visibility.CLOSED)
    inside = membership(where, member_of(where))
    client = signed_in(person())

    assert client.post(reverse("community:member_role", args=[inside.pk]), {"role": "facilitator"}).status_code == 404
    assert client.post(reverse("community:remove_member", args=[inside.pk])).status_code == 404
    client.post(reverse("community:space_settings", args=[where.slug]), {"title": "Mine"})
    client.post(where.quiet_url, {"answer": "close"})
    where.refresh_from_db()
    assert (where.title != "Mine", where.closed_at) == (True, None)
    assert client.post(reverse("community:welcomed", args=[where.slug])).status_code == 404


def test_a_space_is_never_left_with_nobody_who_looks_after_it() -> None:
    where = space()
    leader = facilitator_of(where)
    mine = membership(where, leader)
    client = signed_in(leader)

    client.post(reverse("community:leave", args=[where.slug]))
    client.post(reverse("community:remove_member", args=[mine.pk]))
    client.post(reverse("community:member_role", args=[mine.pk]), {"role": "member"})

    mine.refresh_from_db()
    assert mine.role == SpaceRole.FACILITATOR


def test_a_moderator_may_remove_the_last_facilitator() -> None:
    where, moderator = space(), person(groups=(MODERATORS,))
    mine = membership(where, facilitator_of(where))

    signed_in(moderator).post(reverse("community:remove_member", args=[mine.pk]))

    assert not SpaceMembership.objects.filter(pk=mine.pk).exists()
    assert Entry.objects.filter(action="space.removed", actor_id=moderator.pk).exists()


def test_leaving_the_site_takes_even_the_last_facilitator_out() -> None:
    from belonging.accounts import services as accounts

    where = space()
    leader = facilitator_of(where)

    accounts.erase(leader)

    assert not SpaceMembership.objects.filter(space=where).exists()


def test_a_new_facilitator_is_told_and_may_settle_things() -> None:
    where = space()
    leader, other = facilitator_of(where), member_of(where)

    services.set_role(membership(where, other).pk, role=SpaceRole.FACILITATOR, by=leader)

    assert signed_in(other).get(reverse("community:space_settings", args=[where.slug])).status_code == 200
    assert Notification.objects.filter(user=other).count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_facilitators_who_leave_at_once_one_stays() -> None:
    where = space()
    leaders = [facilitator_of(where), facilitator_of(where)]
    barrier = threading.Barrier(2)

    def go(user: Any) -> None:
        barrier.wait()
        with suppress(services.LastFacilitator):
            services.leave(user, where)
        connections.close_all()

    threads = [threading.Thread(target=go, args=[user]) for user in leaders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    where.refresh_from_db()
    assert SpaceMembership.objects.facilitators().filter(space=where).count() == 1
    assert where.member_count == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_people_who_join_at_the_same_moment_are_all_counted() -> None:
    where, people = space(), [person() for _number in range(6)]
    barrier = threading.Barrier(6)

    def go(user: Any) -> None:
        barrier.wait()
        services.join(user, where)
        connections.close_all()

    threads = [threading.Thread(target=go, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    where.refresh_from_db()
    assert where.member_count == 6


# --- welcome


def test_the_welcome_stands_at_the_top_until_the_member_has_read_it() -> None:
    where = space(welcome="Say **hello** first.")
    client = signed_in(member_of(where))

    before = client.get(where.get_absolute_url()).content.decode()
    client.post(reverse("community:welcomed", args=[where.slug]))
    after = client.get(where.get_absolute_url()).content.decode()

    assert "I have read this" in before
    assert "I have read this" not in after
    assert "Say <strong>hello</strong> first." in after


def test_the_welcome_is_made_safe_when_it_is_saved() -> None:
    where = space(welcome="<script>alert(1)</script> [x](javascript:alert(1))")

    where.refresh_from_db()
    assert "<script" not in where.welcome_html
    assert 'href="javascript' not in where.welcome_html
    where.welcome = ""
    where.save(update_fields=["welcome"])
    where.refresh_from_db()
    assert where.welcome_html == ""


# --- settings


def settings_of(where: Space, **changes: Any) -> dict[str, Any]:
    fields = ("title", "description", "prompt", "welcome", "joining", "event_tag", "visibility")
    return {**{name: getattr(where, name) for name in fields}, "strands": where.strands, "closes_on": "", **changes}


def test_a_facilitator_changes_the_words_and_rules_and_it_is_in_the_trail() -> None:
    where = space(strands=["P11", "E5"])
    leader = facilitator_of(where)
    url = reverse("community:space_settings", args=[where.slug])

    response = signed_in(leader).post(
        url, settings_of(where, title="Better", welcome="*Hi*", joining="ask", strands=["E5", "P11", "F1"])
    )

    where.refresh_from_db()
    assert response.status_code == 302
    assert (where.title, where.joining, where.strands) == ("Better", "ask", ["P11", "E5", "F1"])
    assert "<em>Hi</em>" in where.welcome_html
    entry = Entry.objects.get(action="space.changed")
    assert entry.detail == {"fields": ["joining", "strands", "title", "welcome"]}
    assert entry.actor_id == leader.pk


def test_saving_without_a_change_leaves_no_trace() -> None:
    where = space()

    signed_in(facilitator_of(where)).post(reverse("community:space_settings", args=[where.slug]), settings_of(where))

    assert not Entry.objects.filter(action="space.changed").exists()


def test_a_facilitator_does_not_change_who_can_see_the_space() -> None:
    where = space(Visibility.CLOSED)

    signed_in(facilitator_of(where)).post(
        reverse("community:space_settings", args=[where.slug]), settings_of(where, visibility="open", sure="on")
    )

    where.refresh_from_db()
    assert where.visibility == Visibility.CLOSED


def test_a_moderator_opens_a_space_only_after_saying_yes() -> None:
    where = space(Visibility.CLOSED)
    moderator = member_of(where, person(groups=(MODERATORS,)))
    client, url = signed_in(moderator), reverse("community:space_settings", args=[where.slug])

    first = client.post(url, settings_of(where, visibility="members"))
    where.refresh_from_db()
    assert (first.status_code, where.visibility) == (422, Visibility.CLOSED)
    assert first.context["form"].errors["sure"]

    client.post(url, settings_of(where, visibility="members", sure="on"))
    where.refresh_from_db()
    assert where.visibility == Visibility.MEMBERS
    detail = Entry.objects.get(action="space.changed").detail
    assert (detail["before"], detail["after"]) == ("closed", "members")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"joining": "free"}, "joining"),
        ({"joining": "no"}, "joining"),
        ({"closes_on": "2020-01-01"}, "closes_on"),
        ({"closes_on": "soon"}, "closes_on"),
        ({"event_tag": "two words"}, "event_tag"),
        ({"strands": ["X99"]}, "strands"),
        ({"welcome": "x" * 5001}, "welcome"),
    ],
)
def test_what_cannot_be_is_answered_beside_its_field_and_nothing_is_lost(changes: dict[str, Any], field: str) -> None:
    where = space(Visibility.CLOSED)
    sent = settings_of(where, prompt="Kept as typed?") | changes

    response = signed_in(facilitator_of(where)).post(reverse("community:space_settings", args=[where.slug]), sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Kept as typed?" in response.content.decode()


@pytest.mark.parametrize(("groups", "sure", "errors"), [
    ((EDITORS,), "on", ["visibility"]),
    ((MODERATORS,), "", ["sure"]),
    ((MODERATORS,), "on", []),
])  # fmt: skip
def test_the_admin_keeps_the_same_rules_and_the_trail(groups: tuple[str, ...], sure: str, errors: list[str]) -> None:
    from community.wagtail_hooks import SpaceViewSet

    where, editor = space(Visibility.CLOSED), person(groups=groups)
    form_class = SpaceViewSet().edit_handler.bind_to_model(Space).get_form_class()
    data = settings_of(where, visibility="members", sure=sure, slug=where.slug, position="0", welcome="**Hi**") | {
        "strands": ""
    }

    form = form_class(data, instance=Space.objects.get(pk=where.pk), for_user=editor)

    assert issubclass(form_class, SpaceAdminForm)
    assert list(form.errors) == errors
    if not errors:
        form.save()
        where.refresh_from_db()
        assert "<strong>Hi</strong>" in where.welcome_html
        assert Entry.objects.filter(action="space.changed", actor_id=editor.pk).exists()


def test_the_admin_shows_and_saves_a_space() -> None:
    admin = person(is_superuser=True, is_staff=True)
    where = space(Visibility.MEMBERS)
    client = signed_in(admin)
    url = f"/admin/snippets/community/space/edit/{where.pk}/"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("belonging.accounts.middleware.needs_second_factor", lambda user: False)
        shown = client.get(url)
        sent = settings_of(where, visibility="open", slug=where.slug, position="0") | {"strands": ""}
        refused = client.post(url, sent)

    assert shown.status_code == 200
    assert b"let more people read" in shown.content
    assert refused.status_code == 200
    where.refresh_from_db()
    assert where.visibility == Visibility.MEMBERS


def test_an_editor_learns_of_no_confidential_space_they_are_not_in() -> None:
    secret, shared = space(Visibility.CONFIDENTIAL, title="Quiet harbour"), space(Visibility.CLOSED, title="Lamp room")
    roles.load()
    grant_to_editors()
    editor = person(groups=(EDITORS,), is_staff=True)
    client = signed_in(editor)

    def opened(where: Space) -> list[int]:
        views = ("edit", "delete", "usage", "history")
        return [client.get(f"/admin/snippets/community/space/{view}/{where.pk}/").status_code for view in views]

    listed = client.get("/admin/snippets/community/space/").content.decode()
    assert "Lamp room" in listed
    assert "Quiet harbour" not in listed
    assert opened(secret) == [404, 404, 404, 404]
    assert opened(shared)[0] == 200
    SpaceMembership.objects.create(space=secret, user=editor, confirmed_at=timezone.now())
    assert opened(secret)[0] == 200


# --- what other rooms show


def test_panels_get_the_facts_and_show_what_the_person_may_see(demo: None) -> None:
    from wagtail import hooks

    from tests.demo_things import user

    facts = SpaceFacts("belonging-matters-cohort", "cohort", ("E5",))

    def panels(viewer: Any) -> dict[str, list[str]]:
        found = [panel for give in hooks.get_hooks("space_panels") for panel in give(facts, viewer)]
        assert all(len(panel.items) <= 3 and panel.url and panel.more_label for panel in found)
        return {panel.heading: [item.url for item in panel.items] for panel in found}

    inside, outside = panels(user("lead")), panels(user("stranger"))

    assert "/events/cohort-learning-day-six/" in inside["Events of this space"]
    assert "/events/cohort-learning-day-six/" not in str(outside)
    assert inside["From the library"]


def test_events_with_the_tag_of_a_space_are_shown_in_it(demo: None) -> None:
    from tests.demo_things import user

    page = signed_in(user("lead")).get("/spaces/attendance-and-ebsa/").content.decode()
    listed = signed_in(user("lead")).get("/events/?tag=attendance").content.decode()

    assert "/events/work-group-attendance-without-blame/" in page
    assert "/events/?tag=attendance" in page
    assert "/events/work-group-attendance-without-blame/" in listed
    assert "/events/cohort-learning-day-six/" not in listed


def test_a_space_whose_day_has_passed_says_since_when_and_takes_no_posts() -> None:
    where = space(closes_on=timezone.localdate() - timedelta(days=3))
    client = signed_in(person())

    page = client.get(where.get_absolute_url()).content.decode()

    assert "has been closed since" in page
    assert "Start a topic" not in page


# --- what is kept for a minute ----------------------------------------------------------------------------------------


def test_a_change_of_roles_members_or_settings_shows_at_once_to_everybody(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from community import aside

    where, lead = space(), facilitator_of(space())
    member_of(where, lead, SpaceRole.FACILITATOR)
    other, reader = member_of(where, person("Nora Field")), person()
    monkeypatch.setattr(aside, "_panels", lambda found, user: [f"{found.event_tag} {services.is_member(user, found)}"])

    def seen(user: Any, change: Any = None) -> tuple[list[str], list[Any]]:
        if change:
            with django_capture_on_commit_callbacks(execute=True):
                change()
        found = aside.aside_of(Space.objects.get(pk=where.pk), user)
        return [person.name for person in found.facilitators], found.panels

    first = ([lead.display_name], [" False"])
    assert seen(reader) == first
    assert seen(reader) == first
    made = membership(where, other)
    both = [lead.display_name, "Nora Field"]
    assert seen(reader, lambda: services.set_role(made.pk, role="facilitator", by=lead)) == (both, [" False"])
    assert seen(reader, lambda: services.remove_member(made.pk, by=lead)) == first
    assert seen(reader, lambda: services.join(reader, where)) == ([lead.display_name], [" True"])
    assert seen(reader, lambda: services.change_space(where.pk, by=lead, changes={"event_tag": "walks"})) == (
        [lead.display_name],
        ["walks True"],
    )
    assert seen(reader, lambda: services.leave(reader, where)) == ([lead.display_name], ["walks False"])
    assert seen(reader, lambda: services.add_member(where, handle=reader.handle, by=lead))[1] == ["walks True"]


def test_what_is_gathered_while_a_space_changes_is_not_kept(django_assert_num_queries: Any) -> None:
    from community import aside

    where, reader = space(), person()
    gather = aside._facilitators

    def slow(found: Space) -> Any:
        rows = gather(found)
        facilitator_of(where, person("Late Field"))
        aside.forget(where.pk)
        return rows

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aside, "_facilitators", slow)
        assert aside.aside_of(where, reader).facilitators == []

    assert [person.name for person in aside.aside_of(where, reader).facilitators] == ["Late Field"]
    with django_assert_num_queries(0):
        aside.aside_of(where, reader)


def test_a_change_in_the_admin_shows_at_once(django_capture_on_commit_callbacks: Any) -> None:
    from community import aside

    where, reader = space(), person()
    facts: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aside, "_panels", lambda found, user: facts.append(found.event_tag) or [])
        aside.aside_of(where, reader)
        with django_capture_on_commit_callbacks(execute=True):
            values = {"title": "T", "slug": where.slug, "visibility": "members", "joining": "free", "position": 0}
            signed_in(person(is_superuser=True, is_staff=True)).post(
                f"/admin/snippets/community/space/edit/{where.pk}/", {**values, "event_tag": "walks"}
            )
        aside.aside_of(Space.objects.get(pk=where.pk), reader)

    assert facts == ["", "walks"]
