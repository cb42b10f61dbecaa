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
from wagtail import hooks

from belonging.core.errors import BelongingError
from belonging.core.hooks import SpaceFacts, SpacePanel
from community import services
from community.listing import page_of, with_read_state
from community.models import Space, SpaceMembership, Topic
from community.space_forms import JoinForm


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
    space = Space.objects.visible_to(request.user).with_follow(request.user).filter(slug=slug).first()
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
        "mine": SpaceMembership.objects.filter(space=closed, user=request.user).first(),
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
    found = space_or_leave(request, slug)
    if isinstance(found, HttpResponse):
        return found
    topics, older_url = page_of(request, Topic.objects.filter(space=found).shown())
    first_page = "before" not in request.GET
    pinned = list(Topic.objects.filter(space=found, pinned=True).shown().listed()) if first_page else []
    rows = [*pinned, *[topic for topic in topics if not topic.pinned]]
    member = request.user.is_authenticated
    mine = SpaceMembership.objects.filter(space=found, user=request.user).first() if member else None
    leads = member and Space.objects.moderated_by(request.user).filter(pk=found.pk).exists()
    context = {
        "space": found,
        "topics": with_read_state(request.user, rows),
        "older_url": older_url,
        "newer_url": "" if first_page else found.get_absolute_url(),
        "facilitators": [row.user for row in facilitators_of(found)],
        "membership": mine,
        "show_welcome": bool(found.welcome_html and mine and mine.confirmed_at and not mine.welcomed_at),
        "leads": leads,
        "asked": SpaceMembership.objects.asked().filter(space=found).select_related("user") if leads else [],
        "panels": panels_of(found, request.user),
        "breadcrumbs": crumbs_of(found),
    }
    return render(request, "community/space.html", context)


def panels_of(found: Space, user: Any) -> list[SpacePanel]:
    """What other rooms have for the space; each shows only what the person may see."""
    facts = SpaceFacts(found.slug, found.event_tag, tuple(found.strands))
    return [panel for give in hooks.get_hooks("space_panels") for panel in give(facts, user)]


@require_POST
@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Space.objects.listed_for(request.user), slug=slug)
    form = JoinForm(request.POST)
    if not form.is_valid():
        return door(request, found, form=form, status=422)
    try:
        membership = services.join(request.user, found, note=form.cleaned_data["note"])  # type: ignore[arg-type]
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
