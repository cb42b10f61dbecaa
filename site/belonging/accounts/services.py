from __future__ import annotations

import logging
from typing import IO, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from belonging.accounts.models import Profile, User
from belonging.core.hooks import PersonalData, gather
from belonging.files import services as files
from belonging.trail import services as trail

logger = logging.getLogger(__name__)

PHOTO_SIDE = 400


@transaction.atomic
def create_member(*, email: str, name: str, password: str | None = None, **fields: Any) -> User:
    """Make a person with a profile."""
    user = User.objects.create_user(email, password, name=name, **fields)
    Profile.objects.get_or_create(user=user)
    return user


@transaction.atomic
def set_photo(profile: Profile, upload: IO[bytes] | Any) -> None:
    """Replace the photo; it is made anew, without metadata. Raises ``BadImage``; then the old one stays."""
    old = profile.photo
    profile.photo = files.store_image(upload, owner=profile.user, purpose="photo", longest_side=PHOTO_SIDE)
    profile.save(update_fields=["photo"])
    if old:
        files.remove_image(old)


@transaction.atomic
def remove_photo(profile: Profile) -> None:
    old, profile.photo = profile.photo, None
    profile.save(update_fields=["photo"])
    if old:
        files.remove_image(old)


def hide_profile(profile: Profile, text: str) -> None:
    """Take the person's words about themselves and the photo out of sight; ``text`` stands in their place."""
    Profile.objects.filter(pk=profile.pk).update(hidden_at=timezone.now(), hidden_text=text[:300])


def restore_profile(profile: Profile) -> None:
    Profile.objects.filter(pk=profile.pk).update(hidden_at=None, hidden_text="")


def profile_words(profile: Profile) -> str:
    """All that a reader of the profile reads, for moderators."""
    parts = [profile.user.display_name, profile.role, profile.organisation, profile.region, profile.languages]
    return "\n".join([", ".join(part for part in parts if part), profile.bio]).strip()


def export(user: User) -> dict[str, Any]:
    """Everything the house holds of the person, room by room, ready for JSON."""
    parts: list[PersonalData] = gather("personal_data")
    return {"exported_at": timezone.now().isoformat(), "rooms": {part.room: part.export(user) for part in parts}}


@transaction.atomic
def erase(user: User) -> None:
    """Let the person go: every room erases its part, then the row itself is emptied.

    What they wrote stays under "Former member". In one transaction: a room that fails leaves everything as it was.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)  # their posts may still point at the row
    parts: list[PersonalData] = gather("personal_data")
    for part in sorted(parts, key=lambda part: part.room == "accounts"):  # this room empties the row the others read
        part.erase(user)
    trail.record(action="account.erased", actor=user, target=user)


def erase_account(user: User) -> None:
    """This room's own part."""
    _end_sessions(user)
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    Profile.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.set_unusable_password()
    user.email = f"former-{user.pk}@erased.invalid"
    user.handle = f"former-member-{user.pk}"
    user.name = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.erased_at = timezone.now()
    user.last_login = None
    user.save()


def _end_sessions(user: User) -> None:
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()
