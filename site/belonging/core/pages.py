"""What every Wagtail page of ours has."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page


class BasePage(Page):
    """An abstract page: a summary for lists, searches and the description that search engines show."""

    summary = models.TextField(
        _("summary"),
        max_length=400,
        blank=True,
        help_text=_("One or two sentences. Shown in lists and under the title."),
    )

    content_panels = [*Page.content_panels, FieldPanel("summary")]
    show_in_menus_default = False

    class Meta:
        abstract = True

    def get_breadcrumbs(self) -> list[dict[str, str]]:
        """Pages above this one, the home page first, without this page itself."""
        above = self.get_ancestors().filter(depth__gte=2).only("title", "url_path", "depth", "path")
        return [
            {"label": page.title if page.depth > 2 else str(_("Home")), "url": page.get_url() or "/"} for page in above
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["breadcrumbs"] = [*self.get_breadcrumbs(), {"label": self.title, "url": ""}]
        return context
