"""Pages for those who look after topics: everything for one topic, one decision for many."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from belonging.core.errors import BelongingError
from community import services
from community.forms_moderating import (
    MOST_AT_ONCE,
    BulkForm,
    MergeForm,
    MoveForm,
    SplitForm,
    StateForm,
    chosen_ids,
    posts_from,
)
from community.listing import page_of
from community.models import Space, Topic

POSTS_PAGE = 50


def _managed_or_refuse(user: Any, topic_id: int) -> Topic:
    """404 for whoever may not read the topic, 403 for who may and does not look after it."""
    topic = Topic.objects.manageable_by(user).listed().filter(pk=topic_id).first()
    if topic:
        return topic
    if Topic.objects.visible_to(user).shown().filter(pk=topic_id).exists():
        raise PermissionDenied
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def moderate_topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """State, move, merge and split: one form each. ``operation`` says which was sent."""
    topic = _managed_or_refuse(request.user, topic_id)
    sent = request.POST.get("operation", "") if request.method == "POST" else ""
    given = {name: request.POST if sent == name else None for name in ("state", "move", "merge", "split")}
    forms: dict[str, Any] = {
        "state": StateForm(given["state"], prefix="state", topic=topic),
        "move": MoveForm(given["move"], prefix="move", topic=topic, user=request.user),
        "merge": MergeForm(given["merge"], prefix="merge", topic=topic, user=request.user),
        "split": SplitForm(given["split"], prefix="split"),
    }
    chosen = chosen_ids(request.POST.getlist("posts")) if sent == "split" else []
    turn = request.POST.get("page", "") if sent == "split" else ""
    status = 200
    if turn:
        forms["split"] = SplitForm(
            prefix="split",
            initial={name: request.POST.get(f"split-{name}", "") for name in ("title", "reason")},
        )
    elif sent in forms:
        form = forms[sent]
        if sent == "split" and not chosen:
            form.is_valid()
            form.add_error(None, _("Choose the posts that go to the new topic."))
        if form.is_valid():
            try:
                return redirect(_carry_out(request, topic, sent, form.cleaned_data, chosen))
            except services.CannotModerate as error:
                form.add_error(None, str(error))
        status = 422
    elif request.method == "POST":
        status = 422
    number = turn or request.GET.get("from", "") or request.POST.get("here", "")
    first = int(number) if number.isdecimal() and len(number) < 10 else 2
    posts = posts_from(topic, first, POSTS_PAGE + 1)
    shown = posts[:POSTS_PAGE]
    on_page = {post.pk for post in shown}
    context = {
        "topic": topic,
        "forms": forms,
        "failed": forms.get(sent) if status == 422 else None,
        "posts": shown,
        "chosen": chosen,
        "elsewhere": [pk for pk in chosen if pk not in on_page],
        "here": shown[0].number if shown else 2,
        "earlier": max(2, shown[0].number - POSTS_PAGE) if shown and shown[0].number > 2 else 0,
        "later": posts[POSTS_PAGE].number if len(posts) > POSTS_PAGE else 0,
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": topic.space.title, "url": topic.space.get_absolute_url()},
            {"label": topic.title, "url": topic.get_absolute_url()},
            {"label": _("Moderate"), "url": ""},
        ],
    }
    return render(request, "community/moderate_topic.html", context, status=status)


def _carry_out(request: HttpRequest, topic: Topic, operation: str, data: dict[str, Any], chosen: list[int]) -> Any:
    """Where to go when it is done. Raises ``CannotModerate``."""
    user: Any = request.user
    reason = data["reason"]
    if operation == "state":
        services.decide_topic(topic.pk, by=user, decision=data["decision"], reason=reason)
        messages.success(request, _("It is done, and the person who wrote the topic has been told."))
        return topic
    if operation == "move":
        moved = services.move_topic(topic.pk, by=user, to=data["space"], reason=reason)
        messages.success(request, _("The topic has been moved."))
        return moved
    if operation == "merge":
        target = services.merge_topic(topic.pk, by=user, into=data["into"].pk, reason=reason)
        messages.success(request, _("The topics are one now. The old address leads here."))
        return target
    made = services.split_topic(topic.pk, by=user, post_ids=chosen, title=data["title"], reason=reason)
    messages.success(request, _("The posts have a topic of their own now."))
    return made


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def moderate_space(request: HttpRequest, slug: str) -> HttpResponse:
    """The topics of a space with a checkbox each, and one decision for those that are chosen."""
    space = get_object_or_404(Space.objects.visible_to(request.user), slug=slug)
    if not Space.objects.moderated_by(request.user).filter(pk=space.pk).exists():
        raise PermissionDenied
    rows = Topic.objects.manageable_by(request.user).filter(space=space)
    form = BulkForm(request.POST if request.method == "POST" else None, user=request.user, space=space)
    chosen = chosen_ids(request.POST.getlist("topics"))[:MOST_AT_ONCE]
    status = 200
    if request.method == "POST":
        ids = list(rows.filter(pk__in=chosen).order_by("pk").values_list("pk", flat=True))
        if not ids:
            form.is_valid()
            form.add_error(None, _("Choose at least one topic from the list."))
        if form.is_valid():
            _decide_many(request, ids, form.cleaned_data)
            return redirect("community:moderate_space", space.slug)
        status = 422
    page = page_of(request, rows)
    context = {
        "space": space,
        "form": form,
        "topics": page.rows,
        "chosen": chosen,
        "older_url": page.older_url,
        "newer_url": request.path if "before" in request.GET else "",
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Spaces"), "url": "/spaces/"},
            {"label": space.title, "url": space.get_absolute_url()},
            {"label": _("Moderate"), "url": ""},
        ],
    }
    return render(request, "community/moderate_space.html", context, status=status)


def _decide_many(request: HttpRequest, ids: list[int], data: dict[str, Any]) -> None:
    """Each topic in a transaction of its own: what cannot be done is said and stops nothing else."""
    user: Any = request.user
    done, refused = 0, ""
    for pk in ids:
        try:
            if data["decision"] == BulkForm.MOVE:
                services.move_topic(pk, by=user, to=data["space"], reason=data["reason"])
            elif data["decision"] == BulkForm.MERGE:
                services.merge_topic(pk, by=user, into=data["into"].pk, reason=data["reason"])
            else:
                services.decide_topic(pk, by=user, decision=data["decision"], reason=data["reason"])
            done += 1
        except BelongingError as error:
            refused = str(error)
    if done:
        words = ngettext("Done for %(count)s topic.", "Done for %(count)s topics.", done)
        messages.success(request, words % {"count": done})
    if refused:
        left = len(ids) - done
        words = ngettext("%(count)s topic stays as it was:", "%(count)s topics stay as they were:", left)
        messages.warning(request, f"{words % {'count': left}} {refused}")
