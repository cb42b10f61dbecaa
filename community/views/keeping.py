"""One post by itself: the address that always finds it, deleting it, what it said before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import services
from community.models import Post, PostRevision, Space, Topic, is_moderator
from community.revisions import difference

REVISIONS_PAGE = 20


@require_safe
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """Leads to the post on the page where it stands now."""
    found = _readable(request.user).filter(pk=post_id).first()
    if found:
        return redirect(found.topic.url_of_post(found.number))
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise Http404


def _readable(user: Any) -> Any:
    """Posts in topics that the person may open, whatever became of the post itself."""
    topics = Topic.objects.visible_to(user)
    if not is_moderator(user):
        topics = topics.shown() | topics.filter(author_id=user.pk or 0)
    return Post.objects.filter(topic__in=topics.values("pk")).select_related("topic__space", "author")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """One's own post, also when its topic takes no more: what somebody wrote is theirs to take back."""
    found = get_object_or_404(Post.objects.visible_to(request.user).select_related("topic__space"), pk=post_id)
    if found.author_id != request.user.pk:
        raise PermissionDenied
    topic = found.topic
    if request.method == "POST":
        services.delete_post(found.pk, by=request.user)
        topic.refresh_from_db(fields=["deleted_at"])
        if topic.deleted_at:
            messages.success(request, _("Your topic has been deleted."))
            return redirect(topic.space)
        messages.success(request, _("Your post has been deleted."))
        return redirect(topic.url_of_post(found.number))
    context = {
        "post": found,
        "topic": topic,
        "whole_topic": found.number == 1 and topic.reply_count == 0,
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": topic.title, "url": topic.get_absolute_url()},
            {"label": _("Delete"), "url": ""},
        ],
    }
    return render(request, "community/delete_post.html", context)


@require_safe
@login_required
def history(request: HttpRequest, post_id: int) -> HttpResponse:
    """Each version with what changed, for whoever looks after the space, and for the author.

    What a moderator hid is for moderators and the author alone.
    """
    found = get_object_or_404(_readable(request.user), pk=post_id)
    if found.author_id != request.user.pk:
        leads = Space.objects.moderated_by(request.user).filter(pk=found.topic.space_id).exists()
        if not leads or (found.is_hidden and not is_moderator(request.user)):
            raise PermissionDenied
    before = request.GET.get("before", "")
    rows = PostRevision.objects.filter(post=found).select_related("replaced_by").order_by("-pk")
    newer: str | None = found.source
    if before.isdecimal() and len(before) < 19:
        pk = int(before)
        newer = rows.filter(pk=pk).values_list("source", flat=True).first()
        if newer is None:
            raise Http404
        rows = rows.filter(pk__lt=pk)
    shown = list(rows[: REVISIONS_PAGE + 1])
    changes, after = [], newer or ""
    for revision in shown[:REVISIONS_PAGE]:
        changes.append({"revision": revision, "parts": difference(revision.source, after)})
        after = revision.source
    more = len(shown) > REVISIONS_PAGE
    context = {
        "post": found,
        "topic": found.topic,
        "changes": changes,
        "older_url": f"?before={shown[REVISIONS_PAGE - 1].pk}" if more else "",
        "newer_url": request.path if before else "",
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": found.topic.title, "url": found.topic.url_of_post(found.number)},
            {"label": _("History"), "url": ""},
        ],
    }
    return render(request, "community/history.html", context)
