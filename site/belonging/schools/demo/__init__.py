"""The demo's ten schools. Their terms and actions stay in the file for the audit room, which reads them from here."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date

from belonging.accounts import demo as people
from belonging.core import content
from belonging.schools.models import (
    Membership,
    MembershipState,
    Milestone,
    Organisation,
    OrganisationRole,
    Programme,
    ProgrammeRole,
    Role,
    School,
)

FILE = Path(__file__).parent / "schools.json"
PROGRAMME_FILE = Path(__file__).parent / "programme.json"
KEPT_ELSEWHERE = {"terms", "actions"}


def schools_data() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = content.read(FILE)["schools"]
    return rows


def create() -> str:
    for row in schools_data():
        low, _, high = row["age_range"].partition("-")
        School.objects.get_or_create(
            urn=row["urn"],
            defaults={
                "name": row["name"],
                "phase": row["phase"].capitalize(),
                "type": row["type"],
                "setting": row["setting"],
                "status": "Open",
                "low_age": int(low),
                "high_age": int(high),
                "la_name": row["local_authority"],
                "region": row["region"],
                "organisation": Organisation.objects.get_or_create(name=row["local_authority"])[0],
                "source_data": {key: value for key, value in row.items() if key not in KEPT_ELSEWHERE},
            },
        )
    _people()
    programme = _programme()
    return f"{len(schools_data())} schools, {Membership.objects.count()} memberships, {programme.milestones.count()} milestones"


def _people() -> None:
    joined = timezone.localdate() - timedelta(days=400)
    people_by_id = people.people_by_id()
    by_handle = {row["username"]: row["id"] for row in people.members_data()}
    plain_member = by_handle[people.handle_of("practitioner@demo.example")]
    for row in schools_data():
        school = School.objects.get(urn=row["urn"])
        team = {member["id"]: Role.MEMBER for member in people.members_data() if member["school_urn"] == row["urn"]}
        team |= {reference: Role.LEAD for reference in row["leads"] if reference != plain_member}
        if row["link_governor"]:
            team[row["link_governor"]] = Role.GOVERNOR
        for reference, role in team.items():
            Membership.objects.get_or_create(
                user=people_by_id[reference], school=school,
                defaults={"role": role, "state": MembershipState.ACTIVE, "from_on": joined},
            )  # fmt: skip
        Membership.objects.get_or_create(
            user=people.member("expert@demo.example"), school=school,
            defaults={"role": Role.ADVISER, "state": MembershipState.ACTIVE, "from_on": joined},
        )  # fmt: skip
    # Somebody waits to be confirmed, so that a lead and a programme manager have something to decide.
    for reference, urn in (("m39", "900010"), ("m32", "900002")):
        Membership.objects.get_or_create(user=people_by_id[reference], school=School.objects.get(urn=urn))


def _programme() -> Programme:
    row = content.read(PROGRAMME_FILE)
    programme, _made = Programme.objects.get_or_create(
        slug=row["slug"],
        defaults={
            "name": row["name"],
            "summary": row["summary"],
            "starts_on": parse_date(row["starts_on"]),
            "ends_on": parse_date(row["ends_on"]),
        },
    )
    programme.schools.add(*School.objects.filter(urn__in=row["schools"]))
    for milestone in row["milestones"]:
        Milestone.objects.get_or_create(
            programme=programme, title=milestone["title"], due_on=date.fromisoformat(milestone["month_starts_on"]),
            defaults={"text": milestone["text"]},
        )  # fmt: skip
    roles = [
        ("manager@demo.example", ProgrammeRole.Role.MANAGER),
        ("evaluator@demo.example", ProgrammeRole.Role.EVALUATOR),
    ]
    roles += [(reference, ProgrammeRole.Role.ADVISER) for reference in row["advisers"] if reference != "m34"]
    for reference, role in roles:
        ProgrammeRole.objects.get_or_create(user=people.member(reference), programme=programme, role=role)
    council, _made = Organisation.objects.get_or_create(name="Marlshire Council (demo)")
    OrganisationRole.objects.get_or_create(user=people.member("officer@demo.example"), organisation=council)
    return programme
