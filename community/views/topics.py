"""Reading: the list of topics and one topic's page of posts."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from belonging.framework import strands
from community import listing, reading, tallies, thread
from community.composing import reply_context
from community.models import Kind, Phase, Topic, is_moderator
from community.one import find_topic


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """All topics the person can read; by activity, newest or most helpful; narrowed by what the address says."""
    spaces = reading.spaces_of(request.user)
    chosen = _chosen(request, {space.slug for space in spaces})
    sort = chosen["sort"] or ("newest" if chosen["show"] == "unanswered" else "active")
    page = listing.page_of_all(
        request,
        show=chosen["show"],
        sort=sort,
        narrowing={key: chosen[key] for key in listing.NARROWING if chosen[key]},
        spaces={space.pk: (space.title, space.url) for space in spaces},
        space_id=next((space.pk for space in spaces if space.slug == chosen["space"]), None),
        read_at={space.pk: space.read_at for space in spaces if space.read_at} or None,
    )
    asking = "filters" in request.GET
    beside = [] if asking else reading.beside(spaces)  # the form has them all
    context = {
        "topics": page.rows,
        "older_url": page.older_url,
        "newer_url": _first_page(request) if "before" in request.GET else "",
        "tabs": _tabs(chosen["show"], request.user.is_authenticated),
        "chosen": chosen,
        "sort": sort,
        "sorts": _sorts(),
        "sort_label": dict(_sorts())[sort] if chosen["sort"] else "",
        "narrowed": any(chosen[key] for key in (*listing.NARROWING, "space")),
        "filters": asking,
        "chips": [] if asking else _chips(chosen, spaces),
        "strands": strands.strands(),
        "indicator": strands.find_indicator(chosen["indicator"]) if chosen["indicator"] else None,
        "kinds": Kind.choices,
        "phases": Phase.choices,
        "spaces": spaces,
        "beside": beside,
        "more_spaces": len(spaces) - len(beside),
        "any_unread": any(space.unread for space in spaces),
        "breadcrumbs": [{"label": _("Home"), "url": "/"}, {"label": _("Discussions"), "url": ""}],
    }
    return render(request, "community/topics.html", context)


def _sorts() -> list[tuple[str, str]]:
    return [("active", _("Latest post")), ("newest", _("Newest topic")), ("helpful", _("Most helpful"))]


def _chips(chosen: dict[str, str], spaces: list[reading.SpaceEntry]) -> list[tuple[str, str, str]]:
    """What the list is narrowed by, as (name, value, words)."""
    strand = strands.find_strand(chosen["strand"]) if chosen["strand"] else None
    words = {
        "space": next((space.title for space in spaces if space.slug == chosen["space"]), ""),
        "strand": f"{strand.number} {strand.title}" if strand else "",
        "indicator": _("Indicator %(code)s") % {"code": chosen["indicator"]},
        "kind": str(dict(Kind.choices).get(chosen["kind"], "")),
        "phase": str(dict(Phase.choices).get(chosen["phase"], "")),
        "tag": chosen["tag"],
    }
    return [(name, chosen[name], label) for name, label in words.items() if chosen[name]]


def _chosen(request: HttpRequest, slugs: Container[str]) -> dict[str, str]:
    """What the address asks for; what is not there to be chosen is left out."""
    given = {key: request.GET.get(key, "").strip().replace("\x00", "")[:80] for key in (
        "show", "sort", "strand", "indicator", "tag", "kind", "phase", "space"
    )}  # fmt: skip
    allowed = {
        "show": given["show"] in listing.SHOWS,
        "sort": given["sort"] in listing.SORTS,
        "strand": strands.find_strand(given["strand"]) is not None,
        "indicator": strands.find_indicator(given["indicator"]) is not None,
        "kind": given["kind"] in Kind.values,
        "phase": given["phase"] in Phase.values,
        "space": given["space"] in slugs,
        "tag": len(given["tag"]) <= 40,
    }
    return {key: value if allowed[key] else "" for key, value in given.items()}


def _first_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    return f"?{query.urlencode()}" if query else request.path


def _tabs(show: str, member: bool) -> list[dict[str, Any]]:
    labels = {"": _("Newest"), "unanswered": _("Unanswered"), "following": _("Following"), "mine": _("Mine")}
    return [
        {"label": label, "url": f"/topics/?show={key}" if key else "/topics/", "current": key == show}
        for key, label in labels.items()
        if member or key in {"", "unanswered"}
    ]


def topic_or_404(user: Any, topic_id: int) -> Topic:
    """The topic if the person may read it, or the one it was merged into; a hidden one for moderators and its author."""
    topic = find_topic(user, topic_id)
    if topic and topic.merged_into_id:
        return topic_or_404(user, topic.merged_into_id)
    if topic is None or (topic.hidden and (topic.deleted_at or not (topic.i_lead or topic.author_id == user.pk))):
        raise Http404
    return topic


@require_safe
def topic(request: HttpRequest, topic_id: int, slug: str = "") -> HttpResponse:
    """A page of a topic's posts; ``?post=N`` shows the page that holds post N."""
    try:
        found = topic_or_404(request.user, topic_id)
    except Http404:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise
    if slug != found.slug or topic_id != found.pk:
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{found.get_absolute_url()}?{query}" if query else found.get_absolute_url(), permanent=True)
    tallies.count_view(found.pk)
    return topic_page(request, found)


def _number(request: HttpRequest, topic: Topic) -> int:
    given = request.GET.get("post", "")
    return min(int(given), topic.last_number) if given.isdecimal() and len(given) < 10 else 1


def topic_page(
    request: HttpRequest,
    found: Topic,
    *,
    composed: dict[str, Any] | None = None,
    number: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of posts that holds ``number``. As a member it asks the database nine times at most, else six."""
    member = request.user.is_authenticated
    number = number or _number(request, found)
    shown = thread.page_of(found, number, request.user)
    context = {
        "topic": found,
        "space": found.space,
        "thread": shown,
        "posts": shown.posts,
        "accepted_rows": [shown.accepted] if shown.accepted else [],
        "follows": found.my_follow is False,
        "muted": found.my_follow is True,
        "unread_url": thread.first_unread_url(found, shown),
        "token": get_token(request) if member else "",
        **(composed or reply_context(request, found)),
        "can_post": member and found.takes_posts and not found.space.is_closed_for_posts,
        "can_accept": member and (found.author_id == request.user.pk or found.i_lead),
        "leads": found.i_lead,
        "may_moderate": found.i_lead and (not found.hidden or is_moderator(request.user)),
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Discussions"), "url": "/topics/"},
            {"label": found.space.title, "url": found.space.get_absolute_url()},
            {"label": found.title, "url": ""},
        ],
    }
    return render(request, "community/topic.html", context, status=status)


def leads(user: Any, topic: Topic) -> bool:
    """Whether the person looks after the topic's space."""
    return (
        bool(topic.i_lead)
        if hasattr(topic, "i_lead")
        else Topic.objects.moderated_by(user).filter(pk=topic.pk).exists()
    )
