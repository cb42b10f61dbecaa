"""What facilitators set: the words and rules of a space, and whether it stays open."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import services
from community.models import Space
from community.space_forms import SpaceForm
from community.views.spaces import crumbs_of, space_or_leave


def _mine(request: HttpRequest, slug: str) -> Space | HttpResponse:
    """The space for whoever looks after it; its other readers get a 403, outsiders the way out."""
    found = space_or_leave(request, slug)
    if isinstance(found, Space) and not Space.objects.moderated_by(request.user).filter(pk=found.pk).exists():
        raise PermissionDenied
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    found = _mine(request, slug)
    if isinstance(found, HttpResponse):
        return found
    form = SpaceForm(request.POST or None, instance=found, user=request.user)  # type: ignore[arg-type]
    status = 200
    if request.method == "POST":
        if form.is_valid():
            changes = {name: value for name, value in form.cleaned_data.items() if name != "sure"}
            services.change_space(found.pk, by=request.user, changes=changes)  # type: ignore[arg-type]
            messages.success(request, _("The settings are saved."))
            still = Space.objects.visible_to(request.user).filter(pk=found.pk).exists()
            return redirect(found if still else "community:spaces")
        status = 422
        found.refresh_from_db()
    context = {"space": found, "form": form, "breadcrumbs": crumbs_of(form.stored, _("Settings"))}
    return render(request, "community/space_settings.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiet(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a space open, close it, or open it again."""
    found = _mine(request, slug)
    if isinstance(found, HttpResponse):
        return found
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer == "keep":
            services.keep_open(found.pk, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("The space stays open."))
        elif answer == "close":
            services.close_space(found.pk, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("The space is closed. Everything in it can still be read."))
        elif answer == "reopen":
            services.reopen_space(found.pk, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("The space is open again."))
        else:
            return redirect(found.quiet_url)
        return redirect(found)
    found = Space.objects.with_last_post().get(pk=found.pk)
    context = {"space": found, "breadcrumbs": crumbs_of(found, _("Keep open or close"))}
    return render(request, "community/quiet.html", context)
