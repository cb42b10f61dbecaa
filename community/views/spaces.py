"""Spaces: the list, one space, its door."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from belonging.core.errors import BelongingError
from community import guarding, services
from community.aside import aside_of
from community.listing import SORTS, page_of, page_of_space
from community.models import Joining, Space, SpaceMembership, Topic
from community.one import find_space
from community.space_forms import JoinForm

MOST_PINNED = 10


@require_safe
def spaces(request: HttpRequest) -> HttpResponse:
    """Whose name the person may know, with who looks after each and where the person stands. Five queries at most."""
    found = list(Space.objects.listed_for(request.user).with_last_post())
    readable = set(Space.objects.visible_to(request.user).values_list("pk", flat=True))
    facilitators: dict[int, list[str]] = {}
    for row in facilitators_of(*found):
        facilitators.setdefault(row.space_id, []).append(row.user.display_name)
    mine = {row.space_id: row for row in SpaceMembership.objects.filter(user_id=request.user.pk or 0)}
    rows = [
        {
            "space": space,
            "readable": space.pk in readable,
            "facilitators": ", ".join(facilitators.get(space.pk, [])),
            "mine": mine.get(space.pk),
        }
        for space in found
    ]
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": _("Spaces"), "url": ""}]
    return render(request, "community/spaces.html", {"rows": rows, "breadcrumbs": crumbs})


def facilitators_of(*spaces: Space) -> Any:
    rows = SpaceMembership.objects.facilitators().filter(space__in=spaces, user__is_active=True)
    return rows.select_related("user").order_by("confirmed_at", "pk")


def space_or_leave(request: HttpRequest, slug: str) -> Space | HttpResponse:
    """The space if it may be read; else the way out: sign in, its join page, or a 404."""
    space = find_space(request.user, slug)
    if space:
        return space
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    closed = get_object_or_404(Space.objects.listed_for(request.user), slug=slug)
    return door(request, closed)


def door(request: HttpRequest, closed: Space, *, form: JoinForm | None = None, status: int = 200) -> HttpResponse:
    """What somebody outside may know of a closed space, and how to come in."""
    context = {
        "space": closed,
        "mine": SpaceMembership.objects.filter(space=closed, user_id=request.user.pk or 0).first(),
        "facilitators": [row.user for row in facilitators_of(closed)],
        "form": form or JoinForm(),
        "breadcrumbs": crumbs_of(closed),
    }
    return render(request, "community/join.html", context, status=status)


def crumbs_of(space: Space, page: str = "") -> list[dict[str, str]]:
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": _("Spaces"), "url": "/spaces/"}]
    if not page:
        return [*crumbs, {"label": space.title, "url": ""}]
    return [*crumbs, {"label": space.title, "url": space.get_absolute_url()}, {"label": page, "url": ""}]


@require_safe
def space(request: HttpRequest, slug: str) -> HttpResponse:
    """A space's topics, pinned ones first. Seven queries at most as a member, five as a visitor."""
    found = space_or_leave(request, slug)
    if isinstance(found, HttpResponse):
        return found
    member = request.user.is_authenticated
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "active"
    read_at = {found.pk: found.my_read_at} if found.my_read_at else None
    if sort == "active":
        page = page_of_space(request, found.pk, read_at=read_at, most_pinned=MOST_PINNED)
    else:
        topics = Topic.objects.filter(space=found).shown()
        page = page_of(request, topics, read_at=read_at, sort=sort)
    context = {
        "space": found,
        "topics": page.rows,
        "older_url": page.older_url,
        "newer_url": found.get_absolute_url() if "before" in request.GET else "",
        "sort": sort,
        "aside": aside_of(found, request.user),
        "membership": found.my_role or "",
        "waiting": bool(found.my_role) and not found.my_confirmed_at,
        "show_welcome": bool(found.welcome_html and found.my_confirmed_at and not found.my_welcomed_at),
        "leads": member and found.i_lead,
        "asked": SpaceMembership.objects.asked().filter(space=found).select_related("user") if found.i_lead else [],
        "breadcrumbs": crumbs_of(found),
    }
    return render(request, "community/space.html", context)


@require_POST
@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Space.objects.listed_for(request.user), slug=slug)
    form = JoinForm(request.POST)
    if not form.is_valid():
        return door(request, found, form=form, status=422)
    try:
        if found.joining != Joining.FREE or form.cleaned_data["note"]:
            guarding.check(request.user, "join")
        membership = services.join(request.user, found, note=form.cleaned_data["note"])  # type: ignore[arg-type]
        if membership.confirmed_at:
            messages.success(request, _("You are a member of this space now."))
        else:
            messages.success(request, _("You have asked. A facilitator decides, and we tell you here."))
    except guarding.Refused as refused:
        form.add_error(None, str(refused))
        return door(request, found, form=form, status=refused.status)
    except BelongingError as error:
        messages.info(request, str(error))
    return redirect(found)


@require_POST
@login_required
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Go out, or take a request back: of a closed space, too, that the person may not read yet."""
    may = Space.objects.visible_to(request.user) | Space.objects.kept_by(request.user)
    found = get_object_or_404(may, slug=slug)
    try:
        was_member = services.leave(request.user, found)  # type: ignore[arg-type]
    except services.LastFacilitator as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(request, _("You have left this space.") if was_member else _("You have taken your request back."))
    return redirect("community:spaces")


@require_POST
@login_required
def welcomed(request: HttpRequest, slug: str) -> HttpResponse:
    """ "I have read this": the welcome goes from the top of the space's page."""
    found = get_object_or_404(Space.objects.visible_to(request.user), slug=slug)
    services.welcome_read(request.user, found)  # type: ignore[arg-type]
    return redirect(found)
