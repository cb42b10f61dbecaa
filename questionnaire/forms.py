from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from belonging.core.forms import DayInput
from questionnaire.models import Instrument


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Your code"),
        max_length=40,
        error_messages={"required": _("Type the code from your slip.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class RoundForm(forms.Form):
    instrument = forms.ModelChoiceField(
        label=_("Questionnaire"), queryset=Instrument.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    label = forms.CharField(label=_("Name"), max_length=80, help_text=_("Such as “Autumn 2026”."))
    opens_on = forms.DateField(label=_("Opens"), widget=DayInput(), initial=timezone.localdate)
    closes_on = forms.DateField(label=_("Closes"), widget=DayInput())
    pupils_asked = forms.IntegerField(
        label=_("How many pupils do you ask?"),
        required=False,
        min_value=1,
        max_value=20_000,
        help_text=_("So that results can say how many answered."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["instrument"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = Instrument.objects.current().for_pupils()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("A round closes on or after the day it opens."))
        return data


class CodesForm(forms.Form):
    number = forms.IntegerField(
        label=_("How many slips?"),
        min_value=1,
        max_value=400,
        initial=28,
        error_messages={"max_value": _("At most 400 at once.")},
    )
    year_group = forms.ChoiceField(label=_("Year group"), required=False)

    def __init__(self, *args: Any, years: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year_group"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Not said")), *years]
