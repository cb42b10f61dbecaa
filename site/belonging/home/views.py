from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks

from belonging.core.hooks import DashboardCard, SearchHit, SearchSource, gather
from belonging.core.searching import search_query

HITS_EACH = 4
HITS_PAGE = 20


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """The member's own page: what rooms hang in by ``dashboard_cards``, the lowest rank first."""
    cards: list[DashboardCard] = [card for give in hooks.get_hooks("dashboard_cards") for card in give(request.user)]
    cards.sort(key=lambda card: card.rank)
    context = {
        "greeting": _greeting(request.user, hour=timezone.localtime().hour),
        "main": [card for card in cards if card.column == "main"],
        "aside": [card for card in cards if card.column == "aside"],
    }
    return render(request, "home/dashboard.html", context)


def _greeting(user: Any, *, hour: int) -> str:
    words = _("Good morning, %(name)s") if hour < 12 else _("Good afternoon, %(name)s")
    if hour >= 18:
        words = _("Good evening, %(name)s")
    return words % {"name": user.get_short_name()}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One search over all rooms; each answers for what this person may see. ``kind`` narrows it to one room."""
    query = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
    kind = request.GET.get("kind", "")
    sources: list[SearchSource] = gather("search_sources")
    if kind not in {source.name for source in sources}:
        kind = ""
    groups = []
    if search_query(query) is not None:
        for source in sources:
            if kind and source.name != kind:
                continue
            most = HITS_PAGE if kind else HITS_EACH
            rows = list(source.search(request.user, query)[: most + 1])
            if rows:
                hits: list[SearchHit] = [source.hit(row) for row in rows[:most]]
                groups.append({"source": source, "hits": hits, "more": len(rows) > most})
    context = {"q": query, "kind": kind, "sources": sources, "groups": groups}
    return render(request, "home/search.html", context)


@require_safe
def language(request: HttpRequest) -> HttpResponse:
    """Two buttons, one for each language. Nothing is remembered before somebody presses one."""
    wanted = request.GET.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    current = translation.get_language()
    languages = [
        (code, translation.get_language_info(code)["name_local"], code == current) for code, _name in settings.LANGUAGES
    ]
    return render(request, "home/language.html", {"next": wanted if safe else "/", "languages": languages})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /accounts/", "Disallow: /q/", "Disallow: /search/"]
    lines.append(f"Sitemap: {settings.BASE_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
