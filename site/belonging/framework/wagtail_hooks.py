from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from belonging.core.hooks import LinkTarget, SearchHit, SearchSource, StandardContent, Viewer
from belonging.core.searching import ranked
from belonging.core.snippets import RowSnippetViewSet
from belonging.framework import admin_views, services, strands
from belonging.framework.models import Framework, Indicator


@hooks.register("standard_content")
def standard_content() -> list[StandardContent]:
    return [StandardContent("framework", 10, services.load)]


@hooks.register("link_targets")
def link_targets() -> list[LinkTarget]:
    return [LinkTarget("strand", _strand_url)]


def _strand_url(slug: str) -> str | None:
    found = strands.find_strand(slug.upper())
    return reverse("framework:strand", args=[found.code]) if found else None


@hooks.register("search_sources")
def search_sources() -> list[SearchSource]:
    return [SearchSource("framework", str(_("Framework")), _search, _hit)]


def _search(viewer: Viewer, query: str) -> QuerySet[Any]:
    return ranked(Indicator.objects.published().select_related("strand"), query)


def _hit(row: Indicator) -> SearchHit:
    return SearchHit(f"{row.code} {row.short_title}", row.get_absolute_url(), str(_("Indicator")), row.statement)


class DraftOnlyPolicy(ModelPermissionPolicy):
    """Indicators are changed in a draft, and nowhere else: there, whoever may edit the framework may."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Indicator) -> bool:
        if action != "view" and instance.pk and instance.framework.status != Framework.Status.DRAFT:
            return False
        return bool(super().user_has_permission_for_instance(user, action, instance))


class IndicatorViewSet(RowSnippetViewSet):
    """The indicators of the draft. A published version stays as it is."""

    model = Indicator
    icon = "list-ul"
    list_display = ["code", "short_title", "strand"]
    search_fields = ["code", "short_title", "statement"]
    panels = [
        MultiFieldPanel([FieldPanel("strand"), FieldPanel("code"), FieldPanel("position")], _("Place")),
        FieldPanel("short_title"),
        FieldPanel("statement"),
        FieldPanel("why"),
        InlinePanel(
            "levels", [FieldPanel("value"), FieldPanel("label"), FieldPanel("descriptor")], heading=_("Levels")
        ),
        InlinePanel("wordings", [FieldPanel("respondent"), FieldPanel("text")], heading=_("Words for each group")),
        FieldPanel("tips"),
        FieldPanel("evidence_prompts"),
        InlinePanel(
            "suggested_actions",
            [FieldPanel("title"), FieldPanel("first_step"), FieldPanel("weeks_to_complete")],
            heading=_("Suggested actions"),
        ),
        *[FieldPanel(name) for name in ("tags", "phases", "settings", "measures")],
    ]

    def get_queryset(self, request: Any) -> QuerySet[Indicator]:
        return Indicator.objects.filter(framework__status=Framework.Status.DRAFT).select_related("strand").in_order()


register_permission_policy(Indicator, DraftOnlyPolicy(Indicator))
register_snippet(IndicatorViewSet)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("framework/", admin_views.versions, name="framework_versions"),
        path("framework/next/", admin_views.start_next, name="framework_start_next"),
        path("framework/<int:framework_id>/publish/", admin_views.publish, name="framework_publish"),
        path("framework/<int:framework_id>/discard/", admin_views.discard, name="framework_discard"),
    ]


class FrameworkMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return admin_views.may_edit(request.user)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return FrameworkMenuItem(_("Framework"), reverse("framework_versions"), icon_name="list-ul", order=250)
