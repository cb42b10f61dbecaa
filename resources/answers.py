"""An answer's clean HTML as the blocks of a text page."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from django.utils.translation import gettext as _

_INLINE = {"strong": "b", "b": "b", "em": "i", "i": "i"}
_TITLES = {"h1": "2", "h2": "2", "h3": "3", "h4": "3", "h5": "3", "h6": "3"}
QUOTE_LIMIT = 600


def prose_from_answer(html: str) -> list[dict[str, Any]]:
    """Raw StreamField data: headings, text, lists, quotations and tables.

    Pictures and files stay in the discussion. Nobody but the credited people is named in the library, so a mention
    becomes "another member".
    """
    found: list[dict[str, Any]] = []
    text: list[str] = []

    def end_text() -> None:
        if text:
            found.append({"type": "paragraph", "value": "".join(text)})
            text.clear()

    for node in BeautifulSoup(html, "html.parser").children:
        if not isinstance(node, Tag):
            continue
        block = None if node.name == "p" else _block(node)
        if block is not None:
            end_text()
            found.append(block)
        elif inner := _inline(node).strip():
            text.append(f"<p>{inner}</p>")
    end_text()
    return found


def quotation(html: str) -> list[dict[str, Any]]:
    """The words of a question as one quotation, cut at a word; nothing for a question without words."""
    words = " ".join(_without_mentions(BeautifulSoup(html, "html.parser")).get_text(" ").split())
    if len(words) > QUOTE_LIMIT:
        words = words[: QUOTE_LIMIT - 1].rpartition(" ")[0] + "…"
    return [{"type": "quote", "value": {"text": words, "attribution": ""}}] if words else []


def _block(node: Tag) -> dict[str, Any] | None:
    if node.name in _TITLES:
        return {"type": "heading", "value": {"text": _words(node)[:160], "level": _TITLES[node.name]}}
    if node.name in {"ul", "ol"}:
        items = [_inline(item).strip() for item in node.find_all("li") if isinstance(item, Tag)]
        return {"type": "bullet_list", "value": {"ordered": node.name == "ol", "items": [i for i in items if i]}}
    if node.name == "blockquote":
        return {"type": "quote", "value": {"text": _words(node)[:QUOTE_LIMIT], "attribution": ""}}
    if node.name == "table":
        return _table(node)
    return None


def _table(node: Tag) -> dict[str, Any] | None:
    rows = [[_words(cell)[:600] for cell in row.find_all(["th", "td"])] for row in node.find_all("tr")]
    if len(rows) < 2:
        return None
    head, *body = rows
    width = len(head)
    filled = [(row + [""] * width)[:width] for row in body]
    value = {"caption": _("From the discussion"), "header": [cell[:120] or "–" for cell in head], "rows": filled}
    return {"type": "table", "value": value}


def _words(node: Tag) -> str:
    return " ".join(_without_mentions(node).get_text(" ").split())


def _without_mentions(node: Tag) -> Tag:
    for link in node.find_all("a", href=True):
        if str(link["href"]).startswith("/members/"):
            link.replace_with(_("another member"))
    return node


def _inline(node: Tag) -> str:
    """Bold, italic and links to elsewhere; of anything else the words. A list inside a list joins its parent's item."""
    parts: list[str] = []
    for child in _without_mentions(node).children:
        if isinstance(child, NavigableString):
            parts.append(child.output_ready(formatter="html"))
        elif isinstance(child, Tag) and child.name in {"ul", "ol"}:
            continue
        elif isinstance(child, Tag) and child.name in _INLINE:
            parts.append(f"<{_INLINE[child.name]}>{_inline(child)}</{_INLINE[child.name]}>")
        elif isinstance(child, Tag) and child.name == "a" and str(child.get("href", "")).startswith("https://"):
            href = NavigableString(str(child["href"])).output_ready(formatter="html").replace('"', "&quot;")
            parts.append(f'<a href="{href}">{_inline(child)}</a>')
        elif isinstance(child, Tag):
            parts.append(_inline(child) + (" " if child.name in {"p", "br", "pre"} else ""))
    return "".join(parts)
