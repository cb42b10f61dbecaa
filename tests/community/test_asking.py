from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from belonging.accounts.models import EXPERTS, MODERATORS, Profile, User
from belonging.notifications.models import Notification
from belonging.outbox.models import OutgoingEmail
from community import services
from community.models import ExpertRequest, Follow, Kind, Post, Space, SpaceMembership, SpaceRole, Topic, Visibility
from community.services.asking import NUDGE
from community.services.experts import candidates, experts_on, single_candidate
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def question(where: Space | None = None, author: User | None = None, **fields: Any) -> Topic:
    values = {"title": "Who greets whom?", "source": "Tell me.", "strands": ["P11"], "now": MONDAY, **fields}
    return services.start_topic(author or person("Amara Osei"), where or space(), kind=Kind.QUESTION, **values)


def strong(*codes: str, name: str = "", groups: tuple[str, ...] = (), **profile: Any) -> User:
    made = person(name, groups=groups)
    Profile.objects.filter(user=made).update(strengths=list(codes), **profile)
    return made


def told(user: User, reason: str) -> list[str]:
    return list(Notification.objects.filter(user=user, reason=reason).values_list("text", flat=True))


def ask_url(topic: Topic) -> str:
    return reverse("community:ask", args=[topic.pk])


def inside(where: Space, user: User, role: str = SpaceRole.MEMBER) -> User:
    SpaceMembership.objects.create(space=where, user=user, role=role, confirmed_at=MONDAY)
    return user


# --- asking -----------------------------------------------------------------------------------------------------------
def test_whoever_is_asked_by_name_is_told_at_once() -> None:
    topic, expert = question(), strong("P11", groups=(EXPERTS,))

    signed_in(topic.author).post(ask_url(topic), {"experts": [expert.pk]})

    assert told(expert, "asked") == ["Amara Osei asks you: “Who greets whom?”"]
    assert ExpertRequest.objects.get(topic=topic).expert == expert


def test_a_question_for_any_expert_reaches_at_most_ten_who_are_strong_in_the_strand() -> None:
    topic = question()
    experts = [strong("P11") for _number in range(12)]
    other = strong("F1")

    services.ask(topic, strand="P11", by=topic.author, now=MONDAY)

    assert Notification.objects.filter(reason="asked", user__in=experts).count() == 10
    assert told(other, "asked") == []


def test_where_nobody_is_strong_in_a_strand_any_expert_is_told() -> None:
    topic, expert = question(), person(groups=(EXPERTS,))

    services.ask(topic, strand="P11", by=topic.author)

    assert len(told(expert, "asked")) == 1


def test_the_same_person_is_asked_once_and_the_author_never() -> None:
    topic, expert = question(), strong("P11")

    first = services.ask(topic, experts=[expert, topic.author], by=topic.author)
    second = services.ask(topic, experts=[expert], by=topic.author)

    assert len(first) == 1
    assert second == []


def test_three_people_at_a_time_are_enough() -> None:
    topic = question()
    four = [strong("P11") for _number in range(4)]

    response = signed_in(topic.author).post(ask_url(topic), {"experts": [user.pk for user in four]})

    assert response.status_code == 422
    assert "Choose three people at most." in response.content.decode()
    assert ExpertRequest.objects.count() == 0


def test_a_fourth_person_waits_until_one_of_three_has_answered_or_passed() -> None:
    topic = question()
    services.ask(topic, experts=[strong("P11") for _number in range(3)], by=topic.author)

    with pytest.raises(services.TooMany):
        services.ask(topic, experts=[strong("P11")], by=topic.author)
    services.pass_on(ExpertRequest.objects.filter(topic=topic)[0].pk)

    assert len(services.ask(topic, experts=[strong("P11")], by=topic.author)) == 1


def test_choosing_nobody_says_so_beside_the_field() -> None:
    topic = question()

    response = signed_in(topic.author).post(ask_url(topic), {"experts": []})

    assert response.status_code == 422
    assert response.context["form"].errors["experts"] == ["Choose somebody, or a strand."]


