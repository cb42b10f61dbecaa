"""The warning before posting, measured on labelled lines and on every post of the demo."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from belonging.moderation.naming import signs

HERE = Path(__file__).parent
LINES = [
    (line[0] == "+", line[2:])
    for line in (HERE / "naming_cases.txt").read_text(encoding="utf-8").splitlines()
    if line[:2] in {"+ ", "- "}
]


def test_the_labelled_set_is_large_and_balanced() -> None:
    naming = sum(label for label, _text in LINES)

    assert len(LINES) >= 150
    assert 0.4 <= naming / len(LINES) <= 0.6


def test_recall_and_precision_on_the_labelled_set(capsys: pytest.CaptureFixture[str]) -> None:
    missed = [text for label, text in LINES if label and not signs(text)]
    false = [
        (text, [(sign.kind, sign.excerpt) for sign in signs(text)])
        for label, text in LINES
        if not label and signs(text)
    ]
    found = sum(label for label, _text in LINES) - len(missed)
    recall, precision = found / (found + len(missed)), found / (found + len(false))

    with capsys.disabled():
        sys.stdout.write(f"\npupil warning: {len(LINES)} lines, recall {recall:.3f}, precision {precision:.3f}\n")

    assert recall >= 0.95, missed
    assert precision >= 0.9, false


def test_practitioners_of_the_demo_are_hardly_ever_warned() -> None:
    """They write about pupils all day. A handful is allowed: a warning costs one look, and nobody is stopped."""
    topics = json.loads((HERE.parents[1] / "community" / "demo" / "discussions.json").read_text(encoding="utf-8"))[
        "topics"
    ]
    posts = [post["body"] for topic in topics for post in topic["posts"]]

    warned = [body for body in posts if signs(body)]

    assert len(posts) > 200
    assert len(warned) <= 5, warned


@pytest.mark.parametrize(
    "base",
    [
        "J.S. ", "A", "0 ", "07700 ", "born 1", "Year 5 JS ", "Pupil Aa Aa ", "1 Aa Aa Aa ", "(", "Aa ", "pupil called ", "D.O.B. ",
        "12/", " - ", "Oak of the of ", "is a an the my ", "\n", "A1 1AA child ", "H801200001001 ", "+44 (", "é́ ",
    ],
)  # fmt: skip
def test_hostile_text_of_fifty_kilobytes_takes_little_time(base: str) -> None:
    text = (base * 50_000)[:50_000]
    began = time.process_time()

    signs(text)

    assert time.process_time() - began < 8


def test_twice_the_text_takes_about_twice_the_time() -> None:
    def seconds(size: int) -> float:
        text = ("Pupil Aa Bb, Year 5, J.S. at Oak Primary born 1/2/2010 on 07700 900123. " * size)[: size * 60]
        began = time.process_time()
        signs(text)
        return time.process_time() - began

    seconds(20)

    assert seconds(800) < 8 * max(seconds(400), 0.02)


def test_a_sign_says_what_was_found_and_what_to_change() -> None:
    found = signs("J.S. in Year 5, born on 3 May 2014, ring 07700 900123 or 07700 900123")

    assert [(sign.kind, sign.excerpt) for sign in found] == [
        ("initials", "J.S."),
        ("birth", "born on 3 May 2014"),
        ("phone", "07700 900123"),
    ]
    assert all(sign.message.endswith(".") for sign in found)


def test_a_wrong_check_letter_beside_the_word_order_is_somebody_s_order() -> None:
    assert not signs("Order A123456789013 has come")
    assert signs("Order H801200001001 has come")  # the right check letter: a pupil's number all the same


def test_nothing_is_found_in_nothing() -> None:
    assert signs("") == []
