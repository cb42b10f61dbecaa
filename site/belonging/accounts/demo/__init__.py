"""The demo's people: members.json holds forty members, people.json the eleven sign-in names."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import timezone

from belonging.accounts import services
from belonging.accounts.models import EXPERTS, MODERATORS, SAFEGUARDING_LEADS, TRAINERS, Profile, User
from belonging.core import content
from belonging.core.errors import BadContent

FOLDER = Path(__file__).parent
_GROUP_OF_SITE_ROLE = {"trainer": TRAINERS, "expert": EXPERTS, "moderator": MODERATORS}
_GROUP_OF_LOGIN = {
    "trainer": TRAINERS,
    "expert": EXPERTS,
    "moderator": MODERATORS,
    "safeguarding": SAFEGUARDING_LEADS,
}


def members_data() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = content.read(FOLDER / "members.json")["members"]
    return rows


def people_data() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = content.read(FOLDER / "people.json")["people"]
    return rows


def handle_of(reference: str) -> str:
    """The handle behind "m01", a login or a handle. Raises ``BadContent``."""
    by_id = {row["id"]: row["username"] for row in members_data()}
    for person in people_data():
        by_id[person["login"]] = by_id[person["member"]] if person["member"] else person["username"]
    return by_id.get(reference, reference)


def member(reference: str) -> User:
    """The demo's person behind "m01", "amara-osei" or "lead@demo.example". Raises ``BadContent``."""
    found = User.objects.filter(handle=handle_of(reference)).first()
    if found is None:
        raise BadContent(f"The demo has no person {reference!r}.")
    return found


def people_by_id() -> dict[str, User]:
    """All forty members by their id ("m01"), in one query."""
    by_handle = {
        user.handle: user for user in User.objects.filter(handle__in=[row["username"] for row in members_data()])
    }
    return {row["id"]: by_handle[row["username"]] for row in members_data() if row["username"] in by_handle}


def create() -> str:
    logins = {person["member"]: person["login"] for person in people_data() if person["member"]}
    for row in members_data():
        _person(row, login=logins.get(row["id"]))
    for person in people_data():
        if not person["member"]:
            _person(person, login=person["login"])
    return f"{User.objects.count()} people, {len(people_data())} of them can sign in"


def _person(row: dict[str, Any], *, login: str | None) -> None:
    if User.objects.filter(handle=row["username"]).exists():
        return
    user = services.create_member(
        email=login or row["email"],
        name=row["name"],
        handle=row["username"],
        password=settings.DEMO_PASSWORD if login else None,
        joined_at=timezone.now() - timedelta(days=row.get("joined_days_ago", 30)),
    )
    Profile.objects.filter(user=user).update(
        role=row["role"],
        sector=row["sector"],
        organisation=row["organisation"] or "",
        bio=row.get("bio", ""),
        interests=row.get("interests", []),
        strengths=row.get("strengths", []),
        region="London" if row.get("school_urn") else "",
        open_to_visits=row.get("open_to_visits", False),
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    name = _GROUP_OF_SITE_ROLE.get(row.get("site_role", "")) or _GROUP_OF_LOGIN.get((login or "").partition("@")[0])
    if name:
        user.groups.add(Group.objects.get(name=name))
    if (login or "").startswith("admin@"):
        User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
