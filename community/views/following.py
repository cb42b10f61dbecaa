"""Following and muting a space, a person or a tag, and the list of all of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from belonging.accounts.models import Profile
from community import reading, services
from community.listing import page_of
from community.models import Follow, Space, Topic
from community.services.following import FOLLOW, LEVELS, MUTE, NONE

MOST = 200
TOPICS = 20
TAG_LETTERS = 40


def _level(request: HttpRequest) -> str:
    """What was chosen; anything that is no choice is a 404, for no form of ours sends it."""
    level = request.POST.get("level", "")
    if level not in LEVELS:
        raise Http404
    said = {
        FOLLOW: _("You follow this now."),
        MUTE: _("Muted. You hear nothing more of it."),
        NONE: _("Taken off your list."),
    }
    messages.success(request, said[level])
    return level


@require_POST
@login_required
def follow_space(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Space.objects.visible_to(request.user), slug=slug)
    services.follow_other(request.user, space=found, level=_level(request))  # type: ignore[arg-type]
    return redirect(found)


@require_POST
@login_required
def follow_person(request: HttpRequest, handle: str) -> HttpResponse:
    profile = get_object_or_404(
        Profile.objects.visible_to(request.user).exclude(user_id=request.user.pk or 0).select_related("user"),
        user__handle=handle,
    )
    services.follow_other(request.user, person=profile.user, level=_level(request))  # type: ignore[arg-type]
    return redirect(profile.user)


@require_http_methods(["GET", "HEAD", "POST"])
def tag(request: HttpRequest, tag: str) -> HttpResponse:
    """Topics with a tag, of those the person may read; a member follows or mutes the tag here."""
    tag = tag.strip()
    if not tag or len(tag) > TAG_LETTERS or "\x00" in tag:
        raise Http404
    if request.method == "POST":
        return _follow_tag(request, tag)
    spaces = reading.spaces_of(request.user)
    page = page_of(
        request,
        Topic.objects.filter(space_id__in=[space.pk for space in spaces], tags__contains=[tag]).shown(),
        spaces={space.pk: (space.title, space.url) for space in spaces},
        read_at={space.pk: space.read_at for space in spaces if space.read_at} or None,
    )
    mine = Follow.objects.of(request.user).filter(tag=tag).first()
    context = {
        "tag": tag,
        "topics": page.rows,
        "older_url": page.older_url,
        "newer_url": request.path if "before" in request.GET else "",
        "level": "" if mine is None else MUTE if mine.muted else FOLLOW,
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Discussions"), "url": "/topics/"},
            {"label": tag, "url": ""},
        ],
    }
    return render(request, "community/tag.html", context)


@login_required
def _follow_tag(request: HttpRequest, tag: str) -> HttpResponse:
    services.follow_other(request.user, tag=tag, level=_level(request))  # type: ignore[arg-type]
    return redirect("community:tag", tag)


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """All that the person follows or has muted and may still see, in four groups; ``?before=`` goes on with topics."""
    rows = Follow.objects.of(request.user)
    spaces = rows.filter(space__in=Space.objects.visible_to(request.user).values("pk")).select_related("space")
    people = rows.filter(person__in=Profile.objects.visible_to(request.user).values("user")).select_related("person")
    topics = rows.filter(topic__in=Topic.objects.visible_to(request.user).shown().values("pk"))
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 18:
        topics = topics.filter(pk__lt=int(before))
    shown = list(topics.select_related("topic").order_by("-pk")[: TOPICS + 1])
    groups: list[dict[str, Any]] = [
        {"heading": _("Spaces"), "rows": spaces.order_by("space__title")[:MOST]},
        {"heading": _("Tags"), "rows": rows.exclude(tag="").order_by("tag")[:MOST]},
        {"heading": _("People"), "rows": people.order_by("person__name", "person_id")[:MOST]},
        {"heading": _("Topics"), "rows": shown[:TOPICS]},
    ]
    context = {
        "groups": [group for group in groups if group["rows"]],
        "older_url": f"?before={shown[TOPICS - 1].pk}" if len(shown) > TOPICS else "",
        "newer_url": request.path if before else "",
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Your account"), "url": "/me/"},
            {"label": _("Followed and muted"), "url": ""},
        ],
    }
    return render(request, "community/following.html", context)


@require_POST
@login_required
def change(request: HttpRequest, follow_id: int) -> HttpResponse:
    found = get_object_or_404(
        Follow.objects.of(request.user).select_related("user", "topic", "space", "person"), pk=follow_id
    )
    services.change_level(found, level=_level(request))
    return redirect("community:following")
