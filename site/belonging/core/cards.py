"""A line of a post that holds only a link to a page of ours, shown as a card. Made when the post is written.

The card says what a visitor may see and nothing else: it stands in stored HTML that everybody with the post reads.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from belonging.core import html
from belonging.core.hooks import LinkCard, SearchHit, gather

MOST_CARDS = 5
MOST_WORDS = 160

_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.S)
_BREAK = re.compile(r"<br>\n?")
_LINK = re.compile(r'\s*<a href="([^"]+)"[^>]*>[^<]*</a>\s*')
_PATH = re.compile(r"\s*((?:https?://[^/\s<]+)?/[\w/.~-]+/)\s*")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*>")
_VOID = {"br", "hr", "img"}


def describe(path: str) -> SearchHit | None:
    """What a visitor may see of the page at ``path``, from the room whose prefix it has."""
    for card in gather("link_cards"):
        if isinstance(card, LinkCard) and path.startswith(card.prefix):
            hit = card.describe(path)
            if hit:
                return hit
    return None


def with_cards(cleaned: SafeString) -> SafeString:
    """HTML that ``html.clean`` made, its lines that are only a link to a page of ours made cards, at most five."""
    if "/" not in cleaned.replace("</", ""):
        return cleaned
    left = [MOST_CARDS]
    return html.as_safe(_PARAGRAPH.sub(lambda match: _paragraph(match, left), cleaned))


def _paragraph(match: re.Match[str], left: list[int]) -> str:
    lines = _BREAK.split(match[1])
    if not all(_closed(line) for line in lines):
        return match[0]
    parts: list[tuple[bool, str]] = []
    for line in lines:
        card = _card(line, left)
        if card or not parts or parts[-1][0]:
            parts.append((bool(card), card or line))
        else:
            parts[-1] = (False, f"{parts[-1][1]}<br>\n{line}")
    if not any(is_card for is_card, _part in parts):
        return match[0]
    return "\n".join(part if is_card else f"<p>{part}</p>" for is_card, part in parts if part.strip())


def _closed(line: str) -> bool:
    """Whether every tag that opens in the line closes in it: only then may a paragraph be divided there."""
    opened: list[str] = []
    for slash, name in _TAG.findall(line):
        if name in _VOID:
            continue
        if not slash:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened


def _card(line: str, left: list[int]) -> str:
    found = _LINK.fullmatch(line) or _PATH.fullmatch(line)
    path = own_path(unescape(found[1])) if found else ""
    if not path or left[0] < 1:
        return ""
    hit = describe(path)
    if hit is None:
        return ""
    left[0] -= 1
    words = hit.text if len(hit.text) <= MOST_WORDS else hit.text[:MOST_WORDS].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"
    text = format_html('<span class="meta">{}</span>', words) if words else ""
    return format_html(
        '<aside class="card card--link link-card"><span class="tag">{}</span> '
        '<a class="card__link" href="{}">{}</a> {}</aside>',
        hit.kind,
        hit.url,
        hit.title,
        text,
    )


def own_path(address: str) -> str:
    """The path of an address on this site, with or without our host; "" for any other address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc:
        ours = urlsplit(settings.BASE_URL)
        if (parts.scheme, parts.netloc) != (ours.scheme, ours.netloc):
            return ""
    elif not address.startswith("/") or address.startswith(("//", "/\\")):
        return ""
    return parts.path
