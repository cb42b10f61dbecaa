from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from belonging.moderation.models import Reason


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    note = forms.CharField(
        label=_("What should we know?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Do not write a child’s name. Only moderators read this."),
    )


class DecideForm(forms.Form):
    decision = forms.ChoiceField(choices=[("hide", _("Hide")), ("keep", _("Keep"))])
    public_text = forms.CharField(label=_("Words shown in its place"), max_length=300, required=False)
    note = forms.CharField(
        label=_("Note for moderators"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
