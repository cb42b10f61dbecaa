"""What a credited person sees of a resource that was made from their words, and what they say to it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from resources.crediting import decide_consent
from resources.forms import ConsentForm
from resources.models import Credit


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def credit(request: HttpRequest, credit_id: int) -> HttpResponse:
    """For the credited person alone: the text as it stands, and a choice."""
    found = get_object_or_404(Credit.objects.of(request.user).select_related("page", "user"), pk=credit_id)
    form = ConsentForm(request.POST if request.method == "POST" else None, initial={"consent": found.consent})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            decide_consent(found.pk, consent=form.cleaned_data["consent"])
            messages.success(request, _("Thank you. We do as you wish."))
            return redirect("resources:credit", credit_id=found.pk)
        status = 422
    page = found.page if found.page.live else found.page.get_latest_revision_as_object()
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": _("Library"), "url": "/library/"}]
    context = {
        "credit": found,
        "page": page,
        "live": found.page.live,
        "form": form,
        "breadcrumbs": [*crumbs, {"label": _("Your name in the library"), "url": ""}],
    }
    return render(request, "resources/credit.html", context, status=status)
