"""Template tags that every template has without loading them."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from belonging.core import hot as hot_fragments
from belonging.core import html
from belonging.core.forms import error_list

register = template.Library()

_SYMBOL = re.compile(r'<symbol id="([a-z]+)" viewBox="0 0 24 24">(.*?)</symbol>', re.S)


@cache
def _drawings() -> dict[str, str]:
    text = (settings.BASE_DIR / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    return dict(_SYMBOL.findall(text))


@cache
def _icons() -> dict[str, SafeString]:
    return {
        name: html.own_markup(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{drawing}</svg>')
        for name, drawing in _drawings().items()
    }


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside words. An unknown name is a mistake of ours and raises ``KeyError``."""
    return _icons()[name]


@register.simple_tag
@cache
def icon_symbols(*names: str) -> SafeString:
    """Drawings that ``icon_again`` shows, once a page and before the first of them; nothing is seen of it here."""
    drawings = "".join(f'<symbol id="i-{name}" viewBox="0 0 24 24">{_drawings()[name]}</symbol>' for name in names)
    return html.own_markup(f'<svg class="symbols" width="0" height="0" aria-hidden="true">{drawings}</svg>')


@register.simple_tag
@cache
def icon_again(name: str) -> SafeString:
    """An icon that stands many times on a page that has its drawing by ``icon_symbols``."""
    return html.own_markup(f'<svg class="icon" aria-hidden="true"><use href="#i-{name}"/></svg>')


@register.simple_tag
def hot(name: str, **values: Any) -> SafeString:
    """A fragment of ``templates/hot/`` with the given values and nothing of the page's context."""
    return hot_fragments.render(name, **values)


@register.filter
def stored_html(value: str) -> SafeString:
    """HTML that was cleaned when it was written."""
    return html.as_safe(value)


@register.filter
def one_line(value: object) -> str:
    """What somebody typed, for a text mail: a line break in it would be a line of somebody else's making."""
    return html.one_line(str(value))


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control with our class; labels, hints and errors are drawn around it by components/field.html."""
    widget = field.field.widget
    name = "" if isinstance(widget, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)) else "input"
    given = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{name} {given}".strip()} if name or given else None)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_choices(field: BoundField) -> bool:
    """Radio buttons or several checkboxes: a fieldset with a legend."""
    return isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))


@register.filter
def errors_of(form: BaseForm) -> list[dict[str, Any]]:
    return error_list(form)


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with some values changed; ``None`` or "" leaves one out."""
    query: QueryDict = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return "?" + query.urlencode()


@register.simple_tag(takes_context=True)
def query_without(context: dict[str, Any], key: str, value: str) -> str:
    """This page's query string without one of a filter's values."""
    pairs = [(name, item) for name, items in context["request"].GET.lists() for item in items]
    return "?" + urlencode([pair for pair in pairs if pair != (key, value) and pair[0] not in {"page", "before"}])


@register.filter
@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """At most two letters of a name, for the round picture of somebody without a photo."""
    words = [word for word in re.split(r"[\s@-]+", name) if word[:1].isalpha()]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper() or "?"


_TONES = ("brand", "coral", "plum", "blue", "amber")


@register.filter
@lru_cache(maxsize=4096)
def tone(name: str) -> str:
    """A tone that stays with a name."""
    return _TONES[sum(map(ord, name)) % len(_TONES)]


@register.filter
def ago(moment: datetime) -> str:
    """ "Today", "Yesterday", "5 days ago" or the date, in the person's zone."""
    if not moment:
        return ""
    return _ago(timezone.localtime(moment).date(), timezone.localdate(), get_language() or "")


@lru_cache(maxsize=4096)
def _ago(day: date, today: date, language: str) -> str:
    days = (today - day).days
    if days <= 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    if days < 14:
        return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days}
    return long_date(day)


@register.filter
def long_date(day: date | None) -> str:
    """24 November 2026, with the month in the person's language."""
    return date_format(day, "j F Y") if day else ""
