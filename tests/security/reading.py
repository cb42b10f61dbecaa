"""What a browser would make of cleaned HTML, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from bleach._vendor import html5lib  # type: ignore[import-not-found]

TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "hr", "i", "img", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title", "rel"}, "img": {"src", "alt", "title"}, "ol": {"start"}, "th": {"scope"},
}  # fmt: skip
PAGE = "https://ours.example/topics/1/x/"
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_DROPPED_BY_BROWSERS = re.compile(r"[\t\r\n]")


def wrong_with(html: str) -> list[str]:
    """Everything in ``html`` that no member may post, in words; empty is good."""
    found = []
    if _UNSEEN.search(html):
        found.append("a character that nobody sees")
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        found += _wrong_with_element(element)
    return found


def _wrong_with_element(element: Element) -> Iterator[str]:
    tag = str(element.tag)
    if tag == "DOCUMENT_FRAGMENT":
        return
    if tag not in TAGS:
        yield f"tag {tag}"
    for name, value in element.attrib.items():
        if name not in ATTRIBUTES.get(tag, set()):
            yield f"attribute {tag} {name}"
        if name == "href" and not _may_be_followed(value):
            yield f"link {value}"
        if name == "src" and not _is_ours(value):
            yield f"image {value}"
    if tag == "a" and element.get("rel") != "ugc nofollow noopener":
        yield f"rel {element.get('rel')}"
    if tag == "img" and (element.get("alt") is None or not element.get("src")):
        yield "image without words or source"


def _read(value: str) -> str:
    """The address as a browser reads it from our page."""
    value = _DROPPED_BY_BROWSERS.sub("", value.strip("".join(map(chr, range(33)))))
    return urljoin(PAGE, value.replace("\\", "/"))


def _may_be_followed(value: str) -> bool:
    parts = urlsplit(_read(value))
    if not value.lower().startswith(("http://", "https://", "mailto:")) and parts.netloc != "ours.example":
        return False
    return parts.scheme in {"http", "https", "mailto"} and "@" not in parts.netloc


def _is_ours(value: str) -> bool:
    parts = urlsplit(_read(value))
    plain = parts.path.lower()
    return (
        parts.netloc == "ours.example"
        and plain.startswith(("/media/", "/attachments/"))
        and not any(sign in plain for sign in ("..", "//", "/./", "%2e", "%2f", "%5c", "%25", "%00"))
        and not any(sign in value for sign in ("..", "\\", "\t", "\n"))
    )
