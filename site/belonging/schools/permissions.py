"""Who may do what in a school. One function for each question."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from belonging.schools.models import Membership, Programme, ProgrammeRole, Role, School


def role_in(user: Any, school: School) -> str:
    """The person's role in the school: lead, member, governor, adviser, manager, or "" for outsiders.

    An administrator counts as manager: sees, and does not act in the school's name.
    """
    membership = Membership.objects.active().filter(user=user, school=school).values_list("role", flat=True).first()
    if membership:
        return str(membership)
    roles = set(ProgrammeRole.objects.filter(user=user, programme__schools=school).values_list("role", flat=True))
    if ProgrammeRole.Role.MANAGER in roles or user.is_superuser:
        return "manager"
    return "adviser" if ProgrammeRole.Role.ADVISER in roles else ""


def workspace_or_404(user: Any, school_id: int) -> tuple[School, str]:
    """The school and the person's role in it; 404 for whoever has none, whether or not the school exists."""
    school = School.objects.workspace_of(user).filter(pk=school_id).first()
    if school is None:
        raise Http404
    return school, role_in(user, school)


def may_lead(role: str) -> bool:
    """Opens rounds, invites people, decides requests."""
    return role == Role.LEAD


def may_judge(role: str) -> bool:
    """Judges indicators and keeps the plan: the school's own team."""
    return role in {Role.LEAD, Role.MEMBER}


def programmes_of(user: Any) -> QuerySet[Programme]:
    """Programmes the person has a role in, or that hold a school of an organisation they are an officer of."""
    if user.is_superuser:
        return Programme.objects.all()
    return (
        Programme.objects.filter(roles__user=user) | Programme.objects.filter(schools__organisation__roles__user=user)
    ).distinct()


def schools_together(user: Any, programme: Programme) -> QuerySet[School]:
    """Whose schools the person sees together: all for whoever has a role in the programme, an officer's own otherwise."""
    schools = programme.schools.all()
    if user.is_superuser or programme.roles.filter(user=user).exists():
        return schools
    return schools.filter(organisation__roles__user=user).distinct()


def sees_schools_singly(user: Any, programme: Programme) -> bool:
    """Managers and advisers see each school's name; evaluators and officers see schools together."""
    return (
        user.is_superuser
        or programme.roles.filter(user=user, role__in=[ProgrammeRole.Role.MANAGER, ProgrammeRole.Role.ADVISER]).exists()
    )


def sees_others_schools(user: Any) -> bool:
    """Whether a second factor is needed: the person sees school data that is not their own school's."""
    return (
        Membership.objects.active().filter(user=user, role=Role.ADVISER).exists()
        or ProgrammeRole.objects.filter(user=user).exists()
        or user.organisation_roles.exists()
    )
