from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from belonging.core import html
from tests.security import vectors
from tests.security.reading import wrong_with

FRAGMENTS = (
    "<", ">", "</", "/>", '"', "'", "`", "=", "&", "#", ";", ":", "/", "\\", "(", ")", "[", "]", "![", "](", "!", "*", "**", "_", "~~", "|",
    "|-|\n", "\n", "\n\n", "    ", "- ", "1. ", "> ", "```", "<!--", "-->", "<![CDATA[", "]]>", "<?", "&lt;", "&#60;", "&#x", "&Tab;", "&colon;",
    "a", "b", "p", "img", "svg", "math", "style", "script", "table", "td", "title", "href", "src", "onerror", "style", "javascript:",
    "data:text/html,", "//evil.example", "/media/", "..", "%2e", "%09", "\t", "\x00", "\x0b", "\u202e", "\u200b", "\ud800", "https://",
    "www.", "x", " ", "\\u003c", "mtext", "mglyph", "annotation-xml", "noscript", "select", "option", "button", "ol start=", "th scope=",
)  # fmt: skip


def test_there_are_thousands_of_vectors() -> None:
    assert len(vectors.everything()) > 5000
    assert all(len(list(family())) > 50 for family in vectors.FAMILIES.values())


@pytest.mark.parametrize("make", [html.from_markdown, html.clean])
@pytest.mark.parametrize("family", sorted(vectors.FAMILIES))
def test_nothing_but_what_members_may_post_comes_out(family: str, make: Callable[[str], str]) -> None:
    for vector in vectors.FAMILIES[family]():
        made = str(make(vector))

        assert wrong_with(made) == [], (vector, made)
        assert str(html.clean(made)) == made, vector


@pytest.mark.parametrize("make", [html.from_markdown, html.clean])
def test_pieces_thrown_together_come_out_clean_too(make: Callable[[str], str]) -> None:
    dice = random.Random(2026)
    for _throw in range(3000):
        source = "".join(dice.choices(FRAGMENTS, k=dice.randint(1, 40)))

        made = str(make(source))

        assert wrong_with(made) == [], (source, made)
        assert str(html.clean(made)) == made, source


def test_vectors_inside_each_other_come_out_clean() -> None:
    dice = random.Random(7)
    every = vectors.everything()
    for _throw in range(1500):
        source = dice.choice(("", "> ", "- ", "|a|\n|-|\n|", "```\n", '[x](/a "')).join(dice.choices(every, k=4))

        made = str(html.from_markdown(source))

        assert wrong_with(made) == [], (source, made)


@pytest.mark.parametrize("family", sorted(vectors.FAMILIES))
def test_an_excerpt_holds_no_markup_of_its_own_and_nothing_unseen(family: str) -> None:
    for vector in vectors.FAMILIES[family]():
        text = html.excerpt(html.from_markdown(vector))

        assert not html._UNSEEN.search(text), vector
        assert len(text) <= 201


def test_the_reader_of_these_tests_sees_what_is_wrong() -> None:
    for bad in ("<p onclick=x>", "<svg>", "<a href='/\t/evil.example' rel='ugc nofollow noopener'>x</a>", "<a href='/'>x</a>",
                "<img src=/media/a.png>", "<img src='/media/%2e%2e/x' alt=''>", "<p style=x>", "\u202e",
                "<a href='javascript:x' rel='ugc nofollow noopener'>x</a>"):  # fmt: skip
        assert wrong_with(bad), bad


@pytest.mark.parametrize(
    "address",
    ["/media/images/a.png", "/attachments/12/", "/attachments/1/photo-2.webp?size=small", "/media/caf%C3%A9.png"],
)
def test_a_picture_of_our_own_stays_and_has_an_alternative_text(address: str) -> None:
    assert f'<img src="{address}" alt="The door">' in html.from_markdown(f"![The door]({address})")
    assert html.clean(f'<img src="{address}">') == f'<img src="{address}" alt="">'


def test_of_a_picture_from_elsewhere_the_words_are_left() -> None:
    assert html.from_markdown("![The <door>](https://evil.example/p.png)").strip() == "<p>The &lt;door&gt;</p>"


@pytest.mark.parametrize("address", ["/\t/evil.example", "/\\evil.example", "/%09/evil.example", "/%2fevil.example", "/\u202e/evil.example",
                                     "https://ours.example@evil.example/", "https:evil.example"])  # fmt: skip
def test_a_link_that_a_browser_would_read_differently_leads_nowhere(address: str) -> None:
    assert "href" not in html.clean(f'<a href="{address}">x</a>')


def test_links_that_members_need_stay() -> None:
    made = html.from_markdown(
        "[a](/library/?q=a&b=c) [b](#post-2) [c](mailto:a@example.org) [d](https://cy.example/môr) HTTPS://E.example/?a=1&b=2"
        " www.f.example. (https://g.example/h) `https://code.example`"
    )

    for address in ("/library/?q=a&amp;b=c", "#post-2", "mailto:a@example.org", "https://cy.example/m%C3%B4r", "HTTPS://E.example/?a=1&amp;b=2",
                    "http://www.f.example", "https://g.example/h"):  # fmt: skip
        assert f'href="{address}" rel="ugc nofollow noopener"' in made
    assert "<code>https://code.example</code>" in made


def test_writing_that_needs_joiners_and_flags_keeps_them() -> None:
    kept = "می‌خواهم 👩‍👩‍👧 🏴󠁧󠁢󠁷󠁬󠁳󠁿 Ysgol Môn"

    assert kept in html.from_markdown(kept)


def test_what_is_nested_too_deep_is_shown_as_it_was_typed() -> None:
    assert "help" in html.from_markdown(">" * 10_000 + "help")
    assert "help" in html.from_markdown("- " * 500 + "help")
    assert "help" in html.from_markdown("[" * 10_000 + "help" + "]" * 10_000)
    assert "help" in html.from_markdown("*" * 10_000 + "help" + "*" * 10_000)


_TABLE = "|a" * 40 + "|\n" + "|-" * 40 + "|\n" + "a\n" * 1690 + "\n"
LARGE = {
    "quotes": ">" * 50_000, "brackets": "[" * 50_000, "pictures": "![" * 25_000, "stars": "**a" * 16_000, "parentheses": "www.a.org " + "(" * 49_000,
    "dashes": "http://" + "a-" * 25_000, "tables": _TABLE * 10, "long title": '[a]: b "' + "b" * 24_000 + '"\n\n' + "[a]" * 8_300,
    "long reference": "[a]: /" + "b" * 25_000 + "\n\n" + "[a]" * 8_300, "host": "[a](http://" + "é" * 24_000 + ".com)", "lists": ("- " * 9 + "a\n\n") * 2_500,
    "links": "www.a.com " * 5_000, "backticks": " ".join("`" * number for number in range(1, 310)), "tags": "<b>" * 16_000, "entities": "&#x" * 16_000,
    "escapes": "\\" * 50_000, "wide table": "|a" * 200 + "|\n" + "|-" * 200 + "|\n" + "a\n" * 24_000,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LARGE))
def test_fifty_thousand_letters_of_anything_are_bounded_in_time_and_size(name: str) -> None:
    began = time.process_time()

    made = html.from_markdown(LARGE[name][:50_000])

    assert time.process_time() - began < 5
    assert len(made) < 700_000
