from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from resources.models import Consent


class ConsentForm(forms.Form):
    """Whether somebody wants to be credited."""

    consent = forms.ChoiceField(
        label=_("What would you like?"),
        choices=Consent.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )
