"""What every Wagtail page of ours has."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Left, Length
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet

from belonging.core.blocks import plain_text


class BasePageQuerySet(PageQuerySet):
    def private_q(self) -> Q:
        """Pages at or below one that is restricted, within the query itself: Wagtail reads all restrictions first, for
        each list of a page anew."""
        above = PageViewRestriction.objects.filter(page__path=Left(OuterRef("path"), Length("page__path")))
        return Q(Exists(above))


BasePageManager = PageManager.from_queryset(BasePageQuerySet)


class BasePage(Page):
    """An abstract page: a summary for lists, searches and the description that search engines show.

    ``search`` is the page's own tsvector, written in the transaction that saves the page; a concrete page adds a
    GinIndex on it. The title weighs most, then the summary, then the text.
    """

    summary = models.TextField(
        _("summary"),
        max_length=400,
        blank=True,
        help_text=_("One or two sentences. Shown in lists and under the title."),
    )
    search = SearchVectorField(null=True, editable=False)

    objects = BasePageManager()

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("summary")]
    show_in_menus_default = False

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        result = super().save(*args, **kwargs)
        self.index_words()
        return result

    def words(self) -> str:
        """Plain text for the search column: the body, where there is one."""
        body = getattr(self, "body", None)
        return plain_text(body) if body is not None else ""

    def index_words(self) -> None:
        vector = (
            SearchVector(Value(self.title), weight="A", config="english")
            + SearchVector(Value(self.summary), weight="B", config="english")
            + SearchVector(Value(self.words()[:100_000]), weight="C", config="english")
        )
        type(self)._default_manager.filter(pk=self.pk).update(search=vector)

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
