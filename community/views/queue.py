"""The questions that wait for an answer."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from belonging.framework import strands
from community.models import ExpertRequest, Space, Topic, TopicQuerySet
from community.waiting import Place, queue_page


@require_safe
def unanswered(request: HttpRequest) -> HttpResponse:
    """Questions without an accepted answer: all, those on one's own strengths, and those one was asked.

    Visitors see those of open spaces. Anything in the address that is no choice is left out.
    """
    member = request.user.is_authenticated
    show = request.GET.get("show", "")
    if show in {"strengths", "asked"} and not member:
        return redirect_to_login(request.get_full_path())
    show = show if show in {"strengths", "asked"} else ""
    strengths = _strengths(request.user)
    spaces = list(Space.objects.visible_to(request.user).order_by("position", "title"))
    space = next((found for found in spaces if found.slug == request.GET.get("space")), None)
    strand = strands.find_strand(request.GET.get("strand", ""))
    mine = ExpertRequest.objects.waiting().put_to(request.user, strengths)
    questions = _questions(spaces, show=show, strengths=strengths, mine=mine)
    if space:
        questions = questions.filter(space=space)
    if strand:
        questions = questions.on_strands([strand.code])
    place = Place.read(request.GET.get("after", ""))
    topics, following = queue_page(questions, place)
    named = (
        set(mine.of_expert(request.user).filter(topic__in=topics).values_list("topic_id", flat=True))
        if member
        else set()
    )
    context = {
        "rows": [{"topic": topic, "named": topic.pk in named} for topic in topics],
        "tabs": _tabs(show, strand.code if strand else "", space.slug if space else "") if member else [],
        "show": show,
        "strengths": strengths,
        "strand": strand.code if strand else "",
        "strands": strands.strands(),
        "space": space,
        "spaces": spaces,
        "first": place is None,
        "next": str(following) if following else "",
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Discussions"), "url": reverse("community:topics")},
            {"label": _("Waiting for an answer"), "url": ""},
        ],
    }
    return render(request, "community/unanswered.html", context)


def _strengths(user: Any) -> list[str]:
    profile = getattr(user, "profile", None)
    return list(profile.strengths) if profile else []


def _questions(spaces: list[Space], *, show: str, strengths: list[str], mine: Any) -> TopicQuerySet:
    """Those of readable spaces that still take posts; the list of spaces is there anyway."""
    questions: TopicQuerySet = Topic.objects.open_questions().filter(
        space__in=[space.pk for space in spaces if not space.is_closed_for_posts]
    )
    if show == "strengths":
        questions = questions.on_strands(strengths)
    elif show == "asked":
        questions = questions.filter(pk__in=mine.values("topic"))
    return questions


def _tabs(show: str, strand: str, space: str) -> list[dict[str, Any]]:
    labels = {"": _("All"), "strengths": _("My strengths"), "asked": _("Asked of you")}
    kept = {key: value for key, value in (("strand", strand), ("space", space)) if value}
    found = []
    for key, label in labels.items():
        query = urlencode({**({"show": key} if key else {}), **kept})
        url = reverse("community:unanswered") + (f"?{query}" if query else "")
        found.append({"label": label, "url": url, "current": key == show})
    return found
