from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from belonging.notifications.models import DigestPreference


class DigestForm(forms.ModelForm[DigestPreference]):
    """When the digest comes."""

    hour = forms.TypedChoiceField(
        label=_("At"),
        coerce=int,
        choices=[(hour, f"{hour:02d}:00") for hour in range(24)],
        help_text=_("In your own time zone."),
    )

    class Meta:
        model = DigestPreference
        fields = ["frequency", "weekday", "hour"]
        labels = {"frequency": _("How often"), "weekday": _("On (for once a week)")}
        widgets = {"frequency": forms.RadioSelect}
