"""Who is in a space: the list for its readers, and what facilitators do with it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import guarding, services
from community.models import Space, SpaceMembership, SpaceRole
from community.space_forms import AddMemberForm
from community.views.spaces import crumbs_of, facilitators_of, space_or_leave

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Names, for whoever may read the space; a facilitator adds people by their handle."""
    found = space_or_leave(request, slug)
    if isinstance(found, HttpResponse):
        return found
    leads = Space.objects.moderated_by(request.user).filter(pk=found.pk).exists()
    form, status = AddMemberForm(), 200
    if request.method == "POST":
        if not leads:
            raise PermissionDenied
        form, status = AddMemberForm(request.POST), 422
        if form.is_valid():
            try:
                guarding.check(request.user, "add")
                made = services.add_member(found, handle=form.cleaned_data["handle"], by=request.user)  # type: ignore[arg-type]
            except guarding.Refused as refused:
                form.add_error(None, str(refused))
                status = refused.status
            except (services.NobodyThere, services.AlreadyMember) as error:
                form.add_error("handle", str(error))
            else:
                messages.success(request, _("%(name)s is a member now.") % {"name": made.user.display_name})
                return redirect(found.members_url)
    page = _page(request)
    rows = SpaceMembership.objects.active().filter(space=found, role=SpaceRole.MEMBER, user__is_active=True)
    rows = rows.select_related("user", "user__profile", "user__profile__photo").order_by("user__name", "user_id")
    shown = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    asked = SpaceMembership.objects.asked().filter(space=found).select_related("user").order_by("asked_at")
    context = {
        "space": found,
        "leads": leads,
        "form": form,
        "facilitators": facilitators_of(found).select_related("user__profile__photo"),
        "members": shown[:PAGE],
        "page": page,
        "more": len(shown) > PAGE,
        "asked": asked if leads else [],
        "breadcrumbs": crumbs_of(found, _("Members")),
    }
    return render(request, "community/members.html", context, status=status)


def _page(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return min(max(int(given), 1), 500) if given.isdecimal() and len(given) < 5 else 1


def _membership(request: HttpRequest, membership_id: int) -> SpaceMembership:
    """For whoever looks after its space; 404 for outsiders, 403 for its other readers."""
    found = SpaceMembership.objects.select_related("space", "user").filter(pk=membership_id).first()
    if found is None or not Space.objects.visible_to(request.user).filter(pk=found.space_id).exists():
        raise Http404
    if not Space.objects.moderated_by(request.user).filter(pk=found.space_id).exists():
        raise PermissionDenied
    return found


@require_POST
@login_required
def decide(request: HttpRequest, membership_id: int) -> HttpResponse:
    found = _membership(request, membership_id)
    confirm = request.POST.get("decision") == "confirm"
    services.decide_request(found.pk, confirm=confirm, by=request.user)  # type: ignore[arg-type]
    return redirect(found.space.members_url)


@require_POST
@login_required
def role(request: HttpRequest, membership_id: int) -> HttpResponse:
    found = _membership(request, membership_id)
    wanted = request.POST.get("role", "")
    if wanted in SpaceRole.values:
        try:
            services.set_role(found.pk, role=wanted, by=request.user)  # type: ignore[arg-type]
        except services.LastFacilitator as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved."))
    return redirect(found.space.members_url)


@require_POST
@login_required
def remove(request: HttpRequest, membership_id: int) -> HttpResponse:
    found = _membership(request, membership_id)
    try:
        services.remove_member(found.pk, by=request.user)  # type: ignore[arg-type]
    except services.LastFacilitator as error:
        messages.error(request, str(error))
        return redirect(found.space.members_url)
    messages.success(request, _("%(name)s is no longer a member.") % {"name": found.user.display_name})
    return redirect(found.space.members_url if found.user_id != request.user.pk else "community:spaces")