def test_people_are_listed_with_the_reason_and_only_if_they_may_read_the_space() -> None:
    where = space(Visibility.CLOSED)
    topic = question(where, inside(where, person()))
    insider = inside(where, strong("P11", name="Nisha Raman", role="Adviser", organisation="Hill Trust"))
    outsider = strong("P11", groups=(EXPERTS,))

    found = candidates(topic)

    assert [row.user for row in found] == [insider]
    assert (found[0].about, found[0].why) == ("Adviser, Hill Trust", "Strong in strand 11")
    assert services.ask(topic, experts=[outsider], by=topic.author) == []
    assert told(outsider, "asked") == []


def test_strengths_that_somebody_keeps_to_themselves_list_them_nowhere() -> None:
    topic = question()
    strong("P11", hidden_fields=["strengths"])

    assert candidates(topic) == []
    assert experts_on("P11", topic) == []


def test_somebody_who_is_suspended_is_neither_listed_nor_told() -> None:
    gone, back = strong("P11", groups=(EXPERTS,)), strong("P11", groups=(EXPERTS,))
    User.objects.filter(pk=gone.pk).update(suspended_until=timezone.now() + timedelta(days=2))
    User.objects.filter(pk=back.pk).update(suspended_until=timezone.now() - timedelta(days=2))
    topic = question()

    assert [found.user for found in candidates(topic)] == [back]
    assert single_candidate(topic, gone.handle) is None
    assert experts_on("P11", topic) == [back]


def test_whoever_muted_the_author_is_not_told_of_their_questions() -> None:
    topic, expert = question(), strong("P11")
    Follow.objects.create(user=expert, person=topic.author, muted=True)

    services.ask(topic, experts=[expert], by=topic.author)

    assert told(expert, "asked") == []


def test_only_the_author_facilitators_and_moderators_ask_somebody() -> None:
    where = space()
    topic = question(where)
    facilitator = inside(where, person(), SpaceRole.FACILITATOR)

    assert signed_in(person()).get(ask_url(topic)).status_code == 403
    assert signed_in(person()).post(ask_url(topic), {"strand": "P11"}).status_code == 403
    assert signed_in(facilitator).get(ask_url(topic)).status_code == 200
    assert signed_in(person(groups=(MODERATORS,))).get(ask_url(topic)).status_code == 200
    assert Client().get(ask_url(topic))["Location"].startswith("/accounts/login/")


def test_the_ask_page_of_a_closed_space_is_not_there_for_outsiders() -> None:
    where = space(Visibility.CLOSED)
    topic = question(where, inside(where, person()))

    assert signed_in(person()).get(ask_url(topic)).status_code == 404


@pytest.mark.parametrize("change", [{"locked": True}, {"closed_at": MONDAY}, {"kind": Kind.DISCUSSION}])
def test_only_an_open_question_is_put_to_somebody(change: dict[str, Any]) -> None:
    topic = question()
    Topic.objects.filter(pk=topic.pk).update(**change)

    with pytest.raises(services.NotOpen):
        services.ask(topic, strand="P11", by=topic.author)
    assert signed_in(topic.author).get(ask_url(topic)).status_code == 302


# --- the nudge --------------------------------------------------------------------------------------------------------
def asked_by_name(topic: Topic | None = None) -> tuple[Topic, User]:
    topic, expert = topic or question(), strong("P11")
    services.ask(topic, experts=[expert], by=topic.author, now=MONDAY)
    return topic, expert


def test_an_expert_is_reminded_once_after_two_working_days() -> None:
    _topic, expert = asked_by_name()

    before = services.nudge_experts(WEDNESDAY - timedelta(minutes=1))
    at, after = services.nudge_experts(WEDNESDAY), services.nudge_experts(WEDNESDAY + timedelta(days=9))

    assert (before, at, after) == (0, 1, 0)
    assert told(expert, "nudge") == ["Still waiting for you: “Who greets whom?”"]
    assert OutgoingEmail.objects.filter(kind=NUDGE, user=expert).count() == 1


def test_a_weekend_does_not_count() -> None:
    friday = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
    topic = question()
    services.ask(topic, experts=[strong("P11")], by=topic.author, now=friday)

    assert services.nudge_experts(friday + timedelta(days=3)) == 0
    assert services.nudge_experts(friday + timedelta(days=4)) == 1


def test_an_expert_who_has_answered_is_left_alone() -> None:
    topic, expert = asked_by_name()
    services.reply(expert, topic.pk, source="By name.")

    assert services.nudge_experts(WEDNESDAY) == 0


