"""Spaces: the list, one space, its door, and who comes in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from belonging.core.errors import BelongingError
from community import services
from community.aside import aside_of
from community.listing import SORTS, page_from, page_of, rows_of_space
from community.models import TOPICS_PAGE, Space, SpaceMembership, Topic
from community.one import find_space

MOST_PINNED = 10


@require_safe
def spaces(request: HttpRequest) -> HttpResponse:
    found = Space.objects.listed_for(request.user).with_last_post()
    readable = set(Space.objects.visible_to(request.user).values_list("pk", flat=True))
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": _("Spaces"), "url": ""}]
    context = {"spaces": [(space, space.pk in readable) for space in found], "breadcrumbs": crumbs}
    return render(request, "community/spaces.html", context)


def space_or_leave(request: HttpRequest, slug: str) -> Space | HttpResponse:
    """The space if it may be read; else the way out: sign in, its join page, or a 404."""
    space = find_space(request.user, slug)
    if space:
        return space
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    closed = get_object_or_404(Space.objects.listed_for(request.user), slug=slug)
    asked = SpaceMembership.objects.asked().filter(space=closed, user=request.user).exists()
    return render(request, "community/join.html", {"space": closed, "asked": asked})


@require_safe
def space(request: HttpRequest, slug: str) -> HttpResponse:
    """A space's topics, pinned ones first. Seven queries at most as a member, five as a visitor."""
    found = space_or_leave(request, slug)
    if isinstance(found, HttpResponse):
        return found
    member = request.user.is_authenticated
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "active"
    topics = Topic.objects.filter(space=found).shown()
    read_at = {found.pk: found.my_read_at} if found.my_read_at else None
    first_page = "before" not in request.GET
    if first_page and sort == "active":
        rows = rows_of_space(found.pk, request.user, pinned=False, read_at=read_at, most=TOPICS_PAGE + 1)
        page = page_from(request, rows)
    else:
        page = page_of(request, topics.filter(pinned=False), read_at=read_at, sort=sort)
    rows = page.rows
    if first_page:
        rows = [*rows_of_space(found.pk, request.user, pinned=True, read_at=read_at, most=MOST_PINNED), *rows]
    context = {
        "space": found,
        "topics": rows,
        "older_url": page.older_url,
        "newer_url": "" if first_page else found.get_absolute_url(),
        "sort": sort,
        "aside": aside_of(found, request.user),
        "membership": found.my_role or "",
        "waiting": bool(found.my_role) and not found.my_confirmed_at,
        "leads": member and found.i_lead,
        "asked": SpaceMembership.objects.asked().filter(space=found).select_related("user") if found.i_lead else [],
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Spaces"), "url": "/spaces/"},
            {"label": found.title, "url": ""},
        ],
    }
    return render(request, "community/space.html", context)


@require_POST
@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Space.objects.listed_for(request.user), slug=slug)
    try:
        membership = services.join(request.user, found)  # type: ignore[arg-type]
        if membership.confirmed_at:
            messages.success(request, _("You are a member of this space now."))
        else:
            messages.success(request, _("You have asked. A facilitator decides, and we tell you here."))
    except BelongingError as error:
        messages.info(request, str(error))
    return redirect(found)


@require_POST
@login_required
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Space.objects.visible_to(request.user), slug=slug)
    services.leave(request.user, found)  # type: ignore[arg-type]
    messages.success(request, _("You have left this space."))
    return redirect("community:spaces")


@require_POST
@login_required
def decide(request: HttpRequest, membership_id: int) -> HttpResponse:
    membership = SpaceMembership.objects.select_related("space").filter(pk=membership_id).first()
    if membership is None or not Space.objects.visible_to(request.user).filter(pk=membership.space_id).exists():
        raise Http404
    if not Space.objects.moderated_by(request.user).filter(pk=membership.space_id).exists():
        raise PermissionDenied
    services.decide_request(membership.pk, confirm=request.POST.get("decision") == "confirm")
    return redirect(membership.space)
