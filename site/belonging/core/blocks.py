"""StreamField blocks for every page of ours. Each describes itself to the editor and shows a preview."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from belonging.core.links import inline_html

INLINE = ["bold", "italic", "link"]
PROSE = [*INLINE, "ol", "ul"]
TONES = [
    ("tip", _("Something to try")),
    ("note", _("Good to know")),
    ("warning", _("Take care")),
    ("evidence", _("What the evidence says")),
    ("safeguarding", _("Safeguarding")),
]


class HeadingBlock(blocks.StructBlock):
    """A heading inside a text."""

    text = blocks.CharBlock(label=_("Heading"), max_length=160)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("2", _("Section")), ("3", _("Part of a section"))], default="2"
    )

    class Meta:
        icon = "title"
        template = "blocks/heading.html"
        label = _("Heading")
        description = _("Says what is inside the next part.")
        preview_value = {"text": "Start with what pupils notice", "level": "2"}


class ParagraphBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        template = "blocks/paragraph.html"
        label = _("Text")
        description = _("One or more paragraphs, with links and bold words.")
        preview_value = "<p>Most school visions already contain a word such as <b>inclusive</b> or <b>family</b>.</p>"


class ListBlock(blocks.StructBlock):
    """A list whose items may hold links."""

    ordered = blocks.BooleanBlock(label=_("Numbered"), required=False)
    items = blocks.ListBlock(blocks.RichTextBlock(features=INLINE), label=_("Items"), min_num=1)

    class Meta:
        icon = "list-ul"
        template = "blocks/list.html"
        label = _("List")
        description = _("Short points, numbered where the order matters.")
        preview_value = {"ordered": False, "items": ["What was going on for you?", "Who was affected?"]}


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quotation"), max_length=600)
    attribution = blocks.CharBlock(label=_("Who said it"), required=False, max_length=160)

    class Meta:
        icon = "openquote"
        template = "blocks/quote.html"
        label = _("Quotation")
        description = _("Somebody's own words. Never a pupil's name.")
        preview_value = {"text": "You would be missed.", "attribution": "Young people’s panel"}


class CalloutBlock(blocks.StructBlock):
    """A thing apart from the text. Its title may be left out except for a warning, which must say what it is about."""

    tone = blocks.ChoiceBlock(label=_("Kind"), choices=TONES, default="note")
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=PROSE)

    class Meta:
        icon = "info-circle"
        template = "blocks/callout.html"
        label = _("Box")
        description = _("A tip, a warning or a note beside the text.")
        preview_value = {"tone": "tip", "title": "If the family cannot come", "text": "<p>Do not delay the return.</p>"}

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["tone"] in {"warning", "safeguarding"} and not cleaned["title"]:
            raise StructBlockValidationError({"title": ValidationError(_("Say in a few words what to take care of."))})
        return cleaned


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(label=_("Caption"), max_length=160)
    header = blocks.ListBlock(blocks.CharBlock(max_length=120), label=_("Column headings"), min_num=1)
    rows = blocks.ListBlock(
        blocks.ListBlock(blocks.CharBlock(required=False, max_length=600), label=_("Cells")), label=_("Rows"), min_num=1
    )

    class Meta:
        icon = "table"
        template = "blocks/table.html"
        label = _("Table")
        description = _("Rows under column headings, with a caption that says what they show.")
        preview_value = {
            "caption": "A first-day plan",
            "header": ["When", "Who"],
            "rows": [["Arrival", "An adult the pupil chose"], ["Break", "A peer who said yes"]],
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        width = len(cleaned["header"])
        if any(len(row) != width for row in cleaned["rows"]):
            message = _("Each row needs as many cells as there are column headings.")
            raise StructBlockValidationError({"rows": ValidationError(message)})
        return cleaned


class DownloadBlock(blocks.StructBlock):
    """A file to take away. Where the file is still to come, the page says so."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    document = DocumentChooserBlock(label=_("Document"), required=False)
    filename = blocks.CharBlock(label=_("File name"), required=False, max_length=160)
    format = blocks.CharBlock(label=_("Format"), required=False, max_length=40)
    description = blocks.CharBlock(label=_("What is in it"), required=False, max_length=300)

    class Meta:
        icon = "download"
        template = "blocks/download.html"
        label = _("Download")
        description = _("A file with its format and what is in it.")
        preview_value = {"title": "Return plan", "format": "Word", "description": "One page", "filename": "plan.docx"}


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        template = "blocks/image.html"
        label = _("Picture")
        description = _("A picture with the words that stand in for it. Never a pupil who could be recognised.")


class ProseBlock(blocks.StreamBlock):
    """The body of every text page."""

    heading = HeadingBlock()
    paragraph = ParagraphBlock(features=PROSE)
    bullet_list = ListBlock()
    quote = QuoteBlock()
    callout = CalloutBlock()
    table = TableBlock()
    download = DownloadBlock()
    image = ImageBlock()


def prose_from_file(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A content file's body as raw StreamField data. Raises ``KeyError`` for a type that has no block."""
    return [{"type": row["type"], "value": _FROM_FILE[row["type"]](row)} for row in rows]


def rich(text: str) -> str:
    return f"<p>{inline_html(text)}</p>"


_FROM_FILE = {
    "heading": lambda row: {"text": row["text"], "level": str(row.get("level", 2))},
    "paragraph": lambda row: rich(row["text"]),
    "text": lambda row: rich(row["text"]),
    "bullet_list": lambda row: {
        "ordered": row.get("ordered", False),
        "items": [inline_html(item) for item in row["items"]],
    },
    "quote": lambda row: {"text": row["text"], "attribution": row.get("attribution") or ""},
    "callout": lambda row: {"tone": row["tone"], "title": row.get("title") or "", "text": rich(row["text"])},
    "table": lambda row: {"caption": row["caption"], "header": row["header"], "rows": row["rows"]},
    "download": lambda row: {
        "title": row["title"],
        "filename": row.get("filename") or "",
        "format": row.get("format") or "",
        "description": row.get("description") or "",
    },
}


def plain_text(stream_value: Any) -> str:
    """The words of a StreamField, for the search column."""
    block = stream_value.stream_block
    return " ".join(str(part) for part in block.get_searchable_content(stream_value))


__all__ = ["ProseBlock", "plain_text", "prose_from_file", "rich"]
