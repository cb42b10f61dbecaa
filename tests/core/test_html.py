from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from belonging.core import html

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example/path)",
    "[x](/\\evil.example)",
    "![x](https://evil.example/pixel.png)",
    "<iframe src='https://evil.example'></iframe>",
    "<form action=/accounts/logout/><button>x</button></form>",
    "<a href='jAvAsCrIpT:alert(1)'>x</a>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed'>x</p>",
]


class Markup(HTMLParser):
    """Collects every tag and attribute that a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("source", ATTACKS)
@pytest.mark.parametrize("make", [html.from_markdown, html.clean])
def test_no_attack_comes_out_of_what_members_write(source: str, make: Callable[[str], str]) -> None:
    seen = Markup(str(make(source)))

    assert seen.tags <= html.TAGS
    assert {name for name, _value in seen.attributes} <= {"href", "src", "alt", "title", "rel", "start", "scope"}
    for name, value in seen.attributes:
        if name == "href":
            assert value.startswith(("http://", "https://", "mailto:", "/", "#"))
            assert not value.startswith(("//", "/\\"))
        if name == "src":
            assert value.startswith("/media/")


def test_markdown_becomes_paragraphs_lists_and_links_that_are_not_followed() -> None:
    made = html.from_markdown("# Big\n\n- one\n- **two**\n\nSee https://example.org/a and [us](/library/).")

    assert "<h3>Big</h3>" in made
    assert "<li><strong>two</strong></li>" in made or "<b>two</b>" in made
    assert 'href="https://example.org/a" rel="ugc nofollow noopener"' in made
    assert 'href="/library/"' in made


def test_an_excerpt_is_text_and_ends_at_a_word() -> None:
    assert html.excerpt("<p>We copied <b>Tidewell’s</b> first hour back.</p>", 24) == "We copied Tidewell’s…"
    assert html.excerpt("<p>1 &lt; 2</p>") == "1 < 2"
