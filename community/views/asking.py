"""Asking somebody, passing a question on, and keeping an answer for the library."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from belonging.core.errors import BelongingError
from community import guarding, services
from community.asking_forms import AskForm, PassForm
from community.models import ExpertRequest, Topic
from community.services.experts import candidates, single_candidate
from community.services.keeping import may_confirm, may_edit_draft, may_keep
from community.views.topics import leads, topic_or_404


def _crumbs(topic: Topic, last: str) -> list[dict[str, str]]:
    return [
        {"label": _("Home"), "url": "/"},
        {"label": topic.space.title, "url": topic.space.get_absolute_url()},
        {"label": topic.title, "url": topic.get_absolute_url()},
        {"label": last, "url": ""},
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Put a question to people: for whoever asked it and whoever looks after the space."""
    topic = topic_or_404(request.user, topic_id)
    if topic.author_id != request.user.pk and not leads(request.user, topic):
        raise PermissionDenied
    if not topic.is_open_question or topic.space.is_closed_for_posts:
        messages.info(request, _("Only an open question can be put to somebody."))
        return redirect(topic)
    asked = list(ExpertRequest.objects.filter(topic=topic).select_related("expert").order_by("asked_at", "pk"))
    people = candidates(topic, besides=[row.expert_id for row in asked if row.expert_id])
    suggested = single_candidate(topic, request.GET.get("suggest", "")[:40])
    if suggested and suggested.user.pk not in {row.expert_id for row in asked}:
        people = [suggested, *(person for person in people if person.user != suggested.user)]
    form = AskForm(
        request.POST if request.method == "POST" else None,
        people=people,
        first_strands=topic.strands,
        taken={row.strand for row in asked},
        initial={"experts": [suggested.user.pk] if suggested else []},
    )
    status = 200
    if request.method == "POST":
        status = _put(request, topic, form) if form.is_valid() else 422
        if status == 200:
            messages.success(request, _("We have told them. If nobody answers, we remind them after two working days."))
            return redirect(topic)
    context = {
        "topic": topic,
        "form": form,
        "asked": asked,
        "breadcrumbs": _crumbs(topic, _("Ask somebody")),
    }
    return render(request, "community/ask.html", context, status=status)


def _put(request: HttpRequest, topic: Topic, form: AskForm) -> int:
    """Ask them; 200, or the status of what was refused, with the reason in the form."""
    try:
        guarding.check(request.user, "ask")
        services.ask(
            topic,
            experts=form.chosen(),
            strand=form.cleaned_data["strand"],
            by=request.user,  # type: ignore[arg-type]
        )
    except guarding.Refused as refused:
        form.add_error(None, str(refused))
        return refused.status
    except BelongingError as error:
        form.add_error("experts", str(error))
        return 422
    return 200


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pass_on(request: HttpRequest, topic_id: int) -> HttpResponse:
    """ "I cannot answer this": for somebody who was asked by name."""
    topic = topic_or_404(request.user, topic_id)
    found = ExpertRequest.objects.waiting().of_expert(request.user).filter(topic=topic).first()
    if found is None:
        raise PermissionDenied
    besides = ExpertRequest.objects.filter(topic=topic, expert__isnull=False).values_list("expert_id", flat=True)
    form = PassForm(
        request.POST if request.method == "POST" else None,
        people=candidates(topic, besides=[pk for pk in besides if pk]),
    )
    status = 200
    if request.method == "POST":
        status = _pass(request, found, form) if form.is_valid() else 422
        if status == 200:
            messages.success(request, _("Thank you for saying so. We have told the person who asked."))
            return redirect(f"{reverse('community:unanswered')}?show=asked")
    context = {"topic": topic, "form": form, "breadcrumbs": _crumbs(topic, _("Pass it on"))}
    return render(request, "community/pass_on.html", context, status=status)


def _pass(request: HttpRequest, found: ExpertRequest, form: PassForm) -> int:
    try:
        guarding.check(request.user, "ask")
    except guarding.Refused as refused:
        form.add_error(None, str(refused))
        return refused.status
    services.pass_on(found.pk, suggestion=form.chosen())
    return 200


@require_POST
@login_required
def keep(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Make a library draft from the accepted answer. Out of a closed space only a facilitator may, and is asked first."""
    topic = topic_or_404(request.user, topic_id)
    if not may_keep(request.user, topic):
        raise PermissionDenied
    confirms = may_confirm(request.user, topic)
    try:
        guarding.check(request.user, "keep")
        url = services.keep(
            topic.pk,
            by=request.user,  # type: ignore[arg-type]
            confirmed=confirms and request.POST.get("confirm") == "1",
        )
    except services.MorePublic as error:
        if confirms:
            context = {"topic": topic, "breadcrumbs": _crumbs(topic, _("Into the library"))}
            return render(request, "community/keep.html", context)
        messages.info(request, str(error))
        return redirect(topic)
    except (services.CannotKeep, guarding.Refused) as error:
        messages.info(request, str(error))
        return redirect(topic)
    if url.startswith("/admin/") and may_edit_draft(request.user, topic):
        messages.success(request, _("The draft is made. Here you can finish it."))
        return redirect(url)
    messages.success(request, _("Thank you. An editor looks at it before it is in the library."))
    return redirect(topic)
