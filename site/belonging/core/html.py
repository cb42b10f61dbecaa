"""Members' writing made into HTML that is safe to show. The only place in the house that marks a string safe.

Members write Markdown. core.markdown renders it with raw HTML off and bleach finds bare links; nh3 (Ammonia) is the
boundary: whatever the first two let through, only the tags, attributes and schemes below come out.
It is called once, on write; the source, the HTML and ``CLEANER_VERSION`` are stored, nothing is cleaned on read.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote, urlsplit

import nh3
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from belonging.core import markdown

CLEANER_VERSION = 3
"""Raise it when the rules below or those of ``markdown`` change: stored HTML of an older one is found and made again."""

SOURCE_LIMIT_BYTES = 50_000

IMAGE_PREFIXES = (str(settings.MEDIA_URL), "/attachments/")
"""Where members' pictures live. Nothing below these addresses changes anything when it is asked for."""

TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "hr", "i", "img", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"scope"},
}
SCHEMES = {"http", "https", "mailto"}
LINK_REL = "ugc nofollow noopener"
GONE_WITH_CONTENT = {
    "iframe", "math", "noembed", "noframes", "noscript", "plaintext", "script", "style", "svg", "template", "textarea",
    "title", "xmp",
}  # fmt: skip

# Control characters, lone surrogates and non-characters; marks that turn the direction of writing round and so make a
# link read as another; letters that nobody sees. ZWJ and ZWNJ stay: Persian, Hindi and emoji are written with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")
_IMAGE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_MOST_PASSES = 4


def clean(html: str) -> SafeString:
    """HTML of any origin, reduced to what a member may post. Cleaning it again changes nothing.

    Links are http, https, mailto or a path on this site, and carry rel="ugc nofollow noopener". Images come from
    IMAGE_PREFIXES only, so that no reader's browser asks another host; of any other the alternative text is left.
    svg, math, style, iframe, form and noscript never pass.
    """
    html = without_unseen(html)
    for _pass in range(_MOST_PASSES):
        cleaned = _cleaned(html)
        if cleaned == html:
            return mark_safe(cleaned)
        html = cleaned
    # Taking tags out can leave a nesting that a browser reads differently; what does not settle is shown as text.
    return mark_safe(nh3.clean(html, tags=set(), clean_content_tags=GONE_WITH_CONTENT))


def from_markdown(source: str, *, addresses_of: markdown.AddressesOf | None = None) -> SafeString:
    """A member's Markdown as clean HTML; bare web addresses become links, headings start at h3.

    ``addresses_of`` makes links of ``@handle``, see ``markdown.render``.
    """
    return clean(markdown.render(without_unseen(source), addresses_of=addresses_of))


def without_unseen(text: str) -> str:
    """Text as people see it: no control, direction or zero-width characters, every line end a newline."""
    return _UNSEEN.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """A name or a title as one line of what people see, e.g. for a list, a subject or a text mail."""
    return " ".join(without_unseen(text).split())


def _cleaned(html: str) -> str:
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=GONE_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=SCHEMES,
        link_rel=LINK_REL,
        strip_comments=True,
    )
    # Character references have become characters by now.
    return _IMAGE.sub(_image, without_unseen(cleaned))


def as_safe(stored: str) -> SafeString:
    """HTML that ``clean`` made earlier and the database kept. For nothing else."""
    return mark_safe(stored)


def own_markup(markup: str) -> SafeString:
    """Markup that stands in a file of this project and holds nothing that anybody typed."""
    return mark_safe(markup)


_WORD_BREAKING = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]*>")
_INLINE_TAG = re.compile(r"</?(?:a|b|code|del|em|i|s|strong)\b[^<>]*>")


def excerpt(html: str, letters: int = 200) -> str:
    """The first words of clean HTML as plain text (to be escaped when shown), at most ``letters`` long."""
    text = _WORD_BREAKING.sub(" ", _UNSEEN.sub("", unescape(_TAG.sub(" ", _INLINE_TAG.sub("", html))))).strip()
    if len(text) <= letters:
        return text
    return text[:letters].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def _image(match: re.Match[str]) -> str:
    """An image has an alternative text, be it empty; one that lost its source is that text."""
    attributes = dict(re.findall(r' ([a-z]+)="([^"]*)"', match[1]))
    if "src" not in attributes:
        return attributes.get("alt", "")
    return match[0] if "alt" in attributes else f'<img{match[1]} alt="">'


_OWN_IMAGE = re.compile(r"(?:[\w.~/-]|%[0-9a-f]{2})+(?:\?[\w.~=&-]*)?", re.ASCII | re.IGNORECASE)
_ENCODED_SIGN = re.compile(r"%(?:[01][0-9a-f]|25|2e|2f|5c|7f)", re.IGNORECASE)
_UNFIT_FOR_ADDRESS = re.compile(r"[\s\\<>\"`]")
_START = re.compile(r"-?[0-9]{1,9}")
_SCOPES = {"row", "col", "rowgroup", "colgroup"}


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _own_image(value) else None
    if tag == "a" and name == "href":
        return value if _own_or_web(value) else None
    if tag == "ol" and name == "start":
        return value if _START.fullmatch(value) else None
    if tag == "th" and name == "scope":
        return value if value in _SCOPES else None
    return value


def _own_image(value: str) -> bool:
    """A plain path below one of our prefixes: no way up, no second slash, nothing encoded that could be either."""
    path = value.partition("?")[0]
    return (
        value.startswith(IMAGE_PREFIXES)
        and value.startswith("/")
        and bool(_OWN_IMAGE.fullmatch(value))
        and not _ENCODED_SIGN.search(value)
        and "//" not in path
        and not any(part in {".", ".."} for part in path.split("/"))
        and ".." not in path
    )


def _own_or_web(value: str) -> bool:
    """http, https and mailto with nothing hidden, or an address on this site however a browser reads it."""
    if _UNFIT_FOR_ADDRESS.search(value) or _UNSEEN.search(value) or len(value) > markdown.LONGEST_ADDRESS * 3:
        return False
    if value.startswith(("#", "?")):
        return True
    if value.startswith("/"):
        read = unquote(value)[1:2]
        return read not in {"/", "\\"} and not (read and (read.isspace() or _UNSEEN.match(read)))
    try:
        parts = urlsplit(value)
        host, named = parts.hostname, parts.username
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return not parts.netloc
    # A name before the host makes https://our.host@theirs look like ours.
    return parts.scheme in SCHEMES and bool(host) and named is None