def test_an_accepted_answer_by_somebody_else_ends_the_waiting() -> None:
    topic, expert = asked_by_name()
    post = services.reply(person(), topic.pk, source="By name.")
    services.accept(topic.pk, post)

    assert services.nudge_experts(WEDNESDAY) == 0
    assert told(expert, "nudge") == []


@pytest.mark.parametrize(
    "change", [{"locked": True}, {"hidden": True}, {"hidden": True, "deleted_at": MONDAY}, {"closed_at": MONDAY}]
)
def test_nobody_is_reminded_of_what_is_locked_hidden_deleted_or_closed(change: dict[str, Any]) -> None:
    topic, expert = asked_by_name()
    Topic.objects.filter(pk=topic.pk).update(**change)

    assert services.nudge_experts(WEDNESDAY) == 0
    assert told(expert, "nudge") == []


def test_a_question_that_opens_again_is_brought_up_later() -> None:
    topic, expert = asked_by_name()
    Topic.objects.filter(pk=topic.pk).update(locked=True)
    services.nudge_experts(WEDNESDAY)
    Topic.objects.filter(pk=topic.pk).update(locked=False)

    assert services.nudge_experts(WEDNESDAY) == 0
    assert services.nudge_experts(WEDNESDAY + timedelta(days=2)) == 1
    assert len(told(expert, "nudge")) == 1


def test_an_expert_who_lost_access_hears_nothing() -> None:
    where = space(Visibility.CLOSED)
    topic = question(where, inside(where, person()))
    expert = inside(where, strong("P11"))
    services.ask(topic, experts=[expert], by=topic.author, now=MONDAY)
    SpaceMembership.objects.filter(user=expert).delete()

    assert services.nudge_experts(WEDNESDAY) == 0
    assert told(expert, "nudge") == []


def test_a_question_to_a_strand_that_somebody_replied_to_is_not_brought_up() -> None:
    topic, expert = question(), strong("P11")
    services.ask(topic, strand="P11", by=topic.author, now=MONDAY)
    services.reply(person(), topic.pk, source="By name.")

    assert services.nudge_experts(WEDNESDAY) == 0
    assert told(expert, "nudge") == []


def test_the_author_s_own_reply_answers_nothing() -> None:
    topic, expert = question(), strong("P11")
    services.ask(topic, strand="P11", by=topic.author, now=MONDAY)
    services.reply(topic.author, topic.pk, source="Anybody?")

    assert services.nudge_experts(WEDNESDAY) == 1
    assert len(told(expert, "nudge")) == 1


