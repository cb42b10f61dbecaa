"""The pages that belong to no feature: home, standard pages, strategies; and the site's own settings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Page

from belonging.core.blocks import ProseBlock
from belonging.core.pages import BasePage
from belonging.home.blocks import (
    ActionBlock,
    FeaturedBlock,
    MeasureBlock,
    PartnerBlock,
    PriorityBlock,
    StandardBlock,
    StartBlock,
    WayBlock,
)


@register_setting(icon="cog")
class SiteText(BaseSiteSetting):
    """Words on every page that whoever runs the site writes."""

    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    demo_banner = models.CharField(_("line at the top of every page"), max_length=200, blank=True)
    footer = models.CharField(_("line at the foot of every page"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("words on every page")


class HomePage(BasePage):
    """What visitors see at ``/``. Members see their dashboard there."""

    hero_heading = models.CharField(_("promise"), max_length=120)
    hero_text = models.TextField(_("text under it"), max_length=600)
    hero_first_label = models.CharField(_("first button"), max_length=60, blank=True)
    hero_first_url = models.CharField(_("leads to"), max_length=300, blank=True)
    hero_second_label = models.CharField(_("second button"), max_length=60, blank=True)
    hero_second_url = models.CharField(_("leads to"), max_length=300, blank=True)
    small_print = models.CharField(_("small print"), max_length=200, blank=True)
    ways = StreamField([("way", WayBlock())], verbose_name=_("what people do here"), blank=True)
    about_heading = models.CharField(_("heading of the text"), max_length=120, blank=True)
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)
    about_link_label = models.CharField(_("link under the text"), max_length=80, blank=True)
    about_link_url = models.CharField(_("leads to"), max_length=300, blank=True)
    start_heading = models.CharField(_("heading of the starting places"), max_length=120, blank=True)
    starts = StreamField([("start", StartBlock())], verbose_name=_("starting places"), blank=True)
    featured = StreamField([("item", FeaturedBlock())], verbose_name=_("featured"), blank=True)
    quote = models.CharField(_("a member's words"), max_length=300, blank=True)
    quote_by = models.CharField(_("who said it"), max_length=120, blank=True)
    closing_heading = models.CharField(_("last heading"), max_length=120, blank=True)
    closing_text = models.TextField(_("last text"), max_length=400, blank=True)
    closing_link_label = models.CharField(_("last link"), max_length=80, blank=True)
    closing_link_url = models.CharField(_("leads to"), max_length=300, blank=True)

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    "hero_heading", "hero_text", "hero_first_label", "hero_first_url", "hero_second_label",
                    "hero_second_url", "small_print",
                )
            ],
            _("Promise"),
        ),
        FieldPanel("ways"),
        MultiFieldPanel([FieldPanel(name) for name in ("about_heading", "body", "about_link_label", "about_link_url")], _("Text")),
        MultiFieldPanel([FieldPanel("start_heading"), FieldPanel("starts")], _("Starting places")),
        FieldPanel("featured"),
        MultiFieldPanel([FieldPanel("quote"), FieldPanel("quote_by")], _("A member's words")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("closing_heading", "closing_text", "closing_link_label", "closing_link_url")],
            _("At the end"),
        ),
    ]  # fmt: skip

    parent_page_types: ClassVar[list[Any]] = [Page]
    max_count = 1
    template = "home/home_page.html"
    page_description = _("The front door for visitors.")

    class Meta:
        verbose_name = _("home page")
        indexes = [GinIndex(fields=["search"], name="home_page_search")]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not getattr(request, "is_preview", False):
            from belonging.home.views import dashboard

            return dashboard(request)
        return super().serve(request, *args, **kwargs)


class StandardPage(BasePage):
    """A page of text: about, privacy, a programme, a consultation."""

    body = StreamField(StandardBlock(), verbose_name=_("text"), blank=True)
    in_footer_column = models.CharField(
        _("column in the foot"),
        max_length=10,
        blank=True,
        choices=[("about", _("About")), ("rules", _("How we work"))],
        help_text=_("Where the foot of every page links to it, if anywhere."),
    )

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("body")]
    promote_panels: ClassVar[list[Any]] = [*Page.promote_panels, FieldPanel("in_footer_column")]
    parent_page_types: ClassVar[list[Any]] = ["home.HomePage", "home.StandardPage"]
    subpage_types: ClassVar[list[Any]] = ["home.StandardPage"]
    template = "home/standard_page.html"
    page_description = _("A page of text with tables, boxes and, where needed, a time line or a consultation.")

    class Meta:
        verbose_name = _("standard page")
        indexes = [GinIndex(fields=["search"], name="standard_page_search")]


class StrategyPage(BasePage):
    """A council's or trust's strategy: priorities, measures with guard rails, partners, actions."""

    status = models.CharField(_("status"), max_length=80, blank=True)
    council = models.CharField(_("whose strategy"), max_length=160, blank=True)
    strapline = models.CharField(_("strapline"), max_length=120, blank=True)
    strapline_note = models.CharField(_("about the strapline"), max_length=300, blank=True)
    consultation_page = models.ForeignKey(
        Page, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("consultation")
    )
    consultation_opens_on = models.DateField(_("consultation opens"), null=True, blank=True)
    consultation_closes_on = models.DateField(_("consultation closes"), null=True, blank=True)
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)
    priorities = StreamField([("priority", PriorityBlock())], verbose_name=_("priorities"), blank=True)
    measures_intro = models.TextField(_("about the measures"), blank=True)
    measures = StreamField([("measure", MeasureBlock())], verbose_name=_("measures"), blank=True)
    also_reported = models.TextField(_("also reported"), blank=True, help_text=_("One to a line."))
    partners = StreamField([("partner", PartnerBlock())], verbose_name=_("partners"), blank=True)
    actions = StreamField([("action", ActionBlock())], verbose_name=_("actions"), blank=True)
    timeline_note = models.TextField(_("about the dates"), blank=True)

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel(name) for name in ("status", "council", "strapline", "strapline_note")], _("About")
        ),
        MultiFieldPanel(
            [
                PageChooserPanel("consultation_page", "home.StandardPage"),
                FieldPanel("consultation_opens_on"),
                FieldPanel("consultation_closes_on"),
            ],
            _("Consultation"),
        ),
        *[
            FieldPanel(name)
            for name in (
                "body",
                "priorities",
                "measures_intro",
                "measures",
                "also_reported",
                "partners",
                "actions",
                "timeline_note",
            )
        ],
    ]
    parent_page_types: ClassVar[list[Any]] = ["home.HomePage", "home.StandardPage"]
    subpage_types: ClassVar[list[Any]] = ["home.StandardPage"]
    template = "home/strategy_page.html"
    page_description = _("Priorities, measures, partners and actions of a council or trust.")

    class Meta:
        verbose_name = _("strategy page")
        indexes = [GinIndex(fields=["search"], name="strategy_page_search")]

    def words(self) -> str:
        from belonging.core.blocks import plain_text

        parts = [
            plain_text(self.body),
            plain_text(self.priorities),
            plain_text(self.measures),
            plain_text(self.actions),
        ]
        return " ".join([self.strapline, *parts])

    def also_reported_lines(self) -> list[str]:
        return [line for line in self.also_reported.splitlines() if line.strip()]
