"""Links of our own content, written ``[label](kind:slug)``, made into real addresses through the link_targets hook."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.html import escape

from belonging.core.hooks import LinkTarget, SearchHit, gather

_LINK = re.compile(r"\[([^\]]+)\]\(([a-z]+):([a-z0-9-]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def resolve(reference: str) -> str | None:
    """``resource:planning-a-return`` as a path on this site, or ``None`` when nothing answers to it."""
    kind, _, slug = reference.partition(":")
    for target in gather("link_targets"):
        if isinstance(target, LinkTarget) and target.kind == kind:
            url = target.resolve(slug)
            if url:
                return url
    return None


def preview(reference: str) -> SearchHit | None:
    """What ``resource:planning-a-return`` looks like in a list, or ``None`` when it is not there or cannot be shown."""
    kind, _, slug = reference.partition(":")
    for target in gather("link_targets"):
        if isinstance(target, LinkTarget) and target.kind == kind and target.describe:
            hit = target.describe(slug)
            if hit:
                return hit
    return None


def inline_html(text: str) -> str:
    """Inline text of a content file (``**bold**`` and links) as HTML for a rich text field; all else is escaped.

    A link whose target is not there keeps its words and loses the link.
    """
    html = _BOLD.sub(r"<b>\1</b>", escape(text))
    return _LINK.sub(_anchor(lambda url, label: f'<a href="{escape(url)}">{label}</a>'), html)


def inline_markdown(text: str) -> str:
    """The same for Markdown that members' editor shows: links get their address, the rest stays."""
    return _LINK.sub(_anchor(lambda url, label: f"[{label}]({url})"), text)


def _anchor(write: Callable[[str, str], str]) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        url = resolve(f"{match[2]}:{match[3]}")
        return write(url, match[1]) if url else match[1]

    return replace
