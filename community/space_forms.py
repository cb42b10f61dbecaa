"""Forms about a space. One rule for who changes its visibility, on the site and in the admin."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from belonging.accounts.models import User
from belonging.core.forms import DayInput, OneLineField, WordsField
from belonging.framework import strands
from belonging.trail import services as trail
from community.aside import forget
from community.models import Joining, Space, Visibility, is_moderator, opens_up

FIELD_CLASSES = {"title": OneLineField, "description": OneLineField, "prompt": OneLineField, "welcome": WordsField}
SURE = gettext_lazy("Yes, let more people read what is there already")


def check_space(form: Any, data: dict[str, Any], before: Space, user: Any) -> None:
    """Add errors beside the fields: what the database would refuse, and what only some may do.

    ``before`` is the space as it is stored; ``data`` may leave fields out.
    """
    visibility = data.get("visibility") or before.visibility
    joining = data.get("joining") or before.joining
    if joining == Joining.FREE and visibility in {Visibility.CLOSED, Visibility.CONFIDENTIAL}:
        form.add_error("joining", _("People cannot join a closed space at once: let them ask, or add them."))
    closes_on = data.get("closes_on")
    if closes_on and closes_on != before.closes_on and closes_on < timezone.localdate():
        form.add_error("closes_on", _("Choose a day that is still to come."))
    if not before.pk or visibility == before.visibility:
        return
    if not is_moderator(user):
        form.add_error("visibility", _("A moderator or an administrator changes who can see a space."))
    elif opens_up(before.visibility, visibility) and not data.get("sure"):
        form.add_error(
            "sure", _("More people will read what was written for fewer. Tick this if everybody there knows.")
        )


class SpaceForm(forms.ModelForm):
    """What a facilitator sets; the visibility for moderators, with a tick when it grows more open."""

    strands = forms.MultipleChoiceField(
        label=gettext_lazy("Strands"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(label=SURE, required=False)

    class Meta:
        model = Space
        fields: ClassVar[list[str]] = [
            "title",
            "description",
            "prompt",
            "welcome",
            "visibility",
            "sure",
            "joining",
            "event_tag",
            "closes_on",
            "strands",
        ]
        field_classes = FIELD_CLASSES
        widgets: ClassVar[dict[str, Any]] = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "visibility": forms.RadioSelect,
            "joining": forms.RadioSelect,
            "closes_on": DayInput,
        }

    use_required_attribute = False

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.stored = Space.objects.get(pk=self.instance.pk)
        field = self.fields["strands"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = strands.choices()
        self.fields["title"].error_messages["required"] = _("Write a name for the space.")
        self.fields["closes_on"].help_text = _("Nobody posts after that day. Leave it empty for no end.")
        if not is_moderator(user):
            del self.fields["visibility"]
        given = self.data.get(self.add_prefix("visibility"), "")
        if not is_moderator(user) or given not in Visibility.values or not opens_up(self.stored.visibility, given):
            del self.fields["sure"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        check_space(self, data, self.stored, self.user)
        return data

    def clean_strands(self) -> list[str]:
        """The main strand comes first and stays first: new ones are added at the end."""
        chosen: list[str] = self.cleaned_data["strands"]
        kept = [code for code in self.stored.strands if code in chosen]
        return [*kept, *[code for code in chosen if code not in kept]]


class SpaceAdminForm(WagtailAdminModelForm):
    """The same rules in the admin; creating and changing a space is in the trail."""

    class Meta:
        field_classes = FIELD_CLASSES

    sure = forms.BooleanField(
        label=SURE, required=False, help_text=gettext_lazy("Only when you make the space more open.")
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        before = Space.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        check_space(self, data, before or Space(), self.for_user)
        return data

    def save(self, commit: bool = True) -> Any:
        made = self.instance.pk is None
        saved = super().save(commit=commit)
        if commit:
            fields = sorted(set(self.changed_data) - {"sure"})
            action = "space.made" if made else "space.changed"
            trail.record(action=action, actor=self.for_user, target=saved, detail={"fields": fields})
            transaction.on_commit(partial(forget, saved.pk))
        return saved


class JoinForm(forms.Form):
    use_required_attribute = False

    note = OneLineField(
        label=gettext_lazy("Why you would like to join"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A sentence or two. The facilitators read it."),
    )


class AddMemberForm(forms.Form):
    use_required_attribute = False

    handle = OneLineField(
        label=gettext_lazy("Handle"),
        max_length=60,
        help_text=gettext_lazy("The name with @ on somebody’s page, such as @sam-lee."),
        error_messages={"required": gettext_lazy("Write the handle of the person.")},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
