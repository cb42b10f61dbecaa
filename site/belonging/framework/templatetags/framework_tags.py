"""Strands on anybody's page: ``{% load framework_tags %}{% strand_tag "P11" %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from belonging.framework.strands import IndicatorInfo, StrandInfo, find_indicator, find_strand

register = template.Library()


@register.simple_tag
def strand_tag(code: str) -> SafeString | str:
    """The strand's dot, number and title; nothing for a code that never was."""
    info = find_strand(code)
    if info is None:
        return ""
    values = {"number": info.number, "title": info.title, "layer": info.layer}
    return render_to_string("components/strand.html", values)


@register.filter
def strand_info(code: str) -> StrandInfo | None:
    return find_strand(code)


@register.filter
def indicator_info(code: str) -> IndicatorInfo | None:
    return find_indicator(code)


@register.filter
def strand_infos(codes: Any) -> list[StrandInfo]:
    """The strands of a tagged thing in its own order, without codes that never were."""
    return [info for code in codes or [] if (info := find_strand(code))]
