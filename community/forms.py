from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from belonging.core.html import SOURCE_LIMIT_BYTES
from belonging.framework import strands

AGREEMENT = _(
    "Do not name or describe a child so that someone could recognise them. You can use **bold**, lists and links."
)


class MarkdownField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 6})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Message"))
        kwargs.setdefault("help_text", AGREEMENT)
        kwargs.setdefault("error_messages", {"required": _("Write something first.")})
        super().__init__(**kwargs)
        self.validators.append(MaxLengthValidator(SOURCE_LIMIT_BYTES, _("That is too long for one post.")))

    def clean(self, value: Any) -> str:
        text: str = super().clean((value or "").replace("\x00", "").replace("\r\n", "\n"))
        if len(text.encode()) > SOURCE_LIMIT_BYTES:
            raise forms.ValidationError(_("That is too long for one post."))
        return text


class PostForm(forms.Form):
    """``token`` makes the same form sent twice one post."""

    source = MarkdownField()
    follow = forms.BooleanField(label=_("Tell me about new replies"), required=False, initial=True)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)


class TopicForm(forms.Form):
    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        help_text=_("A question works best."),
        error_messages={"required": _("Write a title that says what you ask.")},
    )
    source = MarkdownField()
    strand = forms.ChoiceField(label=_("Strand"), required=False, help_text=_("What it is mostly about."))
    token = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["strand"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Not sure")), *strands.choices()]


class EditForm(forms.Form):
    source = MarkdownField()
