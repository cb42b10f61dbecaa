"""What anybody does: report, complain, read the numbers."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from belonging.core.errors import BelongingError
from belonging.core.spreadsheets import csv_response
from belonging.moderation import complaints, limits, services, transparency
from belonging.moderation.errors import TooMany
from belonging.moderation.forms import ComplaintForm, ReportForm
from belonging.moderation.models import Reason


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report(request: HttpRequest, kind: str, object_id: int) -> HttpResponse:
    """A reason and a button. What can be reported is what the person can see."""
    try:
        room = services.reportable(kind)
    except services.NotReportable:
        raise Http404 from None
    thing = get_object_or_404(room.visible(request.user), pk=object_id)
    form = ReportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.report(request.user, kind=kind, object_id=object_id, **form.cleaned_data)  # type: ignore[arg-type]
            except BelongingError as error:
                form.add_error(None, str(error))
                status = 429 if isinstance(error, TooMany) else 422
            else:
                messages.success(request, _what_next(form.cleaned_data["reason"]))
                return redirect(room.url(thing))
    context = {"form": form, "words": room.describe(thing), "label": room.label, "back": room.url(thing)}
    return render(request, "moderation/report.html", context, status=status)


def _what_next(reason: str) -> str:
    if reason == Reason.SAFEGUARDING:
        return _(
            "Thank you. Our safeguarding leads were called now, and they alone read your report. We tell you what was "
            "decided. If a child is in danger, call 999 and tell your own safeguarding lead today."
        )
    return _("Thank you. A moderator reads it, usually within a day, and your notifications tell you what was decided.")


@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest) -> HttpResponse:
    """A complaint about anything on this site; no account is needed."""
    if request.method != "POST":
        form = ComplaintForm(initial={"about": request.GET.get("about", "")[:500]})
        return render(request, "moderation/complaint.html", {"form": form})
    form = ComplaintForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            limits.check_address_rate(get_adapter(request).get_client_ip(request), "complaint")
        except TooMany as error:
            form.add_error(None, str(error))
            status = 429
        else:
            user = request.user if request.user.is_authenticated else None
            made = complaints.complain(user=user, **form.cleaned_data)
            answered = bool(made.email or user)
            return render(request, "moderation/complaint_sent.html", {"complaint": made, "answered": answered})
    return render(request, "moderation/complaint.html", {"form": form}, status=status)


@require_safe
def transparency_page(request: HttpRequest) -> HttpResponse:
    """What was reported and decided in the last twelve months, in numbers; nobody and nothing is named."""
    context = {
        **transparency.figures(timezone.now()).as_context(),
        "breadcrumbs": [{"label": _("Home"), "url": "/"}, {"label": _("How we moderate"), "url": ""}],
    }
    return render(request, "moderation/transparency.html", context)


@require_safe
def transparency_csv(request: HttpRequest) -> HttpResponse:
    """The same numbers, for a spreadsheet."""
    return csv_response(transparency.figures(timezone.now()).as_rows(), name="transparency.csv")
