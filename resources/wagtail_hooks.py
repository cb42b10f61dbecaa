from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail import hooks

from belonging.core.hooks import (
    Contributions,
    DashboardCard,
    DemoContent,
    DigestItem,
    DigestSection,
    LinkCard,
    LinkTarget,
    PersonalData,
    ResourceDraft,
    SearchHit,
    SearchSource,
    SpaceFacts,
    SpacePanel,
    StandardContent,
    Suggestion,
    Viewer,
)
from belonging.core.searching import ranked
from resources import crediting, demo, services
from resources.models import Consent, Credit, ResourcePage


@hooks.register("standard_content")
def standard_content() -> list[StandardContent]:
    return [StandardContent("resources", 30, services.load)]


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [
        DemoContent("resources", 30, demo.create, demo.connect),
        DemoContent("answers in the library", 70, lambda: "they come from discussions", demo.publish_answers),
    ]


@hooks.register("link_targets")
def link_targets() -> list[LinkTarget]:
    return [LinkTarget("resource", _url, _describe)]


def _url(slug: str) -> str | None:
    page = ResourcePage.objects.live().filter(slug=slug).first()
    return page.get_url() if page else None


def _describe(slug: str) -> SearchHit | None:
    page = ResourcePage.objects.live().public().filter(slug=slug, members_only=False).first()
    return _hit(page) if page else None


@hooks.register("link_cards")
def link_cards() -> list[LinkCard]:
    return [LinkCard("/library/", _describe_path)]


def _describe_path(path: str) -> SearchHit | None:
    hit = _describe(path.rstrip("/").rsplit("/", 1)[-1])
    return hit if hit and hit.url == path else None


@hooks.register("search_sources")
def search_sources() -> list[SearchSource]:
    return [SearchSource("library", _("Library"), _search, _hit)]


def _search(viewer: Viewer, query: str) -> QuerySet[Any]:
    found: QuerySet[Any] = ranked(ResourcePage.objects.visible_to(viewer), query)
    return found


def _hit(page: ResourcePage) -> SearchHit:
    return SearchHit(page.title, page.get_url() or "/", page.get_kind_display(), page.summary, page.evidence_words)


def _item(page: ResourcePage) -> DigestItem:
    return DigestItem(page.title, page.get_url() or "/", page.summary, page.get_kind_display())


@hooks.register("digest_sections")
def digest_sections(user: Any, since: datetime, until: datetime) -> list[DigestSection]:
    """Resources published in the time, those on the person's strands first."""
    rows = list(
        ResourcePage.objects.visible_to(user)
        .filter(published_on__gt=since.date(), published_on__lte=until.date())
        .newest()[:20]
    )
    mine = set(services.strands_of(user))
    rows.sort(key=lambda page: not mine.intersection(page.strands))
    if not rows:
        return []
    return [
        DigestSection(40, _("New in the library"), [_item(page) for page in rows[:3]], "/library/", _("The library"))
    ]


@hooks.register("dashboard_cards")
def dashboard_cards(user: Any) -> list[DashboardCard]:
    visible = ResourcePage.objects.visible_to(user).newest()
    mine = services.strands_of(user)
    rows = list(visible.on_strands(mine)[:3]) if mine else []
    rows = rows or list(visible[:3])
    empty = _("Nothing in the library yet.")
    return [
        DashboardCard(
            50,
            _("From the library"),
            [_item(page) for page in rows],
            empty=empty,
            more_label=_("All"),
            more_url="/library/",
        )
    ]


@hooks.register("contributions")
def contributions(user: Any, viewer: Viewer) -> list[Contributions]:
    """What the person wrote, and what was made from their questions and answers, unless without their name."""
    named = Credit.objects.of(user).filter(consent=Consent.NAMED).values("page_id")
    unnamed = Credit.objects.of(user).exclude(consent=Consent.NAMED).values("page_id")
    found = ResourcePage.objects.visible_to(viewer).filter(Q(author=user) | Q(pk__in=named)).exclude(pk__in=unnamed)
    rows = list(found.newest()[:10])
    return [Contributions(_("Resources"), [_item(page) for page in rows], len(rows))] if rows else []


@hooks.register("resource_drafts")
def resource_drafts() -> list[ResourceDraft]:
    label = _("Turn this answer into a library resource")
    return [ResourceDraft(label, crediting.keep_answer, crediting.may_edit)]


@hooks.register("suggestions")
def suggestions(indicator_code: str, school: Any, user: Viewer) -> list[Suggestion]:
    """The strongest evidence on the indicator's strand, at most three."""
    strand = indicator_code.partition(".")[0]
    rows = (
        ResourcePage.objects.visible_to(user).on_strands([strand]).order_by("-evidence_strength", "-published_on")[:3]
    )
    return [
        Suggestion("resource", _("Resource"), page.title, page.get_url() or "/", page.summary, page.evidence_words)
        for page in rows
    ]


@hooks.register("space_panels")
def space_panels(space: SpaceFacts, user: Viewer) -> list[SpacePanel]:
    """The newest resources on what the space is about."""
    if not space.strands:
        return []
    items = [_item(page) for page in ResourcePage.objects.visible_to(user).on_strands(list(space.strands)).newest()[:3]]
    url = "/library/?" + urlencode([("strand", code) for code in space.strands])
    return [SpacePanel(_("From the library"), items, url, _("All on these strands"))] if items else []


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    """Resources stay with the community; they and their credits then name "Former member"."""
    models = ["resources.ResourcePage", "resources.Credit"]
    return [PersonalData("resources", models, export=_export, erase=lambda user: None)]


def _export(user: Any) -> Mapping[str, Any]:
    rows = ResourcePage.objects.filter(author=user).newest()
    return {
        "resources": [{"title": row.title, "summary": row.summary, "published_on": row.published_on} for row in rows],
        "credited_in": list(Credit.objects.of(user).values("page__title", "role", "consent")),
    }
