"""Blocks of a lesson and of a quiz."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from belonging.core.blocks import INLINE, CalloutBlock, HeadingBlock, ImageBlock, ListBlock, ParagraphBlock, TableBlock


class ActivityBlock(blocks.StructBlock):
    """Something to think about or try. What the learner writes is never sent to us."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    minutes = blocks.IntegerBlock(label=_("Minutes"), min_value=1, max_value=240)
    intro = blocks.TextBlock(label=_("Introduction"), required=False)
    prompts = blocks.ListBlock(blocks.TextBlock(), label=_("Prompts"), min_num=1)

    class Meta:
        icon = "edit"
        label = _("Activity")
        description = _("Prompts to think about alone. Nothing is stored.")
        template = "training/blocks/activity.html"
        preview_value = {
            "title": "Your own map",
            "minutes": 4,
            "intro": "",
            "prompts": ["Name a place where you belong."],
        }


class ScenarioBlock(blocks.StructBlock):
    """A situation with choices; each choice opens its response."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    situation = blocks.TextBlock(label=_("Situation"))
    question = blocks.TextBlock(label=_("Question"))
    choices = blocks.ListBlock(
        blocks.StructBlock([("text", blocks.TextBlock()), ("response", blocks.TextBlock())]),
        label=_("Choices"),
        min_num=2,
    )
    debrief = blocks.TextBlock(label=_("Afterwards"), required=False)

    class Meta:
        icon = "help"
        label = _("Scenario")
        description = _("What would you do? Each choice says what may follow.")
        template = "training/blocks/scenario.html"
        preview_value = {
            "title": "The pupil nobody worries about",
            "situation": "A slip says: I would go to no one.",
            "question": "What do you do?",
            "choices": [{"text": "Wait", "response": "You may wait long."}, {"text": "Ask", "response": "Ask whom?"}],
            "debrief": "",
        }


class FilmBlock(blocks.StructBlock):
    """A film with its transcript. Until the film is there, the transcript stands for it."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    seconds = blocks.IntegerBlock(label=_("Length in seconds"), min_value=1)
    transcript = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("at", blocks.CharBlock(max_length=8)),
                ("speaker", blocks.CharBlock(max_length=60)),
                ("text", blocks.TextBlock()),
            ]
        ),
        label=_("Transcript"),
    )

    class Meta:
        icon = "media"
        label = _("Film")
        description = _("A film and every word that is said in it.")
        template = "training/blocks/film.html"
        preview_value = {
            "title": "Three corridors",
            "seconds": 150,
            "transcript": [{"at": "00:00", "speaker": "Narrator", "text": "Same school, same corridor."}],
        }


class LinkOutBlock(blocks.StructBlock):
    """A resource of the library that goes further."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    url = blocks.CharBlock(label=_("Address"), max_length=300)
    why = blocks.TextBlock(label=_("Why read it"), required=False)

    class Meta:
        icon = "link"
        label = _("Resource")
        description = _("A resource to read, and why.")
        template = "training/blocks/link_out.html"
        preview_value = {"title": "What belonging is", "url": "/library/", "why": "A longer summary."}


class LessonBlock(blocks.StreamBlock):
    heading = HeadingBlock()
    text = ParagraphBlock(features=[*INLINE, "ol", "ul"])
    bullet_list = ListBlock()
    table = TableBlock()
    image = ImageBlock()
    callout = CalloutBlock()
    activity = ActivityBlock()
    scenario = ScenarioBlock()
    film = FilmBlock()
    link_out = LinkOutBlock()


OPTION = [
    ("text", blocks.TextBlock(label=_("Text"))),
    ("correct", blocks.BooleanBlock(label=_("Right"), required=False)),
    ("feedback", blocks.TextBlock(label=_("What we say to it"), required=False)),
]


class ChoiceQuestionBlock(blocks.StructBlock):
    """A question with options; ``single`` has exactly one right option, ``multiple`` at least one."""

    prompt = blocks.TextBlock(label=_("Question"))
    options = blocks.ListBlock(blocks.StructBlock(OPTION), label=_("Options"), min_num=2)
    outcome = blocks.CharBlock(label=_("Learning outcome"), required=False, max_length=12)

    class Meta:
        icon = "radio-full"
        template = "training/blocks/question.html"

    def right_options(self, value: Any) -> int:
        return sum(1 for option in value["options"] if option["correct"])


class SingleQuestionBlock(ChoiceQuestionBlock):
    class Meta:
        label = _("One right answer")
        description = _("Options of which exactly one is right, each with its own reply.")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.right_options(cleaned) != 1:
            raise StructBlockValidationError({"options": ValidationError(_("Mark exactly one option as right."))})
        return cleaned


class MultipleQuestionBlock(ChoiceQuestionBlock):
    class Meta:
        label = _("Several right answers")
        description = _("Options of which several are right; each right one counts, each wrong one takes away.")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.right_options(cleaned):
            raise StructBlockValidationError({"options": ValidationError(_("Mark at least one option as right."))})
        return cleaned


class OrderingQuestionBlock(blocks.StructBlock):
    """Items to put in order. They are stored in the right order and shown in another."""

    prompt = blocks.TextBlock(label=_("Question"))
    items = blocks.ListBlock(
        blocks.StructBlock([("text", blocks.TextBlock()), ("feedback", blocks.TextBlock(required=False))]),
        label=_("Items in the right order"),
        min_num=2,
    )
    shown = blocks.ListBlock(blocks.IntegerBlock(), label=_("Order shown"), required=False, default=[])
    feedback_right = blocks.TextBlock(label=_("When right"), required=False)
    feedback_wrong = blocks.TextBlock(label=_("When wrong"), required=False)
    outcome = blocks.CharBlock(label=_("Learning outcome"), required=False, max_length=12)

    class Meta:
        icon = "list-ol"
        label = _("Put in order")
        description = _("Items that have an order; right when all stand in their place.")


class NumberQuestionBlock(blocks.StructBlock):
    """A number, right within a tolerance; common mistakes have their own reply."""

    prompt = blocks.TextBlock(label=_("Question"))
    answer = blocks.FloatBlock(label=_("Answer"))
    tolerance = blocks.FloatBlock(label=_("Tolerance"), default=0, min_value=0)
    unit = blocks.CharBlock(label=_("Unit"), required=False, max_length=20)
    feedback_right = blocks.TextBlock(label=_("When right"), required=False)
    feedback_wrong = blocks.TextBlock(label=_("When wrong"), required=False)
    common_errors = blocks.ListBlock(
        blocks.StructBlock([("value", blocks.FloatBlock()), ("feedback", blocks.TextBlock())]),
        label=_("Common mistakes"),
        required=False,
        default=[],
    )
    outcome = blocks.CharBlock(label=_("Learning outcome"), required=False, max_length=12)

    class Meta:
        icon = "order"
        label = _("A number")
        description = _("A number to work out.")


class QuizBlock(blocks.StreamBlock):
    single = SingleQuestionBlock()
    multiple = MultipleQuestionBlock()
    ordering = OrderingQuestionBlock()
    numeric = NumberQuestionBlock()
