from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from belonging.accounts.models import User
from belonging.notifications import services
from belonging.notifications.forms import DigestForm
from belonging.notifications.models import DigestPreference, Notification

PAGE = 30


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The newest first; ``?before=ID`` goes on from there."""
    rows = Notification.objects.of(request.user)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows[: PAGE + 1])
    more = len(shown) > PAGE
    shown = shown[:PAGE]
    context = {
        "notifications": shown,
        "older_url": f"?before={shown[-1].pk}" if more else "",
        "newer_url": "?" if before else "",
        "any_unread": any(row.read_at is None for row in shown),
    }
    return render(request, "notifications/index.html", context)


@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    services.mark_read(_person(request))
    messages.success(request, _("All marked as read."))
    return redirect("notifications:index")


@require_POST
@login_required
def open_one(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Marks the person's notification read and goes where it leads."""
    row = get_object_or_404(Notification.objects.of(request.user), pk=notification_id)
    services.mark_read(_person(request), notification_id=row.pk)
    return redirect(row.url if row.url.startswith("/") and not row.url.startswith("//") else "notifications:index")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    preference = DigestPreference.objects.filter(user=person).first() or DigestPreference(user=person)
    form = DigestForm(request.POST or None, instance=preference)
    if request.method == "POST":
        if form.is_valid():
            services.set_digest(person, **form.cleaned_data)
            messages.success(request, _("Saved. Your next digest follows this."))
            return redirect("notifications:settings")
        return render(request, "notifications/settings.html", {"form": form}, status=422)
    return render(request, "notifications/settings.html", {"form": form})


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (login_required stands above every caller)
    return request.user
