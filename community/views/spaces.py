"""Spaces: the list, one space, its door, and who comes in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks

from belonging.core.errors import BelongingError
from belonging.core.hooks import SpacePanel
from community import services
from community.listing import page_of, with_read_state
from community.models import Space, SpaceMembership, SpaceRole, Topic


@require_safe
def spaces(request: HttpRequest) -> HttpResponse:
    found = Space.objects.listed_for(request.user).with_last_post()
    readable = set(Space.objects.visible_to(request.user).values_list("pk", flat=True))
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": _("Spaces"), "url": ""}]
    context = {"spaces": [(space, space.pk in readable) for space in found], "breadcrumbs": crumbs}
    return render(request, "community/spaces.html", context)


def space_or_leave(request: HttpRequest, slug: str) -> Space | HttpResponse:
    """The space if it may be read; else the way out: sign in, its join page, or a 404."""
    space = Space.objects.visible_to(request.user).filter(slug=slug).first()
    if space:
        return space
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    closed = get_object_or_404(Space.objects.listed_for(request.user), slug=slug)
    asked = SpaceMembership.objects.asked().filter(space=closed, user=request.user).exists()
    return render(request, "community/join.html", {"space": closed, "asked": asked})


@require_safe
def space(request: HttpRequest, slug: str) -> HttpResponse:
    found = space_or_leave(request, slug)
    if isinstance(found, HttpResponse):
        return found
    topics, older_url = page_of(request, Topic.objects.filter(space=found).shown())
    first_page = "before" not in request.GET
    pinned = list(Topic.objects.filter(space=found, pinned=True).shown().listed()) if first_page else []
    rows = [*pinned, *[topic for topic in topics if not topic.pinned]]
    facilitators = (
        SpaceMembership.objects.active().filter(space=found, role=SpaceRole.FACILITATOR).select_related("user")
    )
    mine = (
        SpaceMembership.objects.filter(space=found, user=request.user).first()
        if request.user.is_authenticated
        else None
    )
    leads = found in Space.objects.moderated_by(request.user) if request.user.is_authenticated else False
    context = {
        "space": found,
        "topics": with_read_state(request.user, rows),
        "older_url": older_url,
        "newer_url": "" if first_page else found.get_absolute_url(),
        "facilitators": [row.user for row in facilitators],
        "membership": mine,
        "asked": SpaceMembership.objects.asked().filter(space=found).select_related("user") if leads else [],
        "panels": _panels(found, request.user),
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Spaces"), "url": "/spaces/"},
            {"label": found.title, "url": ""},
        ],
    }
    return render(request, "community/space.html", context)


def _panels(found: Space, user: Any) -> list[SpacePanel]:
    return [panel for give in hooks.get_hooks("space_panels") for panel in give(found.slug, user)]


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
