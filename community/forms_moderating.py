"""What a moderator is asked: which decision, for which topics, why."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from belonging.core.forms import OneLineField, SiteForm
from community.models import Post, Space, Topic
from community.services.moderating import NEEDS_REASON, REASON_LETTERS, Decision

_TOPIC = re.compile(r"(?:.*/topics/)?(\d{1,18})(?:/.*)?$")
MOST_AT_ONCE = 100


def reason_field(*, required: bool) -> OneLineField:
    return OneLineField(
        label=_("Reason"),
        max_length=REASON_LETTERS,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The person who wrote the topic is told. Of a locked or closed topic all readers see it."),
        error_messages={"required": _("Write the reason in a sentence.")},
    )


class _Decisions(SiteForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") in NEEDS_REASON and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write the reason in a sentence: readers see it."))
        return data


class StateForm(_Decisions):
    """Offers what fits the topic as it is."""

    decision = forms.ChoiceField(
        label=_("What should happen"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what should happen.")},
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            Decision.UNPIN if topic.pinned else Decision.PIN,
            Decision.UNLOCK if topic.locked else Decision.LOCK,
            Decision.REOPEN if topic.closed_at else Decision.CLOSE,
            *([Decision.RESTORE] if topic.hidden else []),
        ]
        field = self.fields["decision"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(choice.value, choice.label) for choice in offered]


def space_field(user: Any, *, but: int, required: bool) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Space.objects.moderated_by(user).exclude(pk=but),
        label=_("Space"),
        required=required,
        help_text=_("Spaces that you look after. Followers who may not read it lose the topic."),
        error_messages={
            "required": _("Choose the space it goes to."),
            "invalid_choice": _("Choose a space from the list."),
        },
    )


class TopicField(OneLineField):
    """The number or the address of a topic that the person may manage."""

    def __init__(self, *, user: Any, but: int = 0, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("The topic it goes into"))
        kwargs.setdefault("help_text", _("Paste its address, or write its number, for example 12."))
        kwargs.setdefault("error_messages", {"required": _("Paste the address of the other topic.")})
        super().__init__(max_length=300, **kwargs)
        self.user, self.but = user, but

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = _TOPIC.match(text)
        rows = Topic.objects.manageable_by(self.user).exclude(pk=self.but)
        topic = rows.filter(pk=int(found[1])).first() if found else None
        if topic is None:
            raise forms.ValidationError(_("We cannot find that topic in the spaces you look after."))
        return topic


class MoveForm(SiteForm):
    reason = reason_field(required=True)

    def __init__(self, *args: Any, user: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"] = space_field(user, but=topic.space_id, required=True)
        self.order_fields(["space", "reason"])


class MergeForm(SiteForm):
    reason = reason_field(required=True)

    def __init__(self, *args: Any, user: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"] = TopicField(user=user, but=topic.pk)
        self.order_fields(["into", "reason"])


class SplitForm(SiteForm):
    """``posts`` are drawn by the page, fifty at a time; those chosen on other pages travel along hidden."""

    title = OneLineField(
        label=_("Title of the new topic"),
        max_length=160,
        error_messages={"required": _("Write a title for the new topic.")},
    )
    reason = reason_field(required=True)


def chosen_ids(values: list[str]) -> list[int]:
    """Ids from checkboxes, each once; what is no id is left out."""
    return list(dict.fromkeys(int(value) for value in values if value.isdecimal() and len(value) < 19))


class BulkForm(_Decisions):
    """One decision for several topics of a space; ``topics`` are drawn by the page."""

    MOVE, MERGE = "move", "merge"
    decision = forms.ChoiceField(
        label=_("What should happen"),
        choices=[
            ("", _("Choose one")),
            *Decision.choices,
            (MOVE, _("Move them to another space")),
            (MERGE, _("Put them into another topic")),
        ],
        error_messages={"required": _("Choose what should happen.")},
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, user: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"] = space_field(user, but=space.pk, required=False)
        self.fields["space"].label = _("Space, when you move them")
        self.fields["into"] = TopicField(user=user, required=False, label=_("Topic, when you put them into another"))
        self.order_fields(["decision", "space", "into", "reason"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for decision, name, message in (
            (self.MOVE, "space", _("Choose the space they go to.")),
            (self.MERGE, "into", _("Paste the address of the other topic.")),
        ):
            if data.get("decision") == decision:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, message)
                if not data.get("reason") and "reason" not in self.errors:
                    self.add_error("reason", _("Write the reason in a sentence."))
        return data


def posts_from(topic: Topic, number: int, length: int) -> list[Post]:
    """Posts that can be split off, from ``number`` on: by their numbers, so that the last page costs what the first does."""
    rows = Post.objects.filter(topic=topic, number__gte=max(number, 2)).select_related("author").order_by("number")
    return list(rows[:length])
