from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList, PageChooserPanel, TitleFieldPanel
from wagtail.admin.widgets import SlugInput
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

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
from belonging.core.snippets import RowSnippetViewSet
from resources import crediting, demo, services
from resources.collecting import MOST_ITEMS
from resources.demo import collections
from resources.models import Collection, CollectionItem, Consent, Credit, ResourcePage


@hooks.register("standard_content")
def standard_content() -> list[StandardContent]:
    return [StandardContent("resources", 30, services.load)]


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [
        DemoContent("resources", 30, demo.create, demo.connect),
        DemoContent("collections", 65, lambda: "they come when the spaces are there", collections.connect),
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
    """The space's own collection; while nothing is in it, the newest resources on what the space is about."""
    own = CollectionItem.objects.visible_to(user).filter(collection__space__slug=space.slug)
    rows = list(own.select_related("resource", "collection")[:3])
    if rows:
        chosen = [_collected(row) for row in rows]
        url = rows[0].collection.get_absolute_url()
        return [SpacePanel(_("Library of this space"), chosen, url, _("All of the collection"))]
    pages = ResourcePage.objects.visible_to(user).on_strands(list(space.strands)).newest() if space.strands else []
    items = [_item(page) for page in pages[:3]]
    panel = SpacePanel(_("From the library"), items)
    if items:
        url = "/library/?" + urlencode([("strand", code) for code in space.strands])
        panel = replace(panel, url=url, more_label=_("All on these strands"))
    if space.leads:
        hint = _("Nothing is in this space’s own collection yet. Open a resource and choose “Add to a collection”.")
        panel = replace(panel, hint=hint, hint_url="/library/", hint_label=_("Go to the library"))
    return [panel] if items or panel.hint else []


def _collected(item: CollectionItem) -> DigestItem:
    page = item.resource
    return DigestItem(page.title, page.get_url() or "/", item.note, page.get_kind_display())


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    """Resources stay with the community; they and their credits then name "Former member". Collections forget who chose."""
    models = ["resources.ResourcePage", "resources.Credit", "resources.CollectionItem"]
    return [PersonalData("resources", models, export=_export, erase=_erase)]


def _erase(user: Any) -> None:
    CollectionItem.objects.filter(added_by=user).update(added_by=None)


def _export(user: Any) -> Mapping[str, Any]:
    rows = ResourcePage.objects.filter(author=user).newest()
    return {
        "resources": [{"title": row.title, "summary": row.summary, "published_on": row.published_on} for row in rows],
        "credited_in": list(Credit.objects.of(user).values("page__title", "role", "consent")),
        "added_to_collections": list(
            CollectionItem.objects.filter(added_by=user)
            .order_by("added_at", "pk")
            .values("collection__title", "resource__title", "note", "added_at")
        ),
    }


class CollectionPolicy(ModelPermissionPolicy):
    """Editors work on every collection that they may see: not on that of a space which is closed to them."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Collection) -> bool:
        seen = not instance.pk or Collection.objects.visible_to(user).filter(pk=instance.pk).exists()
        return seen and bool(super().user_has_permission_for_instance(user, action, instance))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        found = super().instances_user_has_any_permission_for(user, actions)
        return found.filter(pk__in=Collection.objects.visible_to(user).values("pk"))


class CollectionForm(WagtailAdminModelForm):
    """Whoever puts something in is remembered, as on the site."""

    def save(self, commit: bool = True) -> Any:
        for form in self.formsets["items"].forms:
            if form.instance.pk is None:
                form.instance.added_by = self.for_user
        return super().save(commit=commit)


class CollectionViewSet(RowSnippetViewSet):
    """Collections for everybody are made here; a space's begins on the site, with the first thing put into it."""

    model = Collection
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Library collections")
    add_to_admin_menu = True
    menu_order = 256
    list_display = ["title", "space", "updated_at"]
    search_fields = ["title"]
    edit_handler = ObjectList(
        [
            TitleFieldPanel("title"),
            FieldPanel("slug", widget=SlugInput),
            FieldPanel("description"),
            FieldPanel("space", read_only=True),
            InlinePanel(
                "items",
                [PageChooserPanel("resource"), FieldPanel("note")],
                heading=gettext_lazy("Resources"),
                label=gettext_lazy("resource"),
                max_num=MOST_ITEMS,
            ),
        ],
        base_form_class=CollectionForm,
    )

    def get_queryset(self, request: Any) -> QuerySet[Collection]:
        return Collection.objects.visible_to(request.user).select_related("space")


register_permission_policy(Collection, CollectionPolicy(Collection))
register_snippet(CollectionViewSet)
