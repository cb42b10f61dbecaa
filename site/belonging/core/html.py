"""Members' writing made into HTML that is safe to show. The only place in the house that marks a string safe.

Members write Markdown. ``from_markdown`` renders it with raw HTML off, bleach finds bare links, and nh3 (Ammonia) is
the boundary: whatever the first two let through, only the tags, attributes and schemes below come out.
It is called once, on write; the source, the HTML and ``CLEANER_VERSION`` are stored, nothing is cleaned on read.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import nh3
from bleach.linkifier import Linker
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

CLEANER_VERSION = 1
"""Raise it when the rules below change, so that stored HTML can be found and made again."""

SOURCE_LIMIT_BYTES = 50_000

TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "hr", "i", "img", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}, "th": {"scope"}}
SCHEMES = {"http", "https", "mailto"}
LINK_REL = "ugc nofollow noopener"
OWN_IMAGE_PREFIXES = (str(settings.MEDIA_URL), "/attachments/")
"""Where a picture may come from: our public media, and members' uploads, which a view hands out."""

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(
    ["table", "strikethrough"]
)
_linker = Linker(callbacks=[], skip_tags={"pre", "code"}, parse_email=False)
_HEADING = re.compile(r"<(/?)h[12](?=[\s>])")


def clean(html: str) -> SafeString:
    """HTML of any origin, reduced to what a member may post.

    Links are http, https, mailto or a path on this site, and carry rel="ugc nofollow noopener". Images come from our
    own media only, so that no reader's browser asks another host. svg, math, style, iframe, form and noscript never pass.
    """
    return mark_safe(
        nh3.clean(
            html,
            tags=TAGS,
            clean_content_tags={
                "script",
                "style",
                "noscript",
                "iframe",
                "svg",
                "math",
                "template",
                "title",
                "textarea",
            },
            attributes=ATTRIBUTES,
            attribute_filter=_attribute,
            url_schemes=SCHEMES,
            link_rel=LINK_REL,
            strip_comments=True,
        )
    )


def from_markdown(source: str) -> SafeString:
    """A member's Markdown as clean HTML; bare web addresses become links, headings start at h3."""
    source = source.replace("\x00", "")
    html = _HEADING.sub(r"<\1h3", _markdown.render(source))
    if "://" in source or "www." in source:
        html = _linker.linkify(html)
    return clean(html)


def as_safe(stored: str) -> SafeString:
    """HTML that ``clean`` made earlier and the database kept. For nothing else."""
    return mark_safe(stored)


def own_markup(markup: str) -> SafeString:
    """Markup that stands in a file of this project and holds nothing that anybody typed."""
    return mark_safe(markup)


_WORD_BREAKING = re.compile(r"\s+")
_TAG = re.compile(r"<[^>]*>")
_INLINE_TAG = re.compile(r"</?(?:a|b|code|del|em|i|s|strong)\b[^>]*>")


def excerpt(html: str, letters: int = 200) -> str:
    """The first words of clean HTML as plain text (to be escaped when shown), at most ``letters`` long."""
    text = _WORD_BREAKING.sub(" ", unescape(_TAG.sub(" ", _INLINE_TAG.sub("", html)))).strip()
    if len(text) <= letters:
        return text
    return text[:letters].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _own_media(value) else None
    if tag == "a" and name == "href":
        return value if _own_or_web(value) else None
    return value


def _own_media(value: str) -> bool:
    return value.startswith(OWN_IMAGE_PREFIXES) and value.startswith("/") and ".." not in value


def _own_or_web(value: str) -> bool:
    if value.startswith("//") or value.startswith("/\\"):
        return False
    if value.startswith(("/", "#", "?")):
        return True
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and (parts.scheme == "mailto" or bool(parts.netloc))
