"""Writing: a topic, a reply, a change of one's own post. One form with several buttons; nothing typed is lost by any."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from belonging.accounts.models import Profile
from belonging.core.errors import BelongingError
from belonging.core.html import one_line
from community import guarding, services
from community.composing import Attempt, compose, naming_attempt, reply_context, typed_from
from community.forms import EditForm, PostForm, SpaceChoiceForm, TopicForm
from community.keeping import writing_needs_sign_in
from community.models import Kind, Post, Space, Topic
from community.services import drafts
from community.services.asking import person_to_ask
from community.services.posting import was_sent
from community.tagging import used_tags
from community.views.attaching import AttachFailed, attach_from
from community.views.spaces import space_or_leave
from community.views.topics import topic_or_404, topic_page
from community.writing import counts
from community.writing import render as render_markdown

__all__ = ["choose_space", "edit_post", "new_topic", "reply", "reply_context"]

TAP_SECONDS = 60
PREFILLED = ("kind", "ask", "title")


def attempted(request: HttpRequest, make_form: Callable[..., forms.Form], *, action: str) -> Attempt:
    """What the button that was pressed asks for: add a file, back from the warning, a preview, or post it.

    ``action`` is what moderation counts: "topic", "post" or "edit".
    """
    data: QueryDict = request.POST
    added = ""
    if request.FILES.get("file") or "attach" in data:
        try:
            added = attach_from(request)
        except AttachFailed as failed:
            return Attempt(_unjudged(make_form, data), status=failed.status, attach=failed.form)
        data = data.copy()
        data["source"] = f"{data.get('source', '').rstrip()}\n\n{added}\n".lstrip()
    if "attach" in data or "change" in data:
        return Attempt(_unjudged(make_form, data), added=added or "1")
    form = make_form(data)
    if not form.is_valid():
        return Attempt(form, status=422)
    if "preview" in data:
        return Attempt(form, preview=render_markdown(form.cleaned_data["source"]).html)
    warned = naming_attempt(form, data)
    if warned:
        return warned
    tap = f"tap:{request.user.pk}:{form.cleaned_data.get('token')}"
    if form.cleaned_data.get("token") and not cache.add(tap, 1, TAP_SECONDS):
        return Attempt(form, ready=True)  # the same form once more: no second post that could be too much
    try:
        guarding.check(request.user, action, counts=None if action == "edit" else counts(form.cleaned_data["source"]))
    except guarding.Refused as refused:
        cache.delete(tap)
        if was_sent(request.user, form.cleaned_data.get("token")):
            return Attempt(form, ready=True)
        form.add_error(None, str(refused))
        return Attempt(form, status=refused.status)
    return Attempt(form, ready=True)


def _unjudged(make_form: Callable[..., forms.Form], data: QueryDict) -> forms.Form:
    """The form as it was typed, without errors: the person has not asked to post it."""
    bound = make_form(data)
    return make_form(initial={name: bound[name].data for name in bound.fields})


def _refused(attempt: Attempt, error: BelongingError) -> Attempt:
    attempt.form.add_error(None, str(error))
    return Attempt(attempt.form, status=422)


def _saved_instead(request: HttpRequest, place: str) -> bool:
    """The "Save draft" button, for browsers without scripts."""
    if "save" not in request.POST:
        return False
    try:
        kept = drafts.save(request.user, drafts.place_for(request.user, place), typed_from(request.POST))  # type: ignore[arg-type]
        words = _("There is nothing to save yet.") if kept.state == "empty" else _("Your draft is saved.")
        messages.success(request, words)
    except BelongingError as error:
        messages.error(request, str(error))
        return False
    return True


def _other_text_under(token: uuid.UUID | None, source: str) -> uuid.UUID | None:
    """A token for a form that was sent, changed after pressing Back and sent again: that is another post."""
    return uuid.uuid5(token, source) if token else None


@require_safe
@login_required
def choose_space(request: HttpRequest) -> HttpResponse:
    """Where a new topic belongs; then on to the space's own form, with ``kind``, ``ask`` and ``title`` kept."""
    kept = {key: request.GET[key][:200] for key in PREFILLED if request.GET.get(key)}
    may = [space for space in Space.objects.visible_to(request.user) if not space.is_closed_for_posts]
    if kept.get("ask"):  # a question to somebody belongs where that person may read it
        may = [space for space in may if person_to_ask(kept["ask"], space, by=request.user)]  # type: ignore[arg-type]
    form = SpaceChoiceForm(request.GET if "space" in request.GET else None, spaces=may)
    if form.is_bound and form.is_valid():
        query = f"?{urlencode(kept)}" if kept else ""
        return redirect(f"/spaces/{form.cleaned_data['space']}/new/{query}")
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": _("Discussions"), "url": "/topics/"}]
    context = {
        "form": form,
        "spaces": may,
        "kept": kept,
        "asked": _profile(request, kept.get("ask", "")),
        "breadcrumbs": [*crumbs, {"label": _("Start a topic"), "url": ""}],
    }
    return render(request, "community/choose_space.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@writing_needs_sign_in
def new_topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = space_or_leave(request, slug)
    if isinstance(found, HttpResponse):
        return found
    place = f"space:{found.pk}"
    leads = Space.objects.moderated_by(request.user).filter(pk=found.pk).exists()
    make_form = partial(TopicForm, leads=leads)
    attempt = None
    if request.method == "POST":
        if _saved_instead(request, place):
            return redirect(request.get_full_path())
        attempt = attempted(request, make_form, action="topic")
        if attempt.ready:
            try:
                made = _start(request.user, found, attempt.form.cleaned_data)
                _ask(request, made)
            except services.NotOpen as error:
                attempt = _refused(attempt, error)
            else:
                messages.success(request, _("Your topic has been posted."))
                return redirect(made)
    if attempt:
        _kept_as_draft(request, place)
    asked = _asked(request, found)
    composed = compose(
        request,
        make_form,
        place=place,
        action=request.get_full_path(),
        submit=_("Post it"),
        initial=_prefilled(request, leads=leads, asked=asked),
        attempt=attempt,
        tags=used_tags(),
    )
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": found.title, "url": found.get_absolute_url()}]
    context = {
        "space": found,
        "compose": composed,
        "form": composed.form,
        "asked": asked,
        "breadcrumbs": [*crumbs, {"label": _("Start a topic"), "url": ""}],
    }
    return render(request, "community/new_topic.html", context, status=attempt.status if attempt else 200)


def _start(user: Any, space: Space, data: dict[str, Any]) -> Topic:
    values = {
        "title": data["title"],
        "source": data["source"],
        "kind": data["kind"],
        "strands": data["strands"] or space.strands[:1],
        "indicators": data["indicators"],
        "tags": data["tags"],
        "phases": data["phases"],
        "follow": data["follow"],
    }
    topic = services.start_topic(user, space, token=data["token"], **values)
    if not Post.objects.filter(topic=topic, number=1, source=data["source"]).exists():
        topic = services.start_topic(user, space, token=_other_text_under(data["token"], data["source"]), **values)
    return topic


def _ask(request: HttpRequest, topic: Topic) -> None:
    """Put a new question to the member whom ``?ask=`` names, if that person may read it."""
    person = person_to_ask(request.GET.get("ask", ""), topic, by=request.user)  # type: ignore[arg-type]
    if person and topic.is_question:
        services.ask(topic, experts=[person], by=request.user)  # type: ignore[arg-type]


def _asked(request: HttpRequest, space: Space) -> Profile | None:
    """Whom ``?ask=`` names, if there is such a member and they may read the space."""
    person = person_to_ask(request.GET.get("ask", ""), space, by=request.user)  # type: ignore[arg-type]
    return _profile(request, person.handle) if person else None


def _profile(request: HttpRequest, handle: str) -> Profile | None:
    """Somebody else's, if the person may see it."""
    if not handle or "\x00" in handle:
        return None
    others = Profile.objects.visible_to(request.user).exclude(user__pk=request.user.pk or 0)
    return others.select_related("user").filter(user__handle=handle).first()


def _prefilled(request: HttpRequest, *, leads: bool, asked: Profile | None) -> dict[str, Any]:
    kind = request.GET.get("kind", Kind.QUESTION if asked else Kind.DISCUSSION)
    allowed = kind in Kind.values and (leads or kind != Kind.ANNOUNCEMENT)
    return {
        "kind": kind if allowed else Kind.DISCUSSION,
        "title": one_line(request.GET.get("title", ""))[:160],
        "source": f"@{asked.user.handle} " if asked else "",
    }


@require_POST
@writing_needs_sign_in
def reply(request: HttpRequest, topic_id: int) -> HttpResponse:
    found = topic_or_404(request.user, topic_id)
    if _saved_instead(request, f"topic:{found.pk}"):
        return redirect(f"{found.url_of_post(found.last_number).partition('#')[0]}#reply")
    attempt = attempted(request, PostForm, action="post")
    if attempt.ready:
        data = attempt.form.cleaned_data
        reply_to = Post.objects.filter(topic=found, pk=data["reply_to"]).first() if data["reply_to"] else None
        send = partial(
            services.reply,
            request.user,  # type: ignore[arg-type]
            found.pk,
            source=data["source"],
            reply_to=reply_to,
            follow=data["follow"],
        )
        try:
            post = send(token=data["token"])
            if post.source != data["source"]:
                post = send(token=_other_text_under(data["token"], data["source"]))
        except services.NotOpen as error:
            messages.info(request, str(error))
            if _kept_as_draft(request, f"topic:{found.pk}"):
                messages.info(request, _("What you wrote is in your drafts."))
            return redirect(found)
        messages.success(request, _("Your reply has been posted."))
        return redirect(found.url_of_post(post.number))
    _kept_as_draft(request, f"topic:{found.pk}")
    composed = reply_context(request, found, attempt=attempt)
    return topic_page(request, found, composed=composed, number=found.last_number, status=attempt.status)


def _kept_as_draft(request: HttpRequest, place: str) -> bool:
    """A form that is shown again, with errors or a preview, may be left without another click."""
    try:
        drafts.save(request.user, drafts.place_for(request.user, place), typed_from(request.POST))  # type: ignore[arg-type]
    except BelongingError:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@writing_needs_sign_in
def edit_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """One's own post, while its topic is open; with the first post the topic's title."""
    post = Post.objects.visible_to(request.user).select_related("topic__space").filter(pk=post_id).first()
    if post is None:
        raise Http404
    if post.author_id != request.user.pk or not post.topic.takes_posts:
        raise PermissionDenied
    url, place = post.topic.url_of_post(post.number), f"post:{post.pk}"
    make_form = partial(EditForm, with_title=post.number == 1)
    attempt = None
    if request.method == "POST":
        if _saved_instead(request, place):
            return redirect("community:edit_post", post.pk)
        attempt = attempted(request, make_form, action="edit")
        if attempt.ready:
            data = attempt.form.cleaned_data
            services.edit_post(post.pk, source=data["source"], title=data.get("title"))
            messages.success(request, _("Your post has been changed."))
            return redirect(url)
        _kept_as_draft(request, place)
    composed = compose(
        request,
        make_form,
        place=place,
        action=f"/posts/{post.pk}/edit/",
        submit=_("Save"),
        initial={"source": post.source, "title": post.topic.title},
        attempt=attempt,
        cancel_url=url,
    )
    context = {"post": post, "compose": composed, "form": composed.form}
    return render(request, "community/edit_post.html", context, status=attempt.status if attempt else 200)
