"""What is drawn once and filled again."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import get_language

from belonging.core.moulds import Mould


def _draw(shape: str, **values: str) -> str:
    _draw.times += 1  # type: ignore[attr-defined]
    return format_html("<p lang={}>{} <b>{}</b> {}</p>", get_language(), shape, values["name"], values["name"])


def test_a_piece_is_drawn_once_for_each_shape_and_language_and_filled_each_time() -> None:
    _draw.times = 0  # type: ignore[attr-defined]
    mould = Mould(_draw)

    assert mould.fill("a", name="x") == "<p lang=en-gb>a <b>x</b> x</p>"
    assert mould.fill("a", name="y") == "<p lang=en-gb>a <b>y</b> y</p>"
    assert _draw.times == 1  # type: ignore[attr-defined]
    with translation.override("cy"):
        assert mould.fill("a", name="y") == "<p lang=cy>a <b>y</b> y</p>"
    assert mould.fill("b", name="y") == "<p lang=en-gb>b <b>y</b> y</p>"
    assert _draw.times == 3  # type: ignore[attr-defined]


def test_what_is_filled_in_is_escaped() -> None:
    mould = Mould(_draw)

    assert "<script>" not in mould.fill("a", name="<script>")
    assert "&lt;script&gt;" in mould.fill("a", name="<script>")
    assert "<i>1</i>" in mould.fill("a", name=format_html("<i>{}</i>", 1))


def test_a_value_may_look_like_the_place_of_another_one() -> None:
    mould = Mould(_draw)

    assert mould.fill("a", name="zzmouldnamezz") == "<p lang=en-gb>a <b>zzmouldnamezz</b> zzmouldnamezz</p>"
    assert mould.fill("a", name="x") == "<p lang=en-gb>a <b>x</b> x</p>"


def test_a_value_that_is_not_shown_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="other"):
        Mould(_draw).fill("a", name="x", other="y")
