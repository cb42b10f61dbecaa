from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from belonging.core.errors import BelongingError
from belonging.moderation import services
from belonging.moderation.forms import DecideForm, ReportForm
from belonging.moderation.models import Case, Report, State, may_moderate

QUEUE_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report(request: HttpRequest, kind: str, object_id: int) -> HttpResponse:
    try:
        room = services.reportable(kind)
    except services.NotReportable:
        raise Http404 from None
    thing = get_object_or_404(room.visible(request.user), pk=object_id)
    form = ReportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            services.report(request.user, kind=kind, object_id=object_id, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, _("Thank you. A moderator looks at it, and we tell you what was decided."))
            return redirect(room.url(thing))
        status = 422
    context = {"form": form, "words": room.describe(thing), "back": room.url(thing)}
    return render(request, "moderation/report.html", context, status=status)


@require_safe
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Open cases, urgent ones first, and what was decided lately. Moderators and safeguarding leads only."""
    if not may_moderate(request.user):
        raise Http404
    cases = Case.objects.moderated_by(request.user)
    context = {
        "waiting": [_shown(case) for case in cases.open().urgent_first().prefetch_related("reports__reporter")[:QUEUE_PAGE]],
        "decided": [
            _shown(case)
            for case in cases.exclude(state=State.OPEN).select_related("decided_by").prefetch_related("reports__reporter")
            .order_by("-decided_at")[:20]
        ],
        "form": DecideForm(),
    }  # fmt: skip
    return render(request, "moderation/queue.html", context)


def _shown(case: Case) -> dict[str, Any]:
    try:
        room = services.reportable(case.kind)
    except services.NotReportable:
        return {"case": case, "thing": None}
    thing = room.everything().filter(pk=case.object_id).first()
    if thing is None:
        return {"case": case, "thing": None}
    return {"case": case, "thing": thing, "words": room.describe(thing), "url": room.url(thing), "label": room.label}


@require_POST
@login_required
def decide(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(Case.objects.moderated_by(request.user), pk=case_id)
    form = DecideForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Choose whether to hide or to keep it; the words in its place have 300 letters at most.")
        )
        return redirect("moderation:queue")
    data = form.cleaned_data
    try:
        services.decide(
            case.pk,
            by=request.user,
            hide=data["decision"] == "hide",
            public_text=data["public_text"],
            note=data["note"],
        )
        messages.success(request, _("Decided."))
    except BelongingError as error:
        messages.info(request, str(error))
    return redirect("moderation:queue")


@require_safe
def transparency(request: HttpRequest) -> HttpResponse:
    """What was reported and decided in the last twelve months, in numbers; nobody and nothing is named."""
    since = timezone.now() - timedelta(days=365)
    cases = Case.objects.filter(opened_at__gte=since)
    hours = [
        (case.decided_at - case.opened_at).total_seconds() / 3600 for case in cases.exclude(decided_at__isnull=True).only("decided_at", "opened_at")
        if case.decided_at
    ]  # fmt: skip
    context = {
        "reports": Report.objects.filter(created_at__gte=since).count(),
        "cases": cases.count(),
        "hidden": cases.filter(state=State.HIDDEN).count(),
        "kept": cases.filter(state=State.KEPT).count(),
        "open": cases.open().count(),
        "hours": round(median(hours), 1) if hours else None,
        "breadcrumbs": [{"label": _("Home"), "url": "/"}, {"label": _("How we moderate"), "url": ""}],
    }
    return render(request, "moderation/transparency.html", context)
