from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from belonging.framework import strands
from community import services
from community.forms import EditForm, PostForm, TopicForm
from community.listing import page_of, with_read_state
from community.models import (
    POSTS_PAGE,
    Follow,
    Post,
    Space,
    Thank,
    Topic,
    is_moderator,
)
from community.space_views import space_or_leave
from community.writing import render as render_markdown


@require_safe
@login_required
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


def _topic_or_404(user: Any, topic_id: int) -> Topic:
    topic = Topic.objects.visible_to(user).listed().filter(pk=topic_id).first()
    if topic is None or (topic.hidden and not (is_moderator(user) or topic.author_id == user.pk)):
        raise Http404
    return topic


@require_safe
def topic(request: HttpRequest, topic_id: int, slug: str = "") -> HttpResponse:
    """A page of a topic's posts; ``?post=N`` shows the page that holds post N."""
    try:
        found = _topic_or_404(request.user, topic_id)
    except Http404:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise
    if slug != found.slug:
        return redirect(found, permanent=True)
    return _topic_page(request, found)


def _number(request: HttpRequest, topic: Topic) -> int:
    given = request.GET.get("post", "")
    return min(int(given), topic.last_number) if given.isdecimal() and len(given) < 10 else 1


def _topic_page(
    request: HttpRequest,
    found: Topic,
    *,
    form: PostForm | None = None,
    number: int | None = None,
    preview: str = "",
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
        "form": form or PostForm(initial={"reply_to": _quoted(request, found)}),
        "preview": preview,
        "can_post": request.user.is_authenticated and not found.locked and not found.space.is_closed_for_posts,
        "can_accept": request.user.is_authenticated
        and (found.author_id == request.user.pk or _leads(request.user, found)),
        "sees_hidden": is_moderator(request.user),
        "seen_to": posts[-1].number if posts else 0,
        "earlier": found.url_of_post(first - POSTS_PAGE) if first > 1 else "",
        "later": found.url_of_post(first + POSTS_PAGE) if first + POSTS_PAGE <= found.last_number else "",
        "breadcrumbs": [*crumbs, {"label": found.title, "url": ""}],
    }
    return render(request, "community/topic.html", context, status=status)


def _quoted(request: HttpRequest, found: Topic) -> int | None:
    given = request.GET.get("reply", "")
    if not given.isdecimal() or len(given) > 18:
        return None
    return Post.objects.filter(topic=found, pk=int(given)).values_list("pk", flat=True).first()


def _leads(user: Any, topic: Topic) -> bool:
    return Space.objects.moderated_by(user).filter(pk=topic.space_id).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = space_or_leave(request, slug)
    if isinstance(found, HttpResponse):
        return found
    form = TopicForm(request.POST or None)
    preview, status = "", 200
    if request.method == "POST":
        if form.is_valid() and "preview" in request.POST:
            preview = render_markdown(form.cleaned_data["source"]).html
        elif form.is_valid():
            data = form.cleaned_data
            try:
                made = services.start_topic(
                    request.user,  # type: ignore[arg-type]
                    found,
                    title=data["title"],
                    source=data["source"],
                    strands=[data["strand"]] if data["strand"] else found.strands[:1],
                    token=data["token"],
                )
            except services.NotOpen as error:
                messages.info(request, str(error))
                return redirect(found)
            messages.success(request, _("Your topic has been posted."))
            return redirect(made)
        else:
            status = 422
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": found.title, "url": found.get_absolute_url()}]
    context = {
        "space": found,
        "form": form,
        "preview": preview,
        "breadcrumbs": [*crumbs, {"label": _("Start a topic"), "url": ""}],
    }
    return render(request, "community/new_topic.html", context, status=status)


@require_POST
@login_required
def reply(request: HttpRequest, topic_id: int) -> HttpResponse:
    found = _topic_or_404(request.user, topic_id)
    form = PostForm(request.POST)
    if not form.is_valid():
        return _topic_page(request, found, form=form, number=found.last_number, status=422)
    data = form.cleaned_data
    if "preview" in request.POST:
        html = render_markdown(data["source"]).html
        return _topic_page(request, found, form=form, number=found.last_number, preview=html)
    reply_to = Post.objects.filter(topic=found, pk=data["reply_to"]).first() if data["reply_to"] else None
    try:
        post = services.reply(
            request.user,  # type: ignore[arg-type]
            found.pk,
            source=data["source"],
            reply_to=reply_to,
            follow=data["follow"],
            token=data["token"],
        )
    except services.NotOpen as error:
        messages.info(request, str(error))
        return redirect(found)
    messages.success(request, _("Your reply has been posted."))
    return redirect(found.url_of_post(post.number))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """One's own post, while its topic is open."""
    post = Post.objects.visible_to(request.user).select_related("topic__space").filter(pk=post_id).first()
    if post is None:
        raise Http404
    if post.author_id != request.user.pk or post.topic.locked:
        raise PermissionDenied
    form = EditForm(request.POST or None, initial={"source": post.source})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            services.edit_post(post.pk, source=form.cleaned_data["source"])
            messages.success(request, _("Your post has been changed."))
            return redirect(post.topic.url_of_post(post.number))
        status = 422
    return render(request, "community/edit_post.html", {"post": post, "form": form}, status=status)


@require_POST
@login_required
def thank(request: HttpRequest, post_id: int) -> HttpResponse:
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("topic__space"), pk=post_id)
    services.thank(request.user, post)  # type: ignore[arg-type]
    return redirect(post.topic.url_of_post(post.number))


@require_POST
@login_required
def follow(request: HttpRequest, topic_id: int) -> HttpResponse:
    found = _topic_or_404(request.user, topic_id)
    services.follow(request.user, found, on=request.POST.get("on") == "1")  # type: ignore[arg-type]
    return redirect(found)


@require_POST
@login_required
def seen(request: HttpRequest, topic_id: int) -> HttpResponse:
    """A page was read to its end: sent by the page itself where there is JavaScript, by a button where there is not."""
    found = _topic_or_404(request.user, topic_id)
    given = request.POST.get("number", "")
    if given.isdecimal() and len(given) < 10:
        services.mark_seen(request.user, found, min(int(given), found.last_number))  # type: ignore[arg-type]
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect(found)


@require_POST
@login_required
def accept(request: HttpRequest, post_id: int) -> HttpResponse:
    """The person who asked, or who looks after the space, says which reply answered it; once more takes it back."""
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("topic__space"), pk=post_id)
    found = post.topic
    if found.author_id != request.user.pk and not _leads(request.user, found):
        raise PermissionDenied
    if post.number == 1:
        raise Http404
    services.accept(found.pk, None if found.accepted_post_id == post.pk else post)
    return redirect(found)
