from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from belonging.schools.models import Role

OWN_ROLES = [(Role.MEMBER, _("Team member")), (Role.LEAD, _("School lead")), (Role.GOVERNOR, _("Governor"))]


class JoinForm(forms.Form):
    role = forms.ChoiceField(label=_("I am a"), choices=OWN_ROLES, widget=forms.RadioSelect, initial=Role.MEMBER)


class InviteForm(forms.Form):
    address = forms.EmailField(
        max_length=254, label=_("E-mail address"), help_text=_("The invitation runs for 60 days.")
    )
    role = forms.ChoiceField(label=_("As"), choices=Role.choices, initial=Role.MEMBER)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)
