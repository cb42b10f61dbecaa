"""Coming into a space and leaving it; who looks after it; what it says about itself.

Whoever changes a membership locks the space's row first, so that two facilitators who leave at once do not leave it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import MODERATORS, User
from belonging.notifications.services import notify
from belonging.trail import services as trail
from community.aside import forget
from community.models import Joining, Space, SpaceMembership, SpaceRole, is_moderator
from community.services.errors import AlreadyMember, LastFacilitator, NobodyThere, NotOpen
from community.services.telling import readers_among


def keepers(space: Space) -> set[int]:
    """Ids of its facilitators; where it has none, of the moderators who may read it, and of administrators."""
    found = SpaceMembership.objects.facilitators().filter(space=space, user__is_active=True)
    ids = set(found.values_list("user_id", flat=True))
    if ids:
        return ids
    moderators = set(User.objects.active().in_group(MODERATORS).values_list("pk", flat=True))
    administrators = set(User.objects.active().filter(is_superuser=True).values_list("pk", flat=True))
    return readers_among(space, moderators) | administrators


def _locked(space_id: int) -> Space:
    """Every change begins here; once it is saved, what is kept of the space for a minute is gathered anew."""
    transaction.on_commit(partial(forget, space_id))
    return Space.objects.select_for_update(no_key=True).get(pk=space_id)


@transaction.atomic
def join(user: User, space: Space, *, note: str = "", now: datetime | None = None) -> SpaceMembership:
    """Come in at once where joining is free; ask the facilitators where it is not.

    Raises ``AlreadyMember``, and ``NotOpen`` where only facilitators add people.
    """
    now = now or timezone.now()
    space = _locked(space.pk)
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
        _count(space, 1)
    else:
        values = {"name": user.display_name, "space": space.title}
        notify(
            keepers(space),
            reason="space",
            text=_("%(name)s asks to join %(space)s") % values,
            url=space.members_url,
            key=f"space-asks:{membership.pk}",
            actor=user,
        )
    return membership


def _count(space: Space, change: int) -> None:
    """Never below nothing: a counter that is off must not keep anybody from leaving."""
    Space.objects.filter(pk=space.pk).update(member_count=Greatest(F("member_count") + change, 0))


@transaction.atomic
def decide_request(
    membership_id: int, *, confirm: bool, by: User | None = None, now: datetime | None = None
) -> SpaceMembership | None:
    """A facilitator's answer to somebody who asked, who is told. A request that is gone changes nothing."""
    space_id = SpaceMembership.objects.asked().filter(pk=membership_id).values_list("space_id", flat=True).first()
    if space_id is None:
        return None
    space = _locked(space_id)
    membership = SpaceMembership.objects.asked().filter(pk=membership_id).first()
    if membership is None:
        return None
    if confirm:
        _let_in(space, membership, by=by, now=now or timezone.now())
        return membership
    trail.record(action="space.refused", actor=by, target=space, detail={"member": membership.user_id})
    notify(
        [membership.user_id],
        reason="space",
        text=_("You asked to join %(space)s. This time the answer is no.") % {"space": space.title},
        url="/spaces/",
        key=f"space-no:{membership.pk}",
    )
    membership.delete()
    return None


def _let_in(space: Space, membership: SpaceMembership, *, by: User | None, now: datetime) -> None:
    membership.confirmed_at = now
    membership.save(update_fields=["confirmed_at", "role"])
    _count(space, 1)
    trail.record(action="space.let_in", actor=by, target=space, detail={"member": membership.user_id})
    notify(
        [membership.user_id],
        reason="space",
        text=_("You are a member of %(space)s now") % {"space": space.title},
        url=space.get_absolute_url(),
        key=f"space-in:{membership.pk}",
    )


@transaction.atomic
def add_member(space: Space, *, handle: str, by: User, now: datetime | None = None) -> SpaceMembership:
    """A facilitator adds somebody; a request that waits is granted by it.

    ``handle`` with or without "@". Raises ``NobodyThere`` and ``AlreadyMember``.
    """
    person = User.objects.active().filter(handle=handle.strip().removeprefix("@").lower()).first()
    if person is None:
        raise NobodyThere(_("Nobody here has that handle. Look it up on the page of members."))
    space = _locked(space.pk)
    membership = SpaceMembership.objects.filter(space=space, user=person).first()
    if membership and membership.confirmed_at:
        raise AlreadyMember(_("%(name)s is a member already.") % {"name": person.display_name})
    membership = membership or SpaceMembership.objects.create(space=space, user=person, asked_at=now or timezone.now())
    _let_in(space, membership, by=by, now=now or timezone.now())
    return membership


