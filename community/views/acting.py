"""Buttons below a post and beside a topic: thank, this helped, accept, follow, mute, read."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community import services
from community.models import Post, Space
from community.views.topics import leads, topic_or_404


@require_POST
@login_required
def thank(request: HttpRequest, post_id: int) -> HttpResponse:
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("topic__space"), pk=post_id)
    services.thank(request.user, post)  # type: ignore[arg-type]
    return redirect(post.topic.url_of_post(post.number))


@require_POST
@login_required
def follow(request: HttpRequest, topic_id: int) -> HttpResponse:
    found = topic_or_404(request.user, topic_id)
    levels = {"1": "follow", "mute": "mute"}
    services.set_topic_level(request.user, found, level=levels.get(request.POST.get("on", ""), "none"))  # type: ignore[arg-type]
    return redirect(found)


@require_POST
@login_required
def seen(request: HttpRequest, topic_id: int) -> HttpResponse:
    """A page was read to its end: sent by the page itself where there is JavaScript, by a button where there is not."""
    found = topic_or_404(request.user, topic_id)
    given = request.POST.get("number", "")
    if found.pk == topic_id and given.isdecimal() and len(given) < 10:
        services.mark_seen(request.user, found, min(int(given), found.last_number))  # type: ignore[arg-type]
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect(found)


@require_POST
@login_required
def accept(request: HttpRequest, post_id: int) -> HttpResponse:
    """The person who asked, or who looks after the space, says which reply answered it; once more takes it back."""
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("topic__space"), pk=post_id)
    found = post.topic
    if found.author_id != request.user.pk and not leads(request.user, found):
        raise PermissionDenied
    if post.number == 1:
        raise Http404
    services.accept(found.pk, None if found.accepted_post_id == post.pk else post)
    return redirect(found)


@require_POST
@login_required
def helped(request: HttpRequest, post_id: int) -> HttpResponse:
    """ "This helped", for replies to a question that somebody else wrote."""
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("topic__space"), pk=post_id)
    if post.number == 1 or not post.topic.is_question:
        raise Http404
    if post.author_id == request.user.pk:
        raise PermissionDenied
    services.helped(request.user, post)  # type: ignore[arg-type]
    return redirect(post.topic.url_of_post(post.number))


@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Everything in the spaces the person can read, or in the one named by ``space``, counts as read."""
    spaces = Space.objects.visible_to(request.user)
    slug = request.POST.get("space", "")
    if slug:
        spaces = spaces.filter(slug=slug[:80].replace("\x00", ""))
    services.mark_all_read(request.user, spaces)  # type: ignore[arg-type]
    messages.success(request, _("All marked as read."))
    return redirect(f"/spaces/{slug}/" if slug and spaces.exists() else "community:topics")
