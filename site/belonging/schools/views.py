from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks

from belonging.accounts.models import User
from belonging.core.errors import BelongingError
from belonging.core.hooks import SchoolTab, gather
from belonging.schools import permissions, services
from belonging.schools.forms import InviteForm, JoinForm, RoleForm
from belonging.schools.models import Invitation, Membership, MembershipState, School

PAGE = 30
LEAST_SCHOOLS = 5
"""With fewer schools together, an officer or evaluator could work one out."""


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (login_required stands above every caller)
    return request.user


def tabs(request: HttpRequest, school: School, current: str) -> list[dict[str, Any]]:
    """The workspace's tabs: overview and team of this room, and what other rooms hang in by ``school_tabs``."""
    own = [
        SchoolTab("overview", _("Overview"), "schools:workspace", 0, lambda user, school: True),
        SchoolTab("team", _("Team"), "schools:team", 90, lambda user, school: True),
    ]
    found: list[SchoolTab] = sorted([*own, *gather("school_tabs")], key=lambda tab: tab.order)
    return [
        {"label": tab.label, "url": reverse(tab.url_name, args=[school.pk]), "current": tab.slug == current}
        for tab in found
        if tab.visible_to(request.user, school)
    ]


def breadcrumbs(school: School, label: str = "") -> list[dict[str, str]]:
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": school.short_name, "url": school.get_absolute_url()}]
    return [*crumbs, {"label": label, "url": ""}] if label else crumbs


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Find a school of the register by name, postcode or local authority."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:80]
    schools = School.objects.visible_to(request.user).open()
    if words:
        schools = schools.filter(Q(name__icontains=words) | Q(postcode__istartswith=words) | Q(la_name__iexact=words))
    else:
        schools = schools.filter(programmes__isnull=False)
    mine = School.objects.workspace_of(request.user)[:20]
    return render(request, "schools/index.html", {"q": words, "schools": schools.distinct()[:PAGE], "mine": mine})


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    school = services.my_school(request.user)
    return redirect(school or "schools:index")


@require_safe
@login_required
def workspace(request: HttpRequest, school_id: int) -> HttpResponse:
    """The school's own overview for its people; its entry in the register for every other member."""
    school = School.objects.workspace_of(request.user).filter(pk=school_id).first()
    if school is None:
        school = get_object_or_404(School.objects.visible_to(request.user), pk=school_id)
        asked = Membership.objects.asked().filter(user=_person(request), school=school).exists()
        context = {"school": school, "form": JoinForm(), "asked": asked}
        return render(request, "schools/public.html", context)
    role = permissions.role_in(request.user, school)
    context = {
        "school": school,
        "role": role,
        "tabs": tabs(request, school, "overview"),
        "breadcrumbs": breadcrumbs(school),
        "team": school.memberships.active().select_related("user", "user__profile"),
        "programmes": school.programmes.all(),
        "waiting": school.memberships.asked().count() if permissions.may_lead(role) else 0,
    }
    return render(request, "schools/workspace.html", context)


@require_POST
@login_required
def join(request: HttpRequest, school_id: int) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user).open(), pk=school_id)
    form = JoinForm(request.POST)
    if not form.is_valid():
        return render(request, "schools/public.html", {"school": school, "form": form, "asked": False}, status=422)
    try:
        services.ask_to_join(_person(request), school, role=form.cleaned_data["role"])
        messages.success(request, _("You have asked. The school lead confirms it, and we tell you here."))
    except services.AlreadyAsked as error:
        messages.info(request, str(error))
    return redirect(school)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def team(request: HttpRequest, school_id: int) -> HttpResponse:
    """The team; its lead also invites by e-mail here."""
    school, role = permissions.workspace_or_404(request.user, school_id)
    leads = permissions.may_lead(role)
    form = InviteForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if not leads:
            raise PermissionDenied
        status = _invite(request, school, form) if form.is_valid() else 422
        if status == 200:
            messages.success(request, _("The invitation is on its way."))
            return redirect("schools:team", school.pk)
    context = {
        "school": school,
        "role": role,
        "leads": leads,
        "form": form,
        "tabs": tabs(request, school, "team"),
        "breadcrumbs": breadcrumbs(school, _("Team")),
        "team": school.memberships.active().select_related("user", "user__profile"),
        "asked": Membership.objects.confirmable_by(request.user).filter(school=school).select_related("user"),
        "past": school.memberships.filter(state=MembershipState.ENDED).select_related("user"),
        "invitations": Invitation.objects.filter(school=school, accepted_by__isnull=True) if leads else [],
        "roles": form.fields["role"].choices,  # type: ignore[attr-defined]
    }
    return render(request, "schools/team.html", context, status=status)


