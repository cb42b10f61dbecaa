"""Appeals: the page of the person a decision is about, and the moderators' page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belonging.core.errors import BelongingError
from belonging.moderation import appealing, things
from belonging.moderation.forms import AppealDecisionForm, AppealForm
from belonging.moderation.models import Appeal, AppealState, Decision, Evidence, may_moderate


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def appeal(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What was decided about the person, why, and a form to say that it was wrong. Theirs alone."""
    if kind not in ("decision", "restriction"):
        raise Http404
    found = appealing.about(kind, pk, request.user)
    if found is None:
        raise Http404
    form = AppealForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                appealing.appeal(request.user, kind=kind, pk=pk, **form.cleaned_data)
            except BelongingError as error:
                messages.info(request, str(error))
            else:
                messages.success(request, _("Sent. Somebody else than who decided reads it, and this page tells you."))
            return redirect("moderation:appeal", kind, pk)
    context = {
        "kind": kind,
        "found": found,
        "words": _own_words(found) if isinstance(found, Decision) else "",
        "appeal": Appeal.objects.filter(**{kind: found}).first(),
        "refused": appealing.why_not(found),
        "form": form,
    }
    return render(request, "moderation/appeal.html", context, status=status)


def _own_words(found: Decision) -> str:
    """What the person wrote, as it was when it was reported."""
    kept = Evidence.objects.filter(case=found.case).last()
    return kept.words if kept else ""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def appeal_case(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """An appeal, what it is about, and the second decision. Moderators and safeguarding leads only."""
    if not may_moderate(request.user):
        raise Http404
    rows = Appeal.objects.moderated_by(request.user)
    rows = rows.select_related("person", "decided_by", "decision__case", "decision__by", "restriction__by")
    found = get_object_or_404(rows, pk=appeal_id)
    case = found.decision.case if found.decision else None
    form = AppealDecisionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            grant = form.cleaned_data["outcome"] == "grant"
            try:
                appealing.decide(found.pk, by=request.user, grant=grant, answer=form.cleaned_data["answer"])
            except BelongingError as error:
                messages.info(request, str(error))
            else:
                messages.success(request, _("Decided. The person and who decided first are told."))
            return redirect("moderation:appeal_case", found.pk)
    context = {
        "appeal": found,
        "case": case,
        "shown": things.shown([case])[0] if case else None,
        "evidence": list(case.evidence.all()) if case else [],
        "waits": found.state == AppealState.WAITING,
        "decided_first": found.first_decided_by_id == request.user.pk,
        "form": form,
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Reports"), "url": "/moderation/"},
            {"label": _("Appeals"), "url": "/moderation/?show=appeals"},
            {"label": _("Appeal %(number)s") % {"number": found.pk}, "url": ""},
        ],
    }
    return render(request, "moderation/appeal_case.html", context, status=status)
