from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.models import ActionState, Level
from belonging.accounts.models import User
from belonging.core.forms import DayInput
from belonging.framework import strands
from belonging.schools.models import Membership, School


class RoundForm(forms.Form):
    label = forms.CharField(
        label=_("Name of the round"),
        max_length=80,
        help_text=_("Such as “Autumn 2026”."),
        error_messages={"required": _("Give the round a name.")},
    )


class JudgeForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Which of these is most like your school today?"),
        choices=Level.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the levels.")},
    )
    reason = forms.CharField(
        label=_("Why this level?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your team and your adviser can read this. No names of children."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("level") in {Level.UNKNOWN, Level.NOT_APPLICABLE} and not (data.get("reason") or "").strip():
            self.add_error("reason", _("Say in a few words why."))
        return data


class AgreeForm(forms.Form):
    level = forms.ChoiceField(label=_("Agreed level"), choices=Level.choices)


class ActionForm(forms.Form):
    title = forms.CharField(
        label=_("What?"), max_length=200, error_messages={"required": _("Say what somebody will do.")}
    )
    strand = forms.ChoiceField(label=_("Strand"))
    indicator_code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=7)
    first_step = forms.CharField(
        label=_("First step"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.ModelChoiceField(
        label=_("Who?"), queryset=User.objects.none(), error_messages={"required": _("Choose who does it.")}
    )
    due_on = forms.DateField(
        label=_("By when?"),
        widget=DayInput(),
        error_messages={"required": _("Choose a day."), "invalid": _("Write a day such as 2026-12-18.")},
    )

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        strand, owner = self.fields["strand"], self.fields["owner"]
        assert isinstance(strand, forms.ChoiceField) and isinstance(owner, forms.ModelChoiceField)  # noqa: S101, PT018
        strand.choices = strands.choices()
        team = Membership.objects.active().filter(school=school, role__in=["lead", "member"]).values("user_id")
        owner.queryset = User.objects.active().filter(pk__in=team)

    def clean_indicator_code(self) -> str:
        code = str(self.cleaned_data["indicator_code"])
        return code if strands.find_indicator(code) else ""


class ChangeActionForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=ActionState.choices)
    due_on = forms.DateField(label=_("By when?"), widget=DayInput(), required=False)
    what_changed = forms.CharField(
        label=_("What changed?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the next round and for governors."),
    )