@transaction.atomic
def set_role(membership_id: int, *, role: str, by: User) -> None:
    """Make somebody a facilitator, who is told, or a member again. Raises ``LastFacilitator``."""
    found = SpaceMembership.objects.active().select_related("space").filter(pk=membership_id).first()
    if found is None:
        return
    space = _locked(found.space_id)
    membership = SpaceMembership.objects.active().filter(pk=membership_id).first()
    if membership is None or membership.role == role:
        return
    if role == SpaceRole.MEMBER:
        _keep_one(membership, unless=is_moderator(by))
    membership.role = role
    membership.save(update_fields=["role"])
    trail.record(
        action="space.role_changed", actor=by, target=space, detail={"member": membership.user_id, "role": role}
    )
    if role == SpaceRole.FACILITATOR and membership.user_id != by.pk:
        notify(
            [membership.user_id],
            reason="space",
            text=_("You look after %(space)s now") % {"space": space.title},
            url=space.members_url,
            key=f"space-leads:{membership.pk}:{timezone.now():%Y%m%d%H%M%S}",
        )


def _keep_one(membership: SpaceMembership, *, unless: bool) -> None:
    if unless or not membership.confirmed_at or membership.role != SpaceRole.FACILITATOR:
        return
    others = SpaceMembership.objects.facilitators().filter(space=membership.space_id).exclude(pk=membership.pk)
    if not others.exists():
        raise LastFacilitator(_("Somebody has to look after this space. Make another member a facilitator first."))


@transaction.atomic
def remove_member(membership_id: int, *, by: User) -> None:
    """A facilitator ends somebody's membership. Raises ``LastFacilitator``; gone already changes nothing."""
    found = SpaceMembership.objects.active().filter(pk=membership_id).values_list("space_id", flat=True).first()
    if found is None:
        return
    space = _locked(found)
    membership = SpaceMembership.objects.active().filter(pk=membership_id).first()
    if membership is None:
        return
    _keep_one(membership, unless=is_moderator(by))
    membership.delete()
    _count(space, -1)
    trail.record(action="space.removed", actor=by, target=space, detail={"member": membership.user_id})


@transaction.atomic
def leave(user: User, space: Space, *, even_last: bool = False) -> bool:
    """Go out, or take a request back; whether there was a membership and not only a request.

    Raises ``LastFacilitator`` unless ``even_last``, which is for somebody who leaves the site altogether.
    """
    space = _locked(space.pk)
    membership = SpaceMembership.objects.filter(space=space, user=user).first()
    if membership is None:
        return False
    _keep_one(membership, unless=even_last or is_moderator(user))
    membership.delete()
    if not membership.confirmed_at:
        return False
    _count(space, -1)
    return True


def welcome_read(user: User, space: Space, *, now: datetime | None = None) -> None:
    """The member has read the welcome: it no longer stands at the top."""
    mine = SpaceMembership.objects.active().filter(space=space, user=user, welcomed_at=None)
    mine.update(welcomed_at=now or timezone.now())


@transaction.atomic
def change_space(space_id: int, *, by: User, changes: Mapping[str, Any]) -> Space:
    """Set what its settings page shows; the trail keeps which fields changed, and the visibility before and after."""
    space = _locked(space_id)
    before = space.visibility
    changed = sorted(name for name, value in changes.items() if getattr(space, name) != value)
    if not changed:
        return space
    for name in changed:
        setattr(space, name, changes[name])
    space.save(update_fields=changed)
    detail: dict[str, Any] = {"fields": changed}
    if "visibility" in changed:
        detail |= {"before": before, "after": space.visibility}
    trail.record(action="space.changed", actor=by, target=space, detail=detail)
    return space


def is_member(user: Any, space: Space) -> bool:
    return SpaceMembership.objects.active().filter(space=space, user=user).exists()
