"""Jinja2 for the few fragments that repeat twenty times a page: a compiled loop costs a tenth of an interpreted one.

Everything else is a Django template. A fragment takes values that are ready to show and holds no rule of its own.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.template import engines
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from jinja2 import Environment, StrictUndefined

from belonging.core import html


def environment(**options: Any) -> Environment:
    """Autoescaping, and a name that is not there is a mistake. ``_`` translates, ``icon`` and its kin draw."""
    from belonging.core.templatetags.belonging import icon, icon_again, icon_symbols

    options["undefined"] = StrictUndefined
    made = Environment(**options)  # noqa: S701  (Django's backend passes autoescape=True)
    made.globals |= {"_": gettext, "icon": icon, "icon_again": icon_again, "icon_symbols": icon_symbols}
    return made


@cache
def _template(name: str) -> Any:
    found: Any = engines["hot"].get_template(name)
    return found.template


def render(name: str, **values: Any) -> SafeString:
    """The fragment ``templates/hot/<name>``."""
    return html.own_markup(_template(name).render(values))
