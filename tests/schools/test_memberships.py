from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from belonging.outbox.draining import drain
from belonging.schools import services
from belonging.schools.models import (
    Invitation,
    Membership,
    MembershipState,
    Organisation,
    OrganisationRole,
    Programme,
    ProgrammeRole,
    Role,
)
from tests.people import member_of, person, school, signed_in

pytestmark = pytest.mark.django_db


def ask(user: Any, where: Any, role: str = "member") -> Membership:
    signed_in(user).post(f"/schools/{where.pk}/join/", {"role": role})
    return Membership.objects.get(user=user, school=where)


def decide(user: Any, membership: Membership, decision: str = "confirm") -> Any:
    return signed_in(user).post(f"/schools/memberships/{membership.pk}/decide/", {"decision": decision})


def test_who_asks_waits_until_the_lead_confirms() -> None:
    where, lead, newcomer = school(), person(), person()
    member_of(lead, where, Role.LEAD)
    asked = ask(newcomer, where)
    assert signed_in(newcomer).get(f"/schools/{where.pk}/audit/").status_code == 404

    decide(lead, asked)

    assert signed_in(newcomer).get(f"/schools/{where.pk}/audit/").status_code == 200


def test_nobody_confirms_themselves() -> None:
    where, newcomer = school(), person()

    response = decide(newcomer, ask(newcomer, where))

    assert response.status_code in {403, 404}
    assert Membership.objects.get().state == MembershipState.ASKED


def test_a_programme_manager_confirms_where_there_is_no_lead_and_not_where_there_is() -> None:
    without, with_lead, manager = school(), school(), person()
    programme = Programme.objects.create(slug="p", name="P")
    programme.schools.add(without, with_lead)
    ProgrammeRole.objects.create(user=manager, programme=programme, role="manager")
    member_of(person(), with_lead, Role.LEAD)

    assert decide(manager, ask(person(), without)).status_code == 302
    refused = decide(manager, ask(person(), with_lead))

    assert refused.status_code == 403
    assert Membership.objects.get(school=without).state == MembershipState.ACTIVE


def test_asking_twice_is_one_request() -> None:
    where, newcomer = school(), person()

    ask(newcomer, where)
    ask(newcomer, where)

    assert Membership.objects.filter(user=newcomer).count() == 1


def test_nobody_makes_themselves_adviser_by_asking() -> None:
    where, newcomer = school(), person()

    signed_in(newcomer).post(f"/schools/{where.pk}/join/", {"role": "adviser"})

    assert not Membership.objects.filter(role=Role.ADVISER).exists()


def test_people_move_on_and_the_history_stays() -> None:
    where, lead, member = school(), person(), person("Mo Ving")
    member_of(lead, where, Role.LEAD)
    row = member_of(member, where)

    signed_in(member).post(f"/schools/memberships/{row.pk}/change/", {"end": "1"})

    row.refresh_from_db()
    assert (row.state, row.to_on) == (MembershipState.ENDED, timezone.localdate())
    assert signed_in(member).get(f"/schools/{where.pk}/team/").status_code == 404
    assert "Mo Ving" in signed_in(lead).get(f"/schools/{where.pk}/team/").content.decode()


def test_a_school_with_a_team_keeps_a_lead() -> None:
    where, lead = school(), person()
    row = member_of(lead, where, Role.LEAD)
    member_of(person(), where)

    signed_in(lead).post(f"/schools/memberships/{row.pk}/change/", {"end": "1"})
    signed_in(lead).post(f"/schools/memberships/{row.pk}/change/", {"role": "member"})

    row.refresh_from_db()
    assert (row.state, row.role) == (MembershipState.ACTIVE, Role.LEAD)


def test_an_invitation_travels_by_mail_and_is_accepted_with_a_button(settings: Any) -> None:
    where, lead, guest = school(), person("Ada Lead"), person()
    member_of(lead, where, Role.LEAD)
    signed_in(lead).post(f"/schools/{where.pk}/team/", {"address": guest.email, "role": "member"})
    drain(limit=10)
    url = services.invitation_url(Invitation.objects.get())
    assert url in mail.outbox[0].body

    signed_in(guest).get(url)
    assert not Membership.objects.filter(user=guest).exists()
    signed_in(guest).post(url)

    assert Membership.objects.get(user=guest).state == MembershipState.ACTIVE


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "x" * 300 + "@example.org"])
def test_an_address_that_is_none_is_answered_beside_its_field(address: str) -> None:
    where, lead = school(), person()
    member_of(lead, where, Role.LEAD)

    response = signed_in(lead).post(f"/schools/{where.pk}/team/", {"address": address, "role": "member"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["address"]
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("state", ["over", "used", "forged"])
def test_an_invitation_that_is_over_used_or_forged_lets_nobody_in(state: str) -> None:
    where, lead, guest = school(), person(), person()
    member_of(lead, where, Role.LEAD)
    made = services.invite(where, address="a@example.org", role="member", by=lead)
    url = services.invitation_url(made)
    if state == "over":
        Invitation.objects.update(runs_until=timezone.now() - timedelta(days=1))
    if state == "used":
        Invitation.objects.update(accepted_by=lead)
    if state == "forged":
        url = url[:-4] + "abc/"

    signed_in(guest).post(url)

    assert not Membership.objects.filter(user=guest).exists()


def test_five_schools_together_are_shown_to_an_evaluator_and_four_are_not() -> None:
    evaluator = person()
    programme = Programme.objects.create(slug="together", name="Together")
    ProgrammeRole.objects.create(user=evaluator, programme=programme, role="evaluator")
    programme.schools.add(*[school(f"Named {n}") for n in range(4)])
    four = signed_in(evaluator).get("/programmes/together/")
    programme.schools.add(school("Named 5"))
    five = signed_in(evaluator).get("/programmes/together/")

    assert four.context["together"] is None
    assert five.context["together"]["schools"] == 5
    assert b"Named 5" not in five.content


def test_an_officer_sees_nine_schools_of_the_council_together_and_none_of_its_neighbour_s() -> None:
    officer, council, other = (
        person(),
        Organisation.objects.create(name="Ours"),
        Organisation.objects.create(name="Theirs"),
    )
    OrganisationRole.objects.create(user=officer, organisation=council)
    programme = Programme.objects.create(slug="across", name="Across")
    programme.schools.add(*[school(f"Ours {n}", organisation=council) for n in range(4)])
    programme.schools.add(*[school(f"Theirs {n}", organisation=other) for n in range(6)])
    four = signed_in(officer).get("/programmes/across/")
    programme.schools.add(*[school(f"Ours too {n}", organisation=council) for n in range(5)])
    nine = signed_in(officer).get("/programmes/across/")

    assert four.context["together"] is None
    assert nine.context["together"]["schools"] == 9
    assert b"Theirs" not in nine.content
