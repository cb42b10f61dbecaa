"""How people are named on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.crypto import get_random_string
from django.utils.text import slugify

if TYPE_CHECKING:
    from belonging.accounts.models import User


def display_name(user: User) -> str:
    return user.display_name


def free_handle(wish: str) -> str:
    """A public handle near ``wish`` that nobody has, e.g. "amara-osei" or "amara-osei-2"."""
    from belonging.accounts.models import User

    base = slugify(wish)[:30].strip("-") or "member"
    taken = set(User.objects.filter(handle__startswith=base).values_list("handle", flat=True))
    if base not in taken:
        return base
    for number in range(2, 100):
        if f"{base}-{number}" not in taken:
            return f"{base}-{number}"
    return f"{base}-{get_random_string(6, 'abcdefghijkmnpqrstuvwxyz23456789')}"
