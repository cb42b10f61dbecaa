"""Members for load tests. Invented, without a password; their addresses end in ``@scale.invalid``."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from belonging.accounts.models import Profile, Sector, User
from belonging.core.copying import copy_rows, reserve_ids
from belonging.core.hooks import ScaleSize
from belonging.framework import strands

ANCHOR = datetime(2026, 9, 1, 12, tzinfo=UTC)
FIRST = ["Amina", "Beth", "Carys", "Dan", "Efa", "Farida", "Gwen", "Hal", "Ines", "Jo", "Kofi", "Leila", "Moss", "Nia"]
LAST = ["Adeyemi", "Bevan", "Castle", "Davies", "Evans", "Farrow", "Griffiths", "Haddad", "Idris", "Jones", "Khan"]
ROLES = ["Teacher", "SENCO", "Head of Year 8", "Pastoral lead", "Teaching assistant", "Attendance officer", ""]


def fill(size: ScaleSize) -> str:
    """``size.members`` people with profiles; the same seed again finds them there."""
    if not size.members:
        return "no members asked for"
    if User.objects.filter(handle=f"scale-{size.seed}-1").exists():
        return "the members of this seed are there"
    chance = random.Random(size.seed)  # noqa: S311  (load-test rows, no secret)
    first = reserve_ids(User, size.members)
    codes = [item.code for item in strands.strands()]
    sectors = [*Sector.values, ""]

    def people() -> list[tuple[object, ...]]:
        return [
            (
                first + n, "!", False, f"member-{size.seed}-{n + 1}@scale.invalid", f"scale-{size.seed}-{n + 1}",
                f"{chance.choice(FIRST)} {chance.choice(LAST)}", False, True,
                ANCHOR - timedelta(days=chance.randrange(1100, 1500)),
            )
            for n in range(size.members)
        ]  # fmt: skip

    columns = ["id", "password", "is_superuser", "email", "handle", "name", "is_staff", "is_active", "joined_at"]
    copy_rows(User, columns, people())
    copy_rows(
        Profile,
        ["user_id", "role", "sector", "organisation", "region", "bio", "interests", "strengths", "languages",
         "time_zone", "visibility", "open_to_visits"],
        (
            (
                first + n, chance.choice(ROLES), chance.choice(sectors), "", "", "",
                chance.sample(codes, 2), chance.sample(codes, chance.randrange(3)), "", "Europe/London", "members",
                False,
            )
            for n in range(size.members)
        ),
    )  # fmt: skip
    return f"{size.members} members"


def member_ids(seed: int) -> list[int]:
    """Ids of the seed's members, in the order they were made."""
    return list(User.objects.filter(handle__startswith=f"scale-{seed}-").order_by("pk").values_list("pk", flat=True))
