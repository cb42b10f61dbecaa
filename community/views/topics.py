"""Reading: the list of topics and one topic's page of posts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from belonging.framework import strands
from community.composing import reply_context
from community.listing import page_of, with_read_state
from community.models import POSTS_PAGE, Follow, Post, Space, Thank, Topic, is_moderator


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """All topics the person can see, newest posts first."""
    show = request.GET.get("show", "")
    show = show if show in {"unanswered", "following", "mine"} else ""
    strand = request.GET.get("strand", "")
    strand = strand if strands.find_strand(strand) else ""
    rows = Topic.objects.visible_to(request.user).shown()
    if show == "unanswered":
        rows = rows.unanswered()
    elif show == "following":
        rows = rows.filter(pk__in=Follow.objects.filter(user_id=request.user.pk or 0).values("topic_id"))
    elif show == "mine":
        rows = rows.filter(author_id=request.user.pk or 0)
    if strand:
        rows = rows.on_strands([strand])
    found, older_url = page_of(request, rows)
    labels = {"": _("Newest"), "unanswered": _("Unanswered"), "following": _("Following"), "mine": _("Mine")}
    context = {
        "topics": with_read_state(request.user, found),
        "older_url": older_url,
        "newer_url": "/topics/" if "before" in request.GET else "",
        "tabs": [
            {"label": label, "url": f"/topics/?show={key}" if key else "/topics/", "current": key == show}
            for key, label in labels.items()
        ],
        "show": show,
        "strand": strand,
        "strands": strands.strands(),
        "spaces": Space.objects.listed_for(request.user),
        "breadcrumbs": [{"label": _("Home"), "url": "/"}, {"label": _("Discussions"), "url": ""}],
    }
    return render(request, "community/topics.html", context)


def topic_or_404(user: Any, topic_id: int) -> Topic:
    """The topic if the person may read it. A hidden one is there for moderators and for whoever wrote it."""
    topic = Topic.objects.visible_to(user).listed().filter(pk=topic_id).first()
    if topic is None or (topic.hidden and not (is_moderator(user) or topic.author_id == user.pk)):
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
    if slug != found.slug:
        return redirect(found, permanent=True)
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
    number = number or _number(request, found)
    posts = list(Post.objects.filter(topic=found).block_of(number).listed())
    first = posts[0].number if posts else 1
    accepted = None
    if found.accepted_post_id:
        accepted = next((post for post in posts if post.pk == found.accepted_post_id), None)
        accepted = accepted or Post.objects.listed().filter(pk=found.accepted_post_id).first()
        accepted = None if accepted and accepted.is_hidden else accepted
    thanked, follows = set(), False
    if request.user.is_authenticated:
        thanked = set(Thank.objects.filter(user=request.user, post__in=posts).values_list("post_id", flat=True))
        follows = Follow.objects.filter(user=request.user, topic=found).exists()
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": found.space.title, "url": found.space.get_absolute_url()}]
    context = {
        "topic": found,
        "space": found.space,
        "posts": posts,
        "accepted": accepted,
        "show_accepted_first": accepted is not None and first == 1 and accepted.number != 1,
        "thanked": thanked,
        "follows": follows,
        **(composed or reply_context(request, found, posts=posts)),
        "can_post": request.user.is_authenticated and not found.locked and not found.space.is_closed_for_posts,
        "can_accept": request.user.is_authenticated
        and (found.author_id == request.user.pk or leads(request.user, found)),
        "sees_hidden": is_moderator(request.user),
        "seen_to": posts[-1].number if posts else 0,
        "earlier": found.url_of_post(first - POSTS_PAGE) if first > 1 else "",
        "later": found.url_of_post(first + POSTS_PAGE) if first + POSTS_PAGE <= found.last_number else "",
        "breadcrumbs": [*crumbs, {"label": found.title, "url": ""}],
    }
    return render(request, "community/topic.html", context, status=status)


def leads(user: Any, topic: Topic) -> bool:
    return Space.objects.moderated_by(user).filter(pk=topic.space_id).exists()
