"""Blocks of the home page, the strategy page and pages about a programme or a consultation."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from belonging.core.blocks import INLINE, ProseBlock
from belonging.framework.strands import choices as strand_choices


class LinkBlock(blocks.StructBlock):
    """A link to anything on this site."""

    label = blocks.CharBlock(label=_("Words"), max_length=80)
    url = blocks.CharBlock(label=_("Address"), max_length=300, help_text=_("A path on this site, such as /library/."))

    class Meta:
        icon = "link"
        label = _("Link")
        description = _("Words and where they lead.")
        preview_value = {"label": "Find an event", "url": "/events/"}
        template = "home/blocks/link.html"


class WayBlock(blocks.StructBlock):
    """One of the things people do here."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=60)
    text = blocks.TextBlock(label=_("Text"), max_length=400)
    action = LinkBlock(label=_("Link"), required=False)

    class Meta:
        icon = "pick"
        label = _("Way")
        description = _("A thing to do here, in two sentences, with one link.")
        template = "home/blocks/way.html"
        preview_value = {
            "heading": "Share",
            "text": "Ask a question, answer one, or write up something you tried.",
            "action": {"label": "See what people are asking", "url": "/topics/"},
        }


class StartBlock(blocks.StructBlock):
    """Where somebody in a role could start."""

    role = blocks.CharBlock(label=_("Role"), max_length=60)
    text = blocks.CharBlock(label=_("Text"), max_length=200)
    url = blocks.CharBlock(label=_("Address"), max_length=300)

    class Meta:
        icon = "user"
        label = _("Starting place")
        description = _("A role and the one page to read first.")
        template = "home/blocks/start.html"
        preview_value = {"role": "SENCO", "text": "The first conversation when school is getting hard.", "url": "/"}


class FeaturedBlock(blocks.StructBlock):
    """An item from any room, open to read."""

    kind = blocks.CharBlock(label=_("Kind"), max_length=40)
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    text = blocks.CharBlock(label=_("Text"), required=False, max_length=400)
    url = blocks.CharBlock(label=_("Address"), max_length=300)

    class Meta:
        icon = "pin"
        label = _("Featured item")
        description = _("A discussion, resource, course or event that visitors may read.")
        template = "home/blocks/featured.html"
        preview_value = {"kind": "Resource", "title": "Planning a return", "text": "A script and a plan.", "url": "/"}


class MilestoneBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("When"), max_length=40)
    starts_on = blocks.DateBlock(label=_("From"))
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    text = blocks.TextBlock(label=_("Text"), required=False)
    links = blocks.ListBlock(LinkBlock(), label=_("Links"), required=False, default=[])

    class Meta:
        icon = "date"


class TimelineBlock(blocks.StructBlock):
    """Dated steps of a programme."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    milestones = blocks.ListBlock(MilestoneBlock(), label=_("Steps"))

    class Meta:
        icon = "date"
        label = _("Time line")
        description = _("Steps with a month, a title and a sentence.")
        template = "home/blocks/timeline.html"
        preview_value = {
            "heading": "Eighteen months",
            "milestones": [
                {
                    "label": "September 2025",
                    "starts_on": date(2025, 9, 1),
                    "title": "Welcome day",
                    "text": "",
                    "links": [],
                }
            ],
        }


class PeopleBlock(blocks.StructBlock):
    """Named facts in two columns, such as who brings what."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    rows = blocks.ListBlock(
        blocks.StructBlock([("name", blocks.CharBlock(max_length=160)), ("text", blocks.TextBlock())]), label=_("Rows")
    )

    class Meta:
        icon = "group"
        label = _("Facts")
        description = _("A name and a sentence, in rows.")
        template = "home/blocks/people.html"
        preview_value = {"heading": "Partners", "rows": [{"name": "Youth justice", "text": "A worker in the room."}]}


class QuestionBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Question"))
    help = blocks.CharBlock(label=_("Help"), required=False, max_length=300)
    easy_read = blocks.CharBlock(label=_("Easy read"), required=False, max_length=300)
    options = blocks.ListBlock(blocks.CharBlock(max_length=200), label=_("Choices"), required=False, default=[])

    class Meta:
        icon = "help"


