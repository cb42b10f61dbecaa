"""Coming into a space and leaving it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.notifications.services import notify
from community.models import Joining, Space, SpaceMembership
from community.services.errors import AlreadyMember, NotOpen


@transaction.atomic
def join(user: User, space: Space, *, note: str = "", now: datetime | None = None) -> SpaceMembership:
    """Come in at once where joining is free; ask the facilitators where it is not.

    Raises ``AlreadyMember``, and ``NotOpen`` where only facilitators add people.
    """
    now = now or timezone.now()
    if space.joining == Joining.INVITED:
        raise NotOpen(_("A facilitator adds people to this space."))
    at_once = space.joining == Joining.FREE
    try:
        with transaction.atomic():
            membership = SpaceMembership.objects.create(
                space=space, user=user, note=note[:300], asked_at=now, confirmed_at=now if at_once else None
            )
    except IntegrityError:
        raise AlreadyMember(_("You have asked already, or you are a member.")) from None
    if at_once:
        Space.objects.filter(pk=space.pk).update(member_count=F("member_count") + 1)
    else:
        facilitators = SpaceMembership.objects.facilitators().filter(space=space)
        values = {"name": user.display_name, "space": space.title}
        notify(
            facilitators.values_list("user_id", flat=True),
            reason="space",
            text=_("%(name)s asks to join %(space)s") % values,
            url=space.get_absolute_url(),
            key=f"space:{space.pk}:{user.pk}",
            actor=user,
        )
    return membership


@transaction.atomic
def decide_request(membership_id: int, *, confirm: bool, now: datetime | None = None) -> None:
    """A facilitator's answer to somebody who asked. A request that is gone changes nothing."""
    membership = (
        SpaceMembership.objects.select_for_update(of=("self",))
        .asked()
        .select_related("space")
        .filter(pk=membership_id)
        .first()
    )
    if membership is None:
        return
    if not confirm:
        membership.delete()
        return
    membership.confirmed_at = now or timezone.now()
    membership.save(update_fields=["confirmed_at"])
    Space.objects.filter(pk=membership.space_id).update(member_count=F("member_count") + 1)
    notify(
        [membership.user_id],
        reason="space",
        text=_("You are a member of %(space)s now") % {"space": membership.space.title},
        url=membership.space.get_absolute_url(),
        key=f"space-in:{membership.pk}",
    )


@transaction.atomic
def leave(user: User, space: Space) -> None:
    """Go out, or take a request back."""
    membership = SpaceMembership.objects.select_for_update().filter(space=space, user=user).first()
    if membership is None:
        return
    membership.delete()
    if membership.confirmed_at:
        Space.objects.filter(pk=space.pk).update(member_count=F("member_count") - 1)


def is_member(user: Any, space: Space) -> bool:
    return SpaceMembership.objects.active().filter(space=space, user=user).exists()
