from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from belonging.accounts import services
from belonging.accounts.models import Profile, User
from tests.people import person, signed_in

pytestmark = pytest.mark.django_db


def known(name: str, **profile: Any) -> User:
    made = person(name)
    Profile.objects.filter(user=made).update(**profile)
    return made


def names(address: str = "/members/") -> list[str]:
    response = signed_in(User.objects.get(name="Reader")).get(address)
    return [profile.user.name for profile in response.context["people"]]


@pytest.fixture(autouse=True)
def reader(db: None) -> User:
    return known("Reader", sector="training")


def test_people_are_found_by_sector_region_strength_interest_and_words() -> None:
    known("Ann Lee", sector="health", region="London", strengths=["P11"], interests=["F1"])
    known("Bo Kay", sector="school", region="Kent", role="Head of Year", organisation="Hill School", bio="Loves lunch")

    assert names("/members/?sector=health") == ["Ann Lee"]
    assert names("/members/?region=kent") == ["Bo Kay"]
    assert names("/members/?strand=P11") == ["Ann Lee"]
    assert names("/members/?interest=F1") == ["Ann Lee"]
    assert names("/members/?q=hill+year") == ["Bo Kay"]
    assert names("/members/?q=lunch") == ["Bo Kay"]
    assert names("/members/?q=ann&sector=school") == []


@pytest.mark.parametrize(
    ("field", "value", "query"),
    [
        ("role", "Counsellor", "q=counsellor"),
        ("organisation", "Quiet Trust", "q=quiet"),
        ("bio", "Plays the tuba", "q=tuba"),
        ("region", "Norfolk", "region=Norfolk"),
        ("sector", "health", "sector=health"),
        ("strengths", ["P11"], "strand=P11"),
        ("interests", ["P11"], "interest=P11"),
    ],
)
def test_what_somebody_keeps_to_themselves_is_shown_nowhere_and_finds_nobody(
    field: str, value: Any, query: str
) -> None:
    shy = known("Shy Sam", **{field: value})
    assert names(f"/members/?{query}") == ["Shy Sam"]

    Profile.objects.filter(user=shy).update(hidden_fields=[field])

    assert names(f"/members/?{query}") == []
    if isinstance(value, str) and field != "sector":
        client = signed_in(person())
        assert value not in client.get("/members/").content.decode()
        assert value not in client.get(shy.get_absolute_url()).content.decode()
    shown = Profile.objects.get(user=shy).shown
    assert not shown[field]
    assert services.export(shy)["rooms"]["accounts"]["profile"][field] == value


def test_the_profile_form_keeps_what_one_wants_to_keep(reader: User) -> None:
    client = signed_in(reader)

    client.post(
        "/me/profile/",
        {"name": "Reader", "role": "Clerk", "time_zone": "Europe/London", "visibility": "members", "hidden_fields": ["role"]},
    )  # fmt: skip

    profile = Profile.objects.get(user=reader)
    assert (profile.role, profile.hidden_fields) == ("Clerk", ["role"])
    assert "Clerk" not in signed_in(person()).get(reader.get_absolute_url()).content.decode()


def test_pages_go_on_after_a_person_and_repeat_nobody(reader: User) -> None:
    for number in range(60):
        known("Same Name" if number < 30 else f"Person {number:03}")
    client, seen, address = signed_in(reader), [], "/members/"

    while address:
        response = client.get(address)
        seen += [profile.user_id for profile in response.context["people"]]
        address = f"/members/?after={response.context['next']}" if response.context["next"] else ""

    assert len(seen) == len(set(seen)) == 61


def test_a_later_page_asks_no_more_and_never_counts_or_skips(reader: User) -> None:
    for number in range(60):
        known(f"Person {number:03}", strengths=["P11"])
    client = signed_in(reader)
    following = client.get("/members/").context["next"]

    with CaptureQueriesContext(connection) as asked:
        client.get(f"/members/?after={following}&strand=P11")

    assert len(asked) <= 5
    directory = [query["sql"] for query in asked.captured_queries if "accounts_profile" in query["sql"]]
    assert not any("OFFSET" in sql or "COUNT(" in sql for sql in directory)


def test_nobody_s_address_stands_in_the_directory_or_on_a_profile(reader: User) -> None:
    other = known("Ann Lee")
    client = signed_in(reader)

    assert other.email not in client.get("/members/").content.decode()
    assert other.email not in client.get(other.get_absolute_url()).content.decode()
    assert names(f"/members/?q={other.email}") == []


def test_a_profile_says_who_can_see_it_and_leads_back_to_the_directory(reader: User) -> None:
    open_to_all, member = known("Open Ann", visibility="public"), known("Bo Kay")
    client, back = signed_in(reader), '<a href="/members/">'

    assert "Members who are signed in can see this" in client.get(member.get_absolute_url()).content.decode()
    assert back in client.get(member.get_absolute_url()).content.decode()
    seen = Client().get(open_to_all.get_absolute_url()).content.decode()
    assert "Anyone can see this" in seen
    assert back not in seen


def test_who_left_or_was_suspended_is_not_in_the_directory() -> None:
    gone, suspended = known("Gone"), known("Suspended")
    services.erase(gone)
    User.objects.filter(pk=suspended.pk).update(is_active=False)

    assert names() == ["Reader"]


def test_visitors_are_sent_to_sign_in() -> None:
    assert Client().get("/members/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "query", ["sector=nonsense", "strand=ZZ", "after=nobody", "q=%00", f"q={'x' * 500}", "region=%25"]
)
def test_an_address_with_nonsense_still_opens(query: str, reader: User) -> None:
    assert signed_in(reader).get(f"/members/?{query}").status_code == 200


def test_an_empty_result_says_what_to_do(reader: User) -> None:
    page = signed_in(reader).get("/members/?q=zzzz").content.decode()

    assert "Nobody fits that" in page
    assert "Show everybody" in page
