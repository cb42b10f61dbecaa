"""Small builders for people, schools and spaces. Each gives something valid; a test says what matters to it."""

from __future__ import annotations

from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client

from belonging.accounts import services
from belonging.accounts.models import User
from belonging.schools.models import Membership, MembershipState, Role, School
from community.models import Joining, Space, Visibility

BACKEND = "belonging.accounts.backends.MemberBackend"
PASSWORD = "a quiet lamp by the door"
_numbers = count(1)


def person(name: str = "", *, groups: tuple[str, ...] = (), password: str | None = None, **fields: Any) -> User:
    number = next(_numbers)
    handle = f"person-{number}"
    made = services.create_member(
        email=f"{handle}@example.org", name=name or f"Person {number}", handle=handle, password=password
    )
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    for group in groups:
        made.groups.add(Group.objects.get_or_create(name=group)[0])
    if fields:
        User.objects.filter(pk=made.pk).update(**fields)
        made.refresh_from_db()
    return made


def school(name: str = "", **fields: Any) -> School:
    number = next(_numbers)
    return School.objects.create(urn=str(100000 + number), name=name or f"School {number}", **fields)


def member_of(user: User, where: School, role: str = Role.MEMBER) -> Membership:
    return Membership.objects.create(user=user, school=where, role=role, state=MembershipState.ACTIVE)


def space(visibility: str = Visibility.MEMBERS, **fields: Any) -> Space:
    number = next(_numbers)
    joining = Joining.FREE if visibility in {Visibility.OPEN, Visibility.MEMBERS} else Joining.ASK
    values = {
        "slug": f"space-{number}",
        "title": f"Space {number}",
        "visibility": visibility,
        "joining": joining,
        **fields,
    }
    return Space.objects.create(**values)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client
