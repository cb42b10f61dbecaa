"""The top of the page tree: one home page below the root, and room for each feature's index page below it."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from belonging.home.models import HomePage, SiteText

AnyPage = TypeVar("AnyPage", bound=Page)


def home_page() -> HomePage:
    """The home page; made, with the site that serves it, when there is none yet."""
    found = HomePage.objects.first()
    if found is not None:
        return found
    root = Page.get_first_root_node()
    page: HomePage = root.add_child(
        instance=HomePage(
            title=settings.SITE_NAME,
            slug="belonging",
            summary=_("A community of practice for people who care about children’s belonging at school."),
            hero_heading=_("Every pupil expected. Every pupil known."),
            hero_text=_(
                "A free community for people who want school to be a place where children belong. "
                "Share what you have tried, learn from what others found, and meet people who do the same work."
            ),
            hero_first_label=_("Join the community"),
            hero_first_url="/accounts/signup/",
            hero_second_label=_("Read the framework"),
            hero_second_url="/framework/",
        )
    )
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={**_host(), "root_page": page, "site_name": settings.SITE_NAME},
    )
    # Wagtail's own first page ("Welcome to your new Wagtail site!") is of no use to anybody.
    Page.objects.filter(depth=2, slug="home").exclude(pk=page.pk).delete()
    Page.fix_tree()
    page.refresh_from_db()
    SiteText.objects.get_or_create(site=Site.objects.get(is_default_site=True))
    return page


def _host() -> dict[str, Any]:
    """The site's name and port, from BASE_URL, for the few places that need a full address (sitemap, feeds)."""
    parts = urlsplit(settings.BASE_URL)
    return {"hostname": parts.hostname or "localhost", "port": parts.port or (443 if parts.scheme == "https" else 80)}


def child(parent: Page, page: AnyPage) -> AnyPage:
    """``page`` below ``parent``, or the one of its type and slug that stands there already."""
    found = type(page).objects.child_of(parent).filter(slug=page.slug).first()
    if found is not None:
        return found
    # a fresh copy of the parent: treebeard keeps the number of children on it
    added: AnyPage = parent.__class__.objects.get(pk=parent.pk).add_child(instance=page)
    return added


def load() -> str:
    return f"home page {home_page().pk}"