def _invite(request: HttpRequest, school: School, form: InviteForm) -> int:
    """Send it; 200, or the status of what moderation refused, with the reason in the form."""
    try:
        for ask in hooks.get_hooks("may_write"):
            ask(request.user, "invite")
    except BelongingError as error:
        form.add_error(None, str(error))
        return int(getattr(error, "status", 422))
    services.invite(school, by=_person(request), **form.cleaned_data)
    return 200


@require_POST
@login_required
def decide(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Confirm or refuse a request to join."""
    membership = Membership.objects.select_related("school").filter(pk=membership_id).first()
    if membership is None or not School.objects.workspace_of(request.user).filter(pk=membership.school_id).exists():
        raise Http404
    confirmable = Membership.objects.confirmable_by(request.user).filter(pk=membership_id).exists()
    if not confirmable and membership.state == MembershipState.ASKED:
        raise PermissionDenied
    try:
        services.decide(membership_id, by=_person(request), confirm=request.POST.get("decision") == "confirm")
        messages.success(request, _("Decided."))
    except services.AlreadyDecided as error:
        messages.info(request, str(error))
    return redirect("schools:team", membership.school_id)


@require_POST
@login_required
def change(request: HttpRequest, membership_id: int) -> HttpResponse:
    """The lead changes a role or ends a membership; anybody may end their own."""
    membership = Membership.objects.active().select_related("school").filter(pk=membership_id).first()
    if membership is None:
        raise Http404
    school, role = permissions.workspace_or_404(request.user, membership.school_id)
    own = membership.user_id == request.user.pk
    if not permissions.may_lead(role) and not own:
        raise PermissionDenied
    person = _person(request)
    try:
        if request.POST.get("end"):
            services.end(membership.pk, by=person)
            messages.success(request, _("Ended. The time they were here stays in the history."))
            if own:
                return redirect("schools:index")
        elif permissions.may_lead(role):
            form = RoleForm(request.POST)
            if form.is_valid():
                services.change_role(membership.pk, role=form.cleaned_data["role"], by=person)
                messages.success(request, _("The role is changed."))
            else:
                messages.error(request, _("Choose a role from the list."))
    except BelongingError as error:
        messages.error(request, str(error))
    return redirect("schools:team", school.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what is offered, POST accepts."""
    found = services.read_invitation(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            services.accept(found, by=_person(request))
            messages.success(request, _("Welcome to the team."))
            return redirect(found.school)
        except services.BadInvitation as error:
            messages.error(request, str(error))
    return render(request, "schools/invitation.html", {"invitation": found, "over": found.runs_until < timezone.now()})


@require_safe
@login_required
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """A cohort: its time line; its schools by name for managers and advisers, together for everybody else."""
    found = get_object_or_404(permissions.programmes_of(request.user), slug=slug)
    singly = permissions.sees_schools_singly(request.user, found)
    context = {
        "programme": found,
        "milestones": found.milestones.all(),
        "today": timezone.localdate(),
        "singly": singly,
        "schools": found.schools.all() if singly else [],
        "together": services.aggregate(permissions.schools_together(request.user, found), least=LEAST_SCHOOLS),
        "least": LEAST_SCHOOLS,
        "breadcrumbs": [{"label": _("Home"), "url": "/"}, {"label": found.name, "url": ""}],
    }
    return render(request, "schools/programme.html", context)
