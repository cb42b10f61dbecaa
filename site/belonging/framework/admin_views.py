"""The editor's page of versions: make the next one, publish it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import require_admin_access

from belonging.core.errors import BelongingError
from belonging.framework import services
from belonging.framework.models import Framework

PERMISSION = "framework.change_indicator"


def may_edit(user: Any) -> bool:
    return bool(user.has_perm(PERMISSION))


def _require(request: HttpRequest) -> None:
    if not may_edit(request.user):
        raise PermissionDenied


@require_safe
@require_admin_access
def versions(request: HttpRequest) -> HttpResponse:
    _require(request)
    return render(request, "framework/admin_versions.html", {"versions": Framework.objects.newest_first()})


@require_POST
@require_admin_access
def start_next(request: HttpRequest) -> HttpResponse:
    _require(request)
    try:
        draft = services.start_next_version(by=request.user, major="major" in request.POST)
        messages.success(request, _("Version %(version)s is a draft now.") % {"version": draft.version})
    except BelongingError as error:
        messages.error(request, str(error))
    return redirect("framework_versions")


@require_POST
@require_admin_access
def publish(request: HttpRequest, framework_id: int) -> HttpResponse:
    _require(request)
    draft = get_object_or_404(Framework, pk=framework_id)
    try:
        services.publish_version(draft.pk, by=request.user)
        messages.success(request, _("Version %(version)s is published.") % {"version": draft.version})
    except BelongingError as error:
        messages.error(request, str(error))
    return redirect("framework_versions")


@require_POST
@require_admin_access
def discard(request: HttpRequest, framework_id: int) -> HttpResponse:
    _require(request)
    draft = get_object_or_404(Framework.objects.drafts(), pk=framework_id)
    services.discard_draft(draft.pk, by=request.user)
    messages.success(request, _("The draft is gone."))
    return redirect("framework_versions")