class ConsultationBlock(blocks.StructBlock):
    """The questions of a consultation with its dates and what people have said so far."""

    opens_on = blocks.DateBlock(label=_("Opens"))
    closes_on = blocks.DateBlock(label=_("Closes"))
    reply_due_on = blocks.DateBlock(label=_("We reply by"), required=False)
    decided_on = blocks.DateBlock(label=_("Decided on"), required=False)
    about_you = blocks.ListBlock(blocks.CharBlock(max_length=200), label=_("About you"), required=False, default=[])
    questions = blocks.ListBlock(QuestionBlock(), label=_("Questions"))
    said = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("who", blocks.CharBlock(max_length=120)),
                ("said_on", blocks.DateBlock()),
                (
                    "answers",
                    blocks.ListBlock(
                        blocks.StructBlock(
                            [("question", blocks.CharBlock()), ("answer", blocks.TextBlock(required=False))]
                        )
                    ),
                ),
            ]
        ),
        label=_("What people have said"),
        required=False,
        default=[],
    )
    replies = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("asked", blocks.TextBlock()),
                ("reply", blocks.TextBlock()),
                ("author", blocks.CharBlock(max_length=120)),
                ("replied_on", blocks.DateBlock()),
            ]
        ),
        label=_("Early replies"),
        required=False,
        default=[],
    )

    class Meta:
        icon = "help"
        label = _("Consultation")
        description = _("Questions, dates, what people have said and what was replied.")
        template = "home/blocks/consultation.html"
        preview_value = {
            "opens_on": date(2026, 11, 1),
            "closes_on": date(2026, 12, 12),
            "questions": [
                {"text": "Who or what have we missed?", "help": "", "easy_read": "Who is missing?", "options": []}
            ],
            "said": [],
            "replies": [],
            "about_you": [],
        }


class StandardBlock(ProseBlock):
    """The body of a standard page: prose, and what programmes and consultations need."""

    timeline = TimelineBlock()
    people = PeopleBlock()
    consultation = ConsultationBlock()


class PriorityBlock(blocks.StructBlock):
    """A priority of a strategy, tagged with strands of the framework."""

    code = blocks.CharBlock(label=_("Code"), max_length=8)
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    purpose = blocks.TextBlock(label=_("Purpose"))
    how = blocks.ListBlock(blocks.CharBlock(max_length=400), label=_("How"))
    success = blocks.TextBlock(label=_("What success looks like"), required=False)
    lead = blocks.CharBlock(label=_("Lead"), required=False, max_length=120)
    strands = blocks.MultipleChoiceBlock(label=_("Strands"), choices=strand_choices, required=False)

    class Meta:
        icon = "pick"
        label = _("Priority")
        description = _("What a strategy wants, how, and how anybody would know.")
        template = "home/blocks/priority.html"
        preview_value = {
            "code": "M1",
            "title": "Known and expected",
            "purpose": "An adult to go to.",
            "how": ["Ask pupils."],
        }


class MeasureBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("headline", _("Headline")), ("guard rail", _("Guard rail")), ("from pupils", _("From pupils"))],
    )
    name = blocks.CharBlock(label=_("Measure"), max_length=120)
    definition = blocks.TextBlock(label=_("Definition"))
    baseline = blocks.CharBlock(label=_("Baseline"), max_length=160)
    target = blocks.CharBlock(label=_("Target"), max_length=160)

    class Meta:
        icon = "success"
        label = _("Measure")
        description = _("A figure to watch, with its baseline and target.")
        template = "home/blocks/measure.html"
        preview_value = {
            "kind": "headline",
            "name": "Suspensions",
            "definition": "",
            "baseline": "12.4",
            "target": "9.0",
        }


class ActionBlock(blocks.StructBlock):
    number = blocks.CharBlock(label=_("Number"), max_length=8)
    priority = blocks.CharBlock(label=_("Priority"), max_length=8)
    title = blocks.CharBlock(label=_("Action"), max_length=240)
    lead = blocks.CharBlock(label=_("Lead"), required=False, max_length=120)
    due_on = blocks.DateBlock(label=_("Due"), required=False)
    status = blocks.CharBlock(label=_("Status"), required=False, max_length=40)

    class Meta:
        icon = "tasks"
        label = _("Action")
        description = _("What somebody does by a date.")
        template = "home/blocks/action.html"
        preview_value = {
            "number": "1.1",
            "priority": "M1",
            "title": "A named lead in every school",
            "due_on": date(2027, 4, 30),
        }


class PartnerBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("Partner"), max_length=160)
    brings = blocks.RichTextBlock(label=_("Brings"), features=INLINE)

    class Meta:
        icon = "group"
        label = _("Partner")
        description = _("Who takes part and what they bring.")
        template = "home/blocks/partner.html"
        preview_value = {"name": "Youth justice", "brings": "An education worker in the room."}
