from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from belonging.framework.models import Framework, Strand


def _current_or_404() -> Framework:
    framework = Framework.objects.current()
    if framework is None:
        raise Http404
    return framework


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The published version: layers, strands and the short titles of indicators."""
    framework = _current_or_404()
    layers = framework.layers.prefetch_related("strands__indicators")
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": framework.title, "url": ""}]
    return render(request, "framework/index.html", {"framework": framework, "layers": layers, "breadcrumbs": crumbs})


@require_safe
def strand(request: HttpRequest, code: str) -> HttpResponse:
    """One strand with its indicators in full, on a page that reads well on a phone."""
    framework = _current_or_404()
    strands = list(framework.strands.select_related("layer"))
    place = next((number for number, row in enumerate(strands) if row.code.lower() == code.lower()), None)
    if place is None:
        raise Http404
    found: Strand = strands[place]
    context = {
        "framework": framework,
        "strand": found,
        "indicators": found.indicators.with_words().in_order(),
        "before": strands[place - 1] if place else None,
        "after": strands[place + 1] if place + 1 < len(strands) else None,
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": framework.title, "url": framework.get_absolute_url()},
            {"label": str(found), "url": ""},
        ],
    }
    return render(request, "framework/strand.html", context)
