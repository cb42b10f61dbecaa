from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from wagtail.blocks import StreamBlock, StructBlock
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import get_page_models

from belonging.core.blocks import CalloutBlock, ImageBlock, TableBlock, prose_from_file
from training.blocks import MultipleQuestionBlock, SingleQuestionBlock

OURS = ("belonging.", "community.", "resources.", "events.", "training.")


def _offered() -> dict[str, Any]:
    """Every block of ours that an editor is offered, by the page type and field that offers it."""
    found: dict[str, Any] = {}
    for model in get_page_models():
        for field in model._meta.get_fields():
            stream = getattr(field, "stream_block", None)
            if isinstance(stream, StreamBlock):
                for name, block in stream.child_blocks.items():
                    if type(block).__module__.startswith(OURS):
                        found[f"{model.__name__}.{field.name}.{name}"] = block
    return found


OFFERED = _offered()
# A picture has no preview without a picture of the site's own; a question is seen in its quiz, where its form is.
PREVIEWED = sorted(name for name, block in OFFERED.items() if not isinstance(block, ImageBlock) and "quiz" not in name)


@pytest.mark.parametrize("name", sorted(OFFERED))
def test_block_describes_itself_to_the_editor(name: str) -> None:
    block = OFFERED[name]

    assert str(block.get_description()).strip()
    assert block.meta.icon != "placeholder"
    assert str(block.label).strip()


@pytest.mark.django_db
@pytest.mark.parametrize("name", PREVIEWED)
def test_block_shows_a_preview_of_itself(name: str) -> None:
    block = OFFERED[name]
    assert block.is_previewable
    value = block.normalize(block.get_preview_value())
    html = block.render(value)

    assert len(html.strip()) > 10


@pytest.mark.parametrize("tone", ["warning", "safeguarding"])
def test_a_warning_must_say_what_it_is_about(tone: str) -> None:
    block = CalloutBlock()

    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.to_python({"tone": tone, "title": "", "text": "<p>Take care.</p>"}))

    assert list(refused.value.block_errors) == ["title"]


def test_a_row_of_a_table_has_as_many_cells_as_there_are_headings() -> None:
    block = TableBlock()

    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.to_python({"caption": "Plan", "header": ["When", "Who"], "rows": [["Monday"]]}))

    assert list(refused.value.block_errors) == ["rows"]


@pytest.mark.parametrize(
    ("block", "right"), [(SingleQuestionBlock(), 0), (SingleQuestionBlock(), 2), (MultipleQuestionBlock(), 0)]
)
def test_a_question_with_the_wrong_number_of_right_answers_is_refused(block: StructBlock, right: int) -> None:
    options = [{"text": str(n), "correct": n < right, "feedback": ""} for n in range(3)]

    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.to_python({"prompt": "Which?", "options": options}))

    assert list(refused.value.block_errors) == ["options"]


def test_a_content_file_with_an_unknown_block_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(KeyError):
        prose_from_file([{"type": "carousel"}])


def test_text_of_a_content_file_is_escaped() -> None:
    [block] = prose_from_file([{"type": "paragraph", "text": "<script>alert(1)</script> **bold**"}])

    assert "<script>" not in block["value"]
    assert "<b>bold</b>" in block["value"]


def test_the_page_around_a_preview_has_our_style_sheet() -> None:
    assert "css/site" in render_to_string(
        "wagtailcore/shared/block_preview.html", {"bound_block": "", "block_def": {"name": "x"}}
    )