def test_the_mail_is_not_sent_for_what_was_answered_while_it_waited() -> None:
    from community import nudging

    topic, expert = asked_by_name()
    services.nudge_experts(WEDNESDAY)
    row = OutgoingEmail.objects.get(kind=NUDGE)
    mail = nudging.render(row)

    assert "Who greets whom?" in mail.subject
    assert nudging.still_wanted(row) == ""
    assert "/unsubscribe/" in mail.text

    services.reply(expert, topic.pk, source="By name.")
    assert nudging.still_wanted(row) != ""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_clocks_at_once_remind_once() -> None:
    _topic, expert = asked_by_name()
    found: list[int] = []
    start = threading.Barrier(4)

    def tick() -> None:
        start.wait()
        found.append(services.nudge_experts(WEDNESDAY))
        connections.close_all()

    threads = [threading.Thread(target=tick) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(found) == 1
    assert len(told(expert, "nudge")) == 1
    assert OutgoingEmail.objects.filter(kind=NUDGE).count() == 1


# --- questions nobody was asked about ---------------------------------------------------------------------------------
def test_a_quiet_question_is_put_to_the_first_strand_s_experts_after_two_working_days() -> None:
    topic, expert = question(strands=["P11", "F1"]), strong("P11")

    early = services.ask_for_the_forgotten(WEDNESDAY - timedelta(minutes=1))
    due, again = services.ask_for_the_forgotten(WEDNESDAY), services.ask_for_the_forgotten(WEDNESDAY)

    assert (early, due, again) == (0, 1, 0)
    assert told(expert, "asked") == ["“Who greets whom?” waits for somebody who is strong in strand 11"]
    assert ExpertRequest.objects.get(topic=topic).strand == "P11"


def test_what_has_a_reply_a_request_or_no_strand_is_left_as_it_is() -> None:
    replied, asked, plain = question(), question(), question(strands=[])
    old = question(now=MONDAY - timedelta(days=60))
    services.reply(person(), replied.pk, source="By name.")
    services.ask(asked, experts=[strong("P11")], by=asked.author, now=MONDAY)

    assert services.ask_for_the_forgotten(WEDNESDAY) == 0
    assert not ExpertRequest.objects.filter(topic__in=[replied, plain, old]).exists()


def test_a_question_that_every_expert_passed_on_is_put_to_the_strand() -> None:
    topic, _expert = asked_by_name()
    services.pass_on(ExpertRequest.objects.get(topic=topic).pk)

    assert services.ask_for_the_forgotten(WEDNESDAY) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_clocks_at_once_ask_once() -> None:
    question()
    expert = strong("P11")
    found: list[int] = []
    start = threading.Barrier(4)

    def tick() -> None:
        start.wait()
        found.append(services.ask_for_the_forgotten(WEDNESDAY))
        connections.close_all()

    threads = [threading.Thread(target=tick) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(found) == 1
    assert len(told(expert, "asked")) == 1


# --- passing on -------------------------------------------------------------------------------------------------------
def test_an_expert_passes_a_question_on_and_suggests_somebody() -> None:
    topic, expert = asked_by_name()
    other = strong("P11", name="Dan Whitlock")

    response = signed_in(expert).post(reverse("community:pass_on", args=[topic.pk]), {"suggestion": other.pk})
    note = Notification.objects.get(user=topic.author, reason="passed")
    page = signed_in(topic.author).get(note.url)

    assert response.status_code == 302
    assert "suggests Dan Whitlock" in note.text
    assert [row["person"].user for row in page.context["form"].rows() if row["ticked"]] == [other]
    assert services.nudge_experts(WEDNESDAY) == 0


def test_nobody_passes_on_what_they_were_not_asked() -> None:
    topic, _expert = asked_by_name()
    url = reverse("community:pass_on", args=[topic.pk])

    assert signed_in(person()).get(url).status_code == 403
    assert signed_in(topic.author).post(url).status_code == 403
    assert Client().post(url)["Location"].startswith("/accounts/login/")
    assert ExpertRequest.objects.waiting().count() == 1


# --- "this helped" ----------------------------------------------------------------------------------------------------
def test_a_reply_helped_once_a_person_and_never_by_its_own_author() -> None:
    topic, user, author = question(), person(), person()
    post = services.reply(author, topic.pk, source="By name.")
    url = reverse("community:helped", args=[post.pk])

    signed_in(user).post(url)
    own = signed_in(author).post(url)
    post.refresh_from_db()

    assert own.status_code == 403
    assert post.helped_count == 1
    signed_in(user).post(url)
    post.refresh_from_db()
    assert post.helped_count == 0


def test_only_replies_to_questions_help() -> None:
    topic = question()
    talk = services.start_topic(person(), space(), title="Talk", source="Words.")
    reply = services.reply(person(), talk.pk, source="More.")
    client = signed_in(person())

    assert client.post(reverse("community:helped", args=[Post.objects.get(topic=topic).pk])).status_code == 404
    assert client.post(reverse("community:helped", args=[reply.pk])).status_code == 404


def test_nobody_outside_a_closed_space_says_that_a_reply_in_it_helped() -> None:
    where = space(Visibility.CLOSED)
    topic = question(where, inside(where, person()))
    post = services.reply(inside(where, person()), topic.pk, source="By name.")

    assert signed_in(person()).post(reverse("community:helped", args=[post.pk])).status_code == 404


# --- asking a person from their profile -------------------------------------------------------------------------------
def test_a_question_to_a_person_is_a_topic_that_both_can_read_and_tells_them() -> None:
    asker, expert = person("Amara Osei"), person("Nisha Raman")
    shared, closed = space(), space(Visibility.CLOSED)
    inside(closed, asker)
    client = signed_in(asker)

    profile = client.get(expert.get_absolute_url())
    choice = client.get(f"/topics/new/?ask={expert.handle}")
    address = f"/spaces/{shared.slug}/new/?ask={expert.handle}"
    on_to = client.get(f"/topics/new/?ask={expert.handle}&space={shared.slug}")
    form = client.get(address)
    client.post(address, {"title": "Doors?", "source": "Which?", "kind": form.context["form"]["kind"].value()})

    assert f"/topics/new/?ask={expert.handle}" in profile.content.decode()
    assert choice.context["spaces"] == [shared]
    assert on_to["Location"] == address
    assert f'action="{address}"' in form.content.decode()
    assert "You are asking Nisha Raman" in form.content.decode()
    topic = Topic.objects.get(title="Doors?")
    assert topic.kind == Kind.QUESTION
    assert ExpertRequest.objects.get(topic=topic).expert == expert
    assert told(expert, "asked") == ["Amara Osei asks you: “Doors?”"]


def test_choosing_a_space_says_who_is_asked_and_when_no_space_is_shared() -> None:
    asker, expert = person(), person("Nisha Raman")
    closed, client = space(Visibility.CLOSED), signed_in(asker)
    inside(closed, asker)

    alone = client.get(f"/topics/new/?ask={expert.handle}").content.decode()
    inside(closed, expert)
    shared = client.get(f"/topics/new/?ask={expert.handle}").content.decode()

    assert "No space that both you and Nisha Raman can write in" in alone
    assert "You are asking Nisha Raman. These are the spaces that both of you can read." in shared
    assert "You are asking" not in client.get(f"/topics/new/?ask={asker.handle}").content.decode()


def test_nobody_is_asked_where_they_cannot_read() -> None:
    asker, outsider, closed = person(), person(), space(Visibility.CLOSED)
    inside(closed, asker)

    client, address = signed_in(asker), f"/spaces/{closed.slug}/new/?ask={outsider.handle}"

    form = client.get(address)
    client.post(address, {"title": "Doors?", "source": "Which?", "kind": Kind.QUESTION})

    assert "You are asking" not in form.content.decode()
    assert Topic.objects.get().title == "Doors?"
    assert ExpertRequest.objects.count() == 0
    assert told(outsider, "asked") == []


@pytest.mark.parametrize("handle", ["", "nobody", "%00", "x" * 300])
def test_whoever_is_nobody_is_not_asked_and_the_question_stands(handle: str) -> None:
    asker, where = person(), space()
    client, address = signed_in(asker), f"/spaces/{where.slug}/new/?ask={handle}"

    form = client.get(address)
    client.post(address, {"title": "Doors?", "source": "Which?", "kind": Kind.QUESTION})

    assert "You are asking" not in form.content.decode()
    assert Topic.objects.get().title == "Doors?"
    assert ExpertRequest.objects.count() == 0


def test_one_s_own_profile_and_visitors_have_nobody_to_ask() -> None:
    user = person()
    Profile.objects.filter(user=user).update(visibility="public")

    assert "/topics/new/" not in signed_in(user).get(user.get_absolute_url()).content.decode()
    assert "/topics/new/" not in Client().get(user.get_absolute_url()).content.decode()


# --- standing ---------------------------------------------------------------------------------------------------------
def test_an_answer_says_what_its_author_is_known_for_and_asks_nothing_for_it() -> None:
    topic, client = question(strands=["F1", "P11"]), signed_in(person())
    expert, helper, shy = person(groups=(EXPERTS,)), strong("P11"), strong("P11", hidden_fields=["strengths"])

    def read() -> tuple[list[str], int]:
        with CaptureQueriesContext(connection) as asked:
            posts = client.get(topic.get_absolute_url()).context["posts"]
        return [post.strength for post in posts], len(asked)

    services.reply(expert, topic.pk, source="By name.")
    read()
    _one, before = read()
    for user in (helper, shy):
        services.reply(user, topic.pk, source="By name.")
    found, after = read()

    assert found == ["", "Expert", "Strong in strand 11", ""]
    assert after == before


def test_what_one_was_asked_is_in_the_export_and_goes_with_the_person() -> None:
    from belonging.accounts import services as accounts

    _topic, expert = asked_by_name()

    assert accounts.export(expert)["rooms"]["community"]["asked_as_expert"][0]["topic__title"] == "Who greets whom?"
    accounts.erase(expert)
    assert ExpertRequest.objects.count() == 0
