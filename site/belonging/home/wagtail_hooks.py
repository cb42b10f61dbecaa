from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_save
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from belonging.core.hooks import DemoContent, LinkTarget, SearchHit, SearchSource, StandardContent, Viewer
from belonging.core.searching import ranked
from belonging.home import context, demo, roles, tree
from belonging.home.models import SiteText, StandardPage, StrategyPage


@hooks.register("standard_content")
def standard_content() -> list[StandardContent]:
    return [StandardContent("home", 20, tree.load), StandardContent("home", 60, roles.load)]


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [DemoContent("home", 90, demo.create, demo.connect)]


@hooks.register("link_targets")
def link_targets() -> list[LinkTarget]:
    return [LinkTarget("page", _page_url)]


def _page_url(slug: str) -> str | None:
    if slug == "home":
        return "/"
    for model in (StandardPage, StrategyPage):
        page = model.objects.live().filter(slug=slug).first()
        if page:
            return str(page.get_url() or "") or None
    return None


@hooks.register("search_sources")
def search_sources() -> list[SearchSource]:
    return [SearchSource("pages", _("Pages"), _search_pages, _hit)]


def _search_pages(viewer: Viewer, query: str) -> QuerySet[Any]:
    """Standard pages and strategies: both are public, and small enough to be asked for together by number."""
    numbers = [
        pk
        for model in (StandardPage, StrategyPage)
        for pk in ranked(model.objects.live().public(), query).values_list("pk", flat=True)[:21]
    ]
    return Page.objects.live().filter(pk__in=numbers).order_by("path")


def _hit(page: Page) -> SearchHit:
    return SearchHit(page.title, page.get_url() or "/", _("Page"), page.search_description)


def _forget(**_kwargs: Any) -> None:
    context.forget()


page_published.connect(_forget, dispatch_uid="frame_forget_published")
page_unpublished.connect(_forget, dispatch_uid="frame_forget_unpublished")
post_save.connect(_forget, sender=SiteText, dispatch_uid="frame_forget_text")
