"""Drafts: saved while somebody types, listed, taken up again, thrown away; and what helps while writing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from belonging.accounts.models import Profile
from belonging.core.cache import count
from belonging.core.errors import BelongingError
from belonging.core.html import one_line
from community import keeping
from community.composing import typed_from
from community.forms import MarkdownField
from community.keeping import writing_needs_sign_in
from community.models import Draft, Space, Topic
from community.services import drafts
from community.writing import render as render_markdown

MOST_SUGGESTED = 8
MOST_ASKED_A_MINUTE = 120


@require_POST
@login_required
def save(request: HttpRequest) -> JsonResponse:
    """For scripts: what became of the save, in words for the person and as a state for the page."""
    try:
        place = drafts.place_for(request.user, request.POST.get("place", "")[:40])
        kept = drafts.save(request.user, place, typed_from(request.POST))  # type: ignore[arg-type]
    except BelongingError as error:
        return JsonResponse({"state": "refused", "said": str(error), "now": _now_ms()}, status=422)
    found: dict[str, Any] = {"state": kept.state, "said": "", "now": _now_ms(), "seen": "", "other": False}
    draft = kept.draft
    if draft:
        when = date_format(timezone.localtime(draft.saved_at), "H:i")
        found |= {"seen": drafts.version_of(draft), "other": bool(draft.values.get("other"))}
        if kept.state == "saved":
            found["said"] = _("Draft saved %(when)s") % {"when": when}
        else:
            words = _(
                "A newer draft was saved at %(when)s in another window or on another device. Yours is kept beside it."
            )
            found["said"] = words % {"when": when}
    return JsonResponse(found)


def _now_ms() -> int:
    return int(timezone.now().timestamp() * 1000)


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """My drafts, the newest first. Where the place is gone or closed to the person, the words can still be copied."""
    rows = list(Draft.objects.of(request.user).unsent().select_related("space", "topic", "post__topic")[:100])
    spaces = set(
        Space.objects.visible_to(request.user).filter(pk__in=[r.space_id for r in rows]).values_list("pk", flat=True)
    )
    wanted = [pk for row in rows if (pk := row.topic_id or (row.post.topic_id if row.post else None))]
    topics = set(Topic.objects.visible_to(request.user).shown().filter(pk__in=wanted).values_list("pk", flat=True))
    shown = [_row(draft, spaces, topics) for draft in rows]
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": _("Your account"), "url": "/me/"}]
    context = {"drafts": shown, "breadcrumbs": [*crumbs, {"label": _("My drafts"), "url": ""}]}
    return render(request, "community/drafts.html", context)


def _row(draft: Draft, spaces: set[int], topics: set[int]) -> dict[str, Any]:
    """A draft as the list shows it. A title the person may no longer read is not told."""
    place = drafts.Place(draft.place, draft.space, draft.topic, draft.post)
    topic = draft.topic or (draft.post.topic if draft.post else None)
    if topic and topic.pk in topics:
        label = _("A change of your post in “%(topic)s”") if draft.post_id else _("A reply in “%(topic)s”")
        return {"draft": draft, "title": label % {"topic": topic.title}, "url": place.url}
    if draft.space and draft.space_id in spaces:
        words = draft.title or _("A new topic")
        return {"draft": draft, "title": words, "where": draft.space.title, "url": place.url}
    return {"draft": draft, "title": _("Something you wrote where you can no longer post"), "url": ""}


@require_POST
@login_required
def throw_away(request: HttpRequest, draft_id: int) -> HttpResponse:
    draft = Draft.objects.of(request.user).filter(pk=draft_id).first()
    drafts.throw_away(request.user, draft_id)  # type: ignore[arg-type]
    messages.success(request, _("The draft is gone."))
    return redirect(_way_back(request, draft))


@require_POST
@login_required
def change_over(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Take the other version of a draft; the one that stood is kept in its place."""
    draft = drafts.change_over(request.user, draft_id)  # type: ignore[arg-type]
    if draft is None:
        return redirect("community:drafts")
    messages.success(request, _("This is the other version. The first one is kept beside it."))
    return redirect(_way_back(request, draft))


def _way_back(request: HttpRequest, draft: Draft | None) -> str:
    """To the form, when the button stood beside it and the form is still there; otherwise to the list."""
    if draft and request.POST.get("back") == "form":
        try:
            return drafts.place_for(request.user, draft.place).url
        except drafts.NoSuchPlace:
            pass
    return "/me/drafts/"


@require_safe
@login_required
def restore(request: HttpRequest, key: str) -> HttpResponse:
    """After signing in: what was typed before becomes a draft, and the form shows it."""
    data = keeping.kept(request, key)
    if data is None:
        messages.info(request, _("There is nothing to bring back here. Your drafts are below."))
        return redirect("community:drafts")
    try:
        place = drafts.place_for(request.user, data.get("place", "")[:40])
        drafts.save(request.user, place, typed_from(data))  # type: ignore[arg-type]
    except BelongingError:
        return render(
            request, "community/typed.html", {"title": data.get("title", ""), "source": data.get("source", "")}
        )
    keeping.forget(key)
    messages.success(request, _("You are signed in again, and what you typed is here. It is not posted yet."))
    return redirect(place.url)


@require_POST
@writing_needs_sign_in
def preview(request: HttpRequest) -> HttpResponse:
    """For scripts: the message as it will look."""
    source = request.POST.get("source", "")
    try:
        html = render_markdown(MarkdownField().clean(source)).html
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=422, content_type="text/plain; charset=utf-8")
    return render(request, "community/parts/preview.html", {"preview": html})


@require_safe
@login_required
def mention(request: HttpRequest) -> JsonResponse:
    """For scripts: members whose handle or name begins so, at most eight, only those the person may see."""
    if count(f"mention:{request.user.pk}:{int(timezone.now().timestamp()) // 60}", 120) > MOST_ASKED_A_MINUTE:
        return JsonResponse({"people": []}, status=429)
    begun = one_line(request.GET.get("q", "")).lower()[:40]
    if not begun:
        return JsonResponse({"people": []})
    people = Profile.objects.visible_to(request.user).exclude(user_id=request.user.pk or 0).select_related("user")
    found = list(people.filter(user__handle__startswith=begun).order_by("user__handle")[:MOST_SUGGESTED])
    if len(found) < MOST_SUGGESTED:
        named = people.annotate(lower=Lower("user__name")).filter(lower__startswith=begun)
        named = named.exclude(pk__in=[profile.pk for profile in found]).order_by("lower", "pk")
        found += named[: MOST_SUGGESTED - len(found)]
    rows = [{"handle": row.user.handle, "name": row.user.display_name, "role": row.role} for row in found]
    return JsonResponse({"people": rows})
