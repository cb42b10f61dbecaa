"""Our own vectors: those written by hand, and families made by combining what attackers combine. The same at every run."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import cache
from pathlib import Path

MARK = "window.__pwned=1"
HOST = "evil.example"

TAGS = (
    "a", "abbr", "article", "audio", "b", "base", "bdo", "blockquote", "body", "br", "button", "canvas", "center", "code",
    "custom-tag", "dd", "del", "details", "dialog", "div", "em", "embed", "fieldset", "font", "form", "frame", "frameset",
    "h1", "h3", "head", "hr", "html", "iframe", "image", "img", "input", "ins", "label", "legend", "li", "link", "map",
    "marquee", "math", "menu", "meta", "meter", "noscript", "object", "ol", "optgroup", "option", "output", "p", "param",
    "picture", "pre", "progress", "q", "s", "script", "section", "select", "source", "span", "strong", "style", "summary",
    "sup", "svg", "table", "tbody", "td", "template", "textarea", "th", "thead", "title", "tr", "track", "ul", "video",
)  # fmt: skip
EVENTS = (
    "onabort", "onafterprint", "onanimationend", "onauxclick", "onbeforeinput", "onbeforetoggle", "onblur", "oncanplay",
    "onclick", "oncopy", "oncut", "onerror", "onfocus", "onfocusin", "onhashchange", "oninput", "onload", "onloadend",
    "onmessage", "onmouseenter", "onmouseover", "onpageshow", "onpaste", "onpointerdown", "onpointerrawupdate", "onpopstate",
    "onresize", "onscroll", "onscrollend", "onsecuritypolicyviolation", "ontoggle", "ontransitionend", "onunload", "onwheel",
)  # fmt: skip
SPELLINGS = (
    '<{tag} {event}={mark}>', '<{tag}/{event}="{mark}">', "<{tag} x='>' {event}='{mark}'>x</{tag}>",
    '<{tag}\t{event}\n=\n{mark} autofocus tabindex=1>', '"><{tag} src=x {event}={mark}//',
)  # fmt: skip
SCHEMES = ("javascript", "vbscript", "data", "livescript", "mocha", "feed", "blob", "file", "view-source", "x-unknown")
PAYLOADS = {"data": f"text/html,<script>{MARK}</script>"}
HOST_PATHS = (
    "//{h}/", "/\\{h}/", "\\/{h}/", "\\\\{h}/", "///{h}/", "/\t/{h}/", "/\n/{h}/", "/\r/{h}/", "\t//{h}/", " //{h}/", "/%09/{h}/",
    "/%0a/{h}/", "/%0d%0a/{h}/", "/%2f{h}/", "/%5c{h}/", "//{h}%2f..", "http:{h}", "http:/{h}", "http:///{h}", "http:\\\\{h}",
    "https:/\\{h}", "https:\t//{h}/", "https://x@{h}/", "https://x:y@{h}/", "//x@{h}/", "/\u200b/{h}/", "/\u202e/{h}/", "/\u00ad/{h}/",
    "/\x00/{h}/", "/\x1f/{h}/", "/\u2028/{h}/", "//{h}:80/", "//%65vil.example/", "//[::1]/", "//2130706433/", "ftp://{h}/",
)  # fmt: skip
IMAGE_PATHS = (
    "/media/../x", "/media/./x", "/media/..", "/media/%2e%2e/x", "/media/%2E./x", "/media/.%2e/x", "/media/..%2fx", "/media/..%5cx",
    "/media/%252e%252e/x", "/media//{h}/x", "/media/\\..\\x", "/media/\t../x", "/media/a\x00.png", "/media/%00.png", "/media",
    "/mediax/a.png", "/MEDIA/../x", "/attachments/../accounts/logout/", "/attachments/%2e%2e%2fx", "/static/x.png", "/accounts/logout/",
    "/media/a b.png", "/media/a.png#x", "/media/a.png?next=//{h}", "media/a.png", "./media/a.png", "../media/a.png", "/./media/a.png",
)  # fmt: skip
WRAPPERS = (
    "svg", "math", "noscript", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title", "template", "select", "table",
    "option", "foreignObject", "annotation-xml", "mtext", "desc", "plaintext", "listing", "a", "p", "button", "pre",
)  # fmt: skip
CONTENTS = (
    "<img src=x onerror={m}>", "<style><img src=x onerror={m}></style>", '<p title="</{w}><img src=x onerror={m}>">',
    "<!--</{w}><img src=x onerror={m}>-->", "<![CDATA[</{w}><img src=x onerror={m}>]]>", "</{w}><script>{m}</script>",
    "<{w}><{w}></{w}><img src=x onerror={m}>", "<a href='javascript:{m}'><p><table><a>x", "&lt;/{w}&gt;&lt;img src=x onerror={m}&gt;",
)  # fmt: skip
CSS = (
    "background:url(//{h}/x)", "background-image:image-set('//{h}/x' 1x)", "list-style:url(https://{h}/x)", "width:expression({m})",
    "-moz-binding:url(//{h}/x)", "behavior:url(//{h}/x)", "content:url(//{h}/x)", "cursor:url(//{h}/x),auto", "position:fixed;inset:0",
    "@import'//{h}/x'", "}}*{{background:url(//{h}/x)", "\\75rl(//{h}/x)", "background:\\75 rl(//{h}/x)", "mask:url(//{h}/x#m)",
    "border-image:url(//{h}/x)", "src:url(//{h}/x)", "animation:x 1s", "transition:all 1s", "filter:url(//{h}/x#f)",
)  # fmt: skip
LOADING = ("src", "srcset", "poster", "background", "data", "href", "xlink:href", "action", "formaction", "ping", "cite", "longdesc",
           "lowsrc", "dynsrc", "manifest", "profile", "codebase", "archive", "classid", "imagesrcset", "usemap", "srcdoc")  # fmt: skip
CLOBBERED = (
    "cookie",
    "body",
    "forms",
    "location",
    "documentElement",
    "getElementById",
    "htmx",
    "main",
    "__proto__",
    "attributes",
)


def handwritten() -> Iterator[str]:
    text = (Path(__file__).parent / "handwritten.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not (line.startswith("# ") and "<" not in line):
            plain = line.encode("latin-1", "backslashreplace").decode("unicode_escape", "surrogatepass")
            yield plain.replace("MARK", MARK).replace("HOST", HOST)


def spelt(scheme: str) -> Iterator[str]:
    """A scheme and its colon, written as browsers and parsers might still read them."""
    yield f"{scheme}:"
    yield f"{scheme.upper()}:"
    yield "".join(letter.upper() if number % 2 else letter for number, letter in enumerate(scheme)) + ":"
    for between in ("\t", "\n", "\r", "\x00", "\x0b", "\x0c", "\u200b", "\u00ad", "\u202e", "&Tab;", "&NewLine;", "&#9;", "&#x0A;", "&#13",
                    "%09", "%0a", "/**/", "\\"):  # fmt: skip
        yield f"{scheme[:4]}{between}{scheme[4:]}:"
    for before in (" ", "\x01", "\x1f", "\u00a0", "\u3000", "\ufeff", "&#1;", "&#32;", "&nbsp;", "%20"):
        yield f"{before}{scheme}:"
    for colon in ("&colon;", "&#58;", "&#x3a;", "&#0000058", "%3a", " :", "\t:", "\uff1a", "\ua789"):
        yield f"{scheme}{colon}"
    yield "".join(f"&#{ord(letter)};" for letter in scheme) + ":"
    yield "".join(f"&#x{ord(letter):06x}" for letter in scheme) + ":"
    yield "".join(f"%{ord(letter):02x}" for letter in scheme) + ":"


def events() -> Iterator[str]:
    for number, tag in enumerate(TAGS):
        for step, event in enumerate(EVENTS):
            yield SPELLINGS[(number + step) % len(SPELLINGS)].format(tag=tag, event=event, mark=MARK)


def protocols() -> Iterator[str]:
    for scheme in SCHEMES:
        payload = PAYLOADS.get(scheme, MARK)
        for number, start in enumerate(spelt(scheme)):
            yield f'<a href="{start}{payload}">x</a>'
            yield f"[x]({start}{payload})"
            yield (
                f"[x](<{start}{payload}>)",
                f"![x]({start}{payload})",
                f"<{start}{payload}>",
                f"[x]: {start}{payload}\n\n[x]",
            )[number % 4]


def hosts() -> Iterator[str]:
    for path in HOST_PATHS:
        address = path.format(h=HOST)
        entities = "".join(f"&#{ord(letter)};" for letter in address)
        for one in (address, entities):
            yield f'<a href="{one}">x</a>'
            yield f'<img src="{one}" alt="x">'
            yield f"[x]({one})"
            yield f"![x](<{one}>)"
            yield f"[x]: <{one}>\n\n[x] ![x]"
    for path in IMAGE_PATHS:
        yield f'<img src="{path.format(h=HOST)}">'
        yield f"![x]({path.format(h=HOST)})"
        yield f"![x](<{path.format(h=HOST)}> 'y')"


def mutations() -> Iterator[str]:
    for wrapper in WRAPPERS:
        for content in CONTENTS:
            inner = content.format(w=wrapper, m=MARK)
            yield f"<{wrapper}>{inner}</{wrapper}>"
            yield f"<svg><{wrapper}>{inner}"
            yield f"<math><mtext><{wrapper}>{inner}"
            yield f"<table><{wrapper}><tr><td>{inner}</table>"


def styles() -> Iterator[str]:
    for css in CSS:
        one = css.format(h=HOST, m=MARK)
        yield f'<p style="{one}">x</p>'
        yield f"<style>x{{{one}}}</style>"
        yield f"<a href='/' style='{one}'>x</a>"
        yield f"|a|\n|-|\n|<b style={one}>x|"


def loaders() -> Iterator[str]:
    for name in LOADING:
        for tag in ("img", "a", "table", "td", "blockquote", "video", "object", "link", "form", "svg", "input", "ol"):
            yield f'<{tag} {name}="https://{HOST}/x">x</{tag}>'
    for name in CLOBBERED:
        for tag in ("a", "img", "form", "p"):
            yield f"<{tag} id={name} name={name} class={name}>x</{tag}>"


def encodings() -> Iterator[str]:
    script = f"<script>{MARK}</script>"
    yield "".join(f"&#{ord(letter)};" for letter in script)
    yield "".join(f"&#x{ord(letter):x};" for letter in script)
    yield "".join(f"%{ord(letter):02x}" for letter in script)
    yield "".join(f"\\u{ord(letter):04x}" for letter in script)
    yield f"[x](data:text/html;base64,{base64.b64encode(script.encode()).decode()})"
    for code in (
        *range(32),
        127,
        0x80,
        0x85,
        0x9F,
        0xA0,
        0xAD,
        0x200B,
        0x2028,
        0x2029,
        0x202E,
        0x2066,
        0x3000,
        0xFEFF,
        0xD800,
        0xFFFF,
    ):
        letter = chr(code)
        yield f"<img{letter}src=x{letter}onerror={letter}={MARK}>"
        yield f"<{letter}script>{MARK}</{letter}script>"
        yield f"[x]({letter}javascript:{MARK}) [y](/{letter}/{HOST}/) ![z](/media/{letter}../x)"
        yield f"<a href='{letter}javascript{letter}:{MARK}'>x</a> &#{code};"


FAMILIES = {
    "handwritten": handwritten, "events": events, "protocols": protocols, "hosts": hosts, "mutations": mutations, "styles": styles,
    "loaders": loaders, "encodings": encodings,
}  # fmt: skip


@cache
def everything() -> tuple[str, ...]:
    """All vectors, each once."""
    return tuple(dict.fromkeys(vector for family in FAMILIES.values() for vector in family()))
