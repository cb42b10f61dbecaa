from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.core.errors import BelongingError
from belonging.outbox import services as outbox
from belonging.schools.models import Invitation, Membership, MembershipState, Role, School
from belonging.trail import services as trail

INVITATION_DAYS = 60
INVITATION_KIND = "school_invitation"
_SALT = "belonging.schools.invitation"


class AlreadyAsked(BelongingError):
    """There is a request or a membership already."""


class AlreadyDecided(BelongingError):
    """Somebody else decided this request."""


class LastLead(BelongingError):
    """A school with a team keeps a lead."""


class BadInvitation(BelongingError):
    """The invitation cannot be accepted."""


@transaction.atomic
def ask_to_join(user: User, school: School, *, role: str = Role.MEMBER) -> Membership:
    """Ask the school's lead for a place in its team. Raises ``AlreadyAsked``."""
    if role not in {Role.MEMBER, Role.LEAD, Role.GOVERNOR}:
        role = Role.MEMBER
    try:
        with transaction.atomic():
            membership = Membership.objects.create(user=user, school=school, role=role)
    except IntegrityError:
        raise AlreadyAsked(_("You have asked already, or you belong to this school.")) from None
    trail.record(action="membership.asked", actor=user, target=membership)
    return membership


@transaction.atomic
def decide(membership_id: int, *, by: User, confirm: bool) -> Membership:
    """Confirm or refuse a request. Raises ``AlreadyDecided``; permission was asked before."""
    membership = Membership.objects.select_for_update().get(pk=membership_id)
    if membership.state != MembershipState.ASKED:
        raise AlreadyDecided(_("Somebody has decided this already."))
    membership.state = MembershipState.ACTIVE if confirm else MembershipState.REFUSED
    membership.from_on = timezone.localdate() if confirm else None
    membership.decided_by = by
    membership.save(update_fields=["state", "from_on", "decided_by"])
    trail.record(action="membership.confirmed" if confirm else "membership.refused", actor=by, target=membership)
    return membership


@transaction.atomic
def end(membership_id: int, *, by: User) -> Membership:
    """End a membership; the row stays as history. Raises ``LastLead``."""
    membership = Membership.objects.select_for_update().get(pk=membership_id)
    team = list(Membership.objects.select_for_update().active().filter(school=membership.school_id))
    others = [row for row in team if row.pk != membership.pk]
    if membership.role == Role.LEAD and others and not any(row.role == Role.LEAD for row in others):
        raise LastLead(_("A school keeps a lead. Make somebody else lead first."))
    if membership.state == MembershipState.ACTIVE:
        membership.state, membership.to_on = MembershipState.ENDED, timezone.localdate()
        membership.save(update_fields=["state", "to_on"])
        trail.record(action="membership.ended", actor=by, target=membership)
    return membership


@transaction.atomic
def change_role(membership_id: int, *, role: str, by: User) -> Membership:
    """Give an active member another role. Raises ``LastLead``."""
    membership = Membership.objects.select_for_update().get(pk=membership_id, state=MembershipState.ACTIVE)
    team = list(Membership.objects.select_for_update().active().filter(school=membership.school_id))
    if membership.role == Role.LEAD and role != Role.LEAD and sum(row.role == Role.LEAD for row in team) == 1:
        raise LastLead(_("A school keeps a lead. Make somebody else lead first."))
    membership.role = Role(role)
    membership.save(update_fields=["role"])
    trail.record(action="membership.role_changed", actor=by, target=membership, detail={"role": role})
    return membership


@transaction.atomic
def invite(school: School, *, address: str, role: str, by: User) -> Invitation:
    """Invite somebody by e-mail; asking again for the same address renews the sixty days and sends one more mail."""
    invitation, _made = Invitation.objects.update_or_create(
        school=school,
        address=address.strip().lower(),
        accepted_by=None,
        defaults={"role": role, "invited_by": by, "runs_until": timezone.now() + timedelta(days=INVITATION_DAYS)},
    )
    outbox.plan(
        kind=INVITATION_KIND,
        key=f"{invitation.pk}-{invitation.runs_until:%Y%m%d}",
        address=invitation.address,
        context={"invitation": invitation.pk},
    )
    trail.record(action="membership.invited", actor=by, target=invitation, detail={"role": role})
    return invitation


def invitation_url(invitation: Invitation) -> str:
    return reverse("schools:invitation", args=[signing.dumps(invitation.pk, salt=_SALT)])


def read_invitation(token: str) -> Invitation | None:
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("school", "invited_by").filter(pk=pk).first()


@transaction.atomic
def accept(invitation: Invitation, *, by: User) -> Membership:
    """Join by invitation. Raises ``BadInvitation``: used, run out, or meant for another address."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_by_id:
        raise BadInvitation(_("This invitation has been used."))
    if invitation.runs_until < timezone.now():
        raise BadInvitation(_("This invitation ran out. Ask the school lead for a new one."))
    if invitation.address.lower() != by.email.lower():
        raise BadInvitation(_("This invitation was sent to another address. Sign in with that one."))
    Membership.objects.filter(user=by, school=invitation.school, state=MembershipState.ASKED).update(
        state=MembershipState.REFUSED
    )
    membership, made = Membership.objects.get_or_create(
        user=by, school=invitation.school, state=MembershipState.ACTIVE,
        defaults={"role": invitation.role, "from_on": timezone.localdate(), "decided_by": invitation.invited_by},
    )  # fmt: skip
    invitation.accepted_by = by
    invitation.save(update_fields=["accepted_by"])
    trail.record(action="membership.accepted", actor=by, target=membership, detail={"new": made})
    return membership


def my_school(user: Any) -> School | None:
    """The school the person belongs to, the newest first; ``None`` for most visitors and experts."""
    if not user.is_authenticated:
        return None
    membership = (
        Membership.objects.active()
        .filter(user=user)
        .exclude(role=Role.ADVISER)
        .select_related("school")
        .order_by("-pk")
        .first()
    )
    return membership.school if membership else None


def aggregate(schools: Iterable[School], *, least: int) -> dict[str, Any] | None:
    """Schools together, or ``None`` when fewer than ``least`` would let one be worked out."""
    schools = list(schools)
    if len(schools) < least:
        return None
    phases: dict[str, int] = {}
    for school in schools:
        phases[school.phase] = phases.get(school.phase, 0) + 1
    members = Membership.objects.active().filter(school__in=schools).values("user_id").distinct().count()
    return {"schools": len(schools), "members": members, "phases": sorted(phases.items())}
