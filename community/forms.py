from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from belonging.core.forms import OneLineField, SiteForm, WordsField
from belonging.core.html import SOURCE_LIMIT_BYTES
from belonging.framework import strands
from community.models import Kind, Phase, Space
from community.services import attachments
from community.writing import attached_in

AGREEMENT = _(
    "Do not name or describe a child so that someone could recognise them. You can use **bold**, lists and links."
)
MOST_STRANDS, MOST_INDICATORS, MOST_TAGS, LONGEST_TAG = 3, 5, 5, 40
_BETWEEN_WORDS = re.compile(r"[\s_\-–—/#]+")
_NO_WORD = re.compile(r"[^\w\s'’&]")


class MarkdownField(WordsField):
    widget = forms.Textarea(attrs={"rows": 8})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Message"))
        kwargs.setdefault("help_text", AGREEMENT)
        kwargs.setdefault("error_messages", {"required": _("Write something first.")})
        super().__init__(**kwargs)
        self.validators.append(MaxLengthValidator(SOURCE_LIMIT_BYTES, _("That is too long for one post.")))

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if len(text.encode()) > SOURCE_LIMIT_BYTES:
            raise forms.ValidationError(_("That is too long for one post."))
        most = settings.UPLOADS["most_in_a_post"]
        if len(attached_in(text)) > most:
            words = ngettext(
                "A post can hold %(most)s picture or file. Take some out.",
                "A post can hold %(most)s pictures and files. Take some out.",
                most,
            )
            raise forms.ValidationError(words % {"most": most})
        return text


class TagsField(OneLineField):
    """Words with commas between them, as a list: small letters, no hyphens, each once."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 400)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> list[str]:
        text: str = super().clean(value)
        found = list(dict.fromkeys(filter(None, map(tidy_tag, text.split(",")))))
        if len(found) > MOST_TAGS:
            raise forms.ValidationError(__("Choose at most %(most)s tags.") % {"most": MOST_TAGS})
        for tag in found:
            if len(tag) > LONGEST_TAG:
                words = __("Make the tag “%(tag)s” shorter: at most %(most)s letters. Put a comma between tags.")
                raise forms.ValidationError(words % {"tag": f"{tag[:30]}…", "most": LONGEST_TAG})
        return found


def tidy_tag(text: str) -> str:
    """ "Part-Time  Timetables" as "part time timetables"."""
    return " ".join(_NO_WORD.sub("", _BETWEEN_WORDS.sub(" ", text)).lower().split())


class _AtMost:
    """Says no to more than ``most`` choices."""

    def __init__(self, most: int, words: Any) -> None:
        self.most, self.words = most, words

    def __call__(self, value: list[str]) -> None:
        if len(value) > self.most:
            raise forms.ValidationError(self.words % {"most": self.most})


class KindField(forms.ChoiceField):
    """What a topic is; a form that does not say starts a discussion."""

    def clean(self, value: Any) -> str:
        return str(super().clean(value or Kind.DISCUSSION))


class PostForm(SiteForm):
    """``token`` makes the same form sent twice one post."""

    source = MarkdownField()
    follow = forms.BooleanField(label=_("Tell me about new replies"), required=False, initial=True)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1)


class TopicForm(SiteForm):
    """A topic. ``leads`` says whether the person looks after the space and may announce something in it."""

    title = OneLineField(
        label=_("Title"),
        max_length=160,
        help_text=_("A question works best."),
        error_messages={"required": _("Write a title that says what you ask.")},
    )
    kind = KindField(
        label=_("What it is"),
        choices=Kind.choices,
        initial=Kind.DISCUSSION,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose what it is from the list.")},
    )
    source = MarkdownField()
    strands = forms.MultipleChoiceField(
        label=_("Strands"),
        required=False,
        help_text=_("At most three."),
        widget=forms.CheckboxSelectMultiple,
        validators=[_AtMost(MOST_STRANDS, _("Choose at most %(most)s strands."))],
    )
    indicators = forms.MultipleChoiceField(
        label=_("Indicators"),
        required=False,
        help_text=_("At most five."),
        widget=forms.CheckboxSelectMultiple,
        validators=[_AtMost(MOST_INDICATORS, _("Choose at most %(most)s indicators."))],
    )
    tags = TagsField(
        label=_("Tags"),
        required=False,
        help_text=_("Words others may look for, with commas between them. At most five."),
    )
    phases = forms.MultipleChoiceField(
        label=_("Phases of school"), required=False, choices=Phase.choices, widget=forms.CheckboxSelectMultiple
    )
    follow = forms.BooleanField(label=_("Tell me about replies"), required=False, initial=True)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, leads: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not leads:
            self._choices("kind", [choice for choice in Kind.choices if choice[0] != Kind.ANNOUNCEMENT])
        self._choices("strands", strands.choices())
        self._choices("indicators", [(item.code, f"{item.code} {item.statement}") for item in strands.indicators()])
        self.fields["tags"].widget.attrs.update({"list": "compose-tags", "autocomplete": "off"})

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    def indicator_groups(self) -> list[dict[str, Any]]:
        """The checkboxes of indicators, a group for each strand; ``chosen`` is how many of the group are ticked."""
        groups: dict[str, dict[str, Any]] = {}
        value = self["indicators"].value() or []
        for box, item in zip(self["indicators"].subwidgets, strands.indicators(), strict=True):
            group = groups.setdefault(item.strand.code, {"strand": item.strand, "boxes": [], "chosen": 0})
            group["boxes"].append(box)
            group["chosen"] += item.code in value
        return list(groups.values())


class EditForm(SiteForm):
    """A change of a post. ``with_title`` for the first one; a form sent without a title leaves it as it is."""

    title = OneLineField(
        label=_("Title"), max_length=160, error_messages={"required": _("Write a title that says what you ask.")}
    )
    source = MarkdownField()
    token = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, with_title: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_title or (self.is_bound and "title" not in self.data):
            del self.fields["title"]


class AttachForm(SiteForm):
    """A picture or a file. A picture needs words for whoever cannot see it."""

    file = forms.FileField(
        label=_("Picture or file"),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty. Choose another one.")},
    )
    alt = OneLineField(
        label=_("What the picture shows"),
        required=False,
        max_length=300,
        help_text=_(
            "A picture needs it, for people who cannot see it. Say what matters, without names: “A table plan with one free chair”."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        upload = data.get("file")
        data.setdefault("alt", "")
        if upload and attachments.is_picture(upload.name) and not data["alt"] and "alt" not in self.errors:
            self.add_error("alt", _("Say what the picture shows. Then choose it once more."))
        return data


class SpaceChoiceForm(SiteForm):
    """Where a new topic belongs. Sent by GET, so it has no errors of its own: a wrong choice asks again."""

    space = forms.ChoiceField(label=_("Which space is it for?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, spaces: list[Space], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["space"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(space.slug, space.title) for space in spaces]
        field.error_messages |= {
            "required": __("Choose a space for your topic."),
            "invalid_choice": __("Choose a space for your topic."),
        }
