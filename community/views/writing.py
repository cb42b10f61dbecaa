"""Writing: a topic, a reply, a change of one's own post."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import services
from community.forms import EditForm, PostForm, TopicForm
from community.models import Kind, Post
from community.services.asking import person_to_ask
from community.views.spaces import space_or_leave
from community.views.topics import topic_or_404, topic_page
from community.writing import render as render_markdown


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = space_or_leave(request, slug)
    if isinstance(found, HttpResponse):
        return found
    form = TopicForm(request.POST or None)
    asked = person_to_ask((request.POST or request.GET).get("ask", ""), found, by=request.user)  # type: ignore[arg-type]
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
                    **({"kind": Kind.QUESTION} if asked else {}),
                )
                if asked:
                    services.ask(made, experts=[asked], by=request.user)  # type: ignore[arg-type]
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
        "asked": asked,
        "breadcrumbs": [*crumbs, {"label": _("Start a topic"), "url": ""}],
    }
    return render(request, "community/new_topic.html", context, status=status)


@require_POST
@login_required
def reply(request: HttpRequest, topic_id: int) -> HttpResponse:
    found = topic_or_404(request.user, topic_id)
    form = PostForm(request.POST)
    if not form.is_valid():
        return topic_page(request, found, form=form, number=found.last_number, status=422)
    data = form.cleaned_data
    if "preview" in request.POST:
        html = render_markdown(data["source"]).html
        return topic_page(request, found, form=form, number=found.last_number, preview=html)
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
