from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from belonging.accounts.models import User


class SignupExtraForm(forms.Form):
    """What joining asks beside the e-mail address and the password."""

    name = forms.CharField(label=_("Your name"), max_length=120, help_text=_("Other members see it beside what you write."))

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
