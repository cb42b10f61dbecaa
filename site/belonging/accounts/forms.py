from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from belonging.accounts.models import Profile, ProfileField, Sector, User
from belonging.core.errors import BelongingError
from belonging.core.html import one_line, without_unseen
from belonging.files.images import reencode
from belonging.framework import strands


def _name(typed: str) -> str:
    """Raises ``ValidationError`` when nothing is left that others could see."""
    name = one_line(typed)
    if not name:
        raise forms.ValidationError(_("Write your name."))
    return name


class SignupExtraForm(forms.Form):
    """What joining asks beside the e-mail address and the password."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, help_text=_("Other members see it beside what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    agrees = forms.BooleanField(
        label=_("I work with children or young people, and I will follow the community agreement"),
        error_messages={
            "required": _("Tick the box to join. The community agreement is linked at the foot of each page.")
        },
    )
    field_order = ["name", "email", "password1", "agrees"]

    def clean_name(self) -> str:
        return _name(self.cleaned_data["name"])

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth has saved the person by now; the name came with the adapter."""


def _zones() -> list[tuple[str, str]]:
    names = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
    )
    return [
        ("Europe/London", "Europe/London"),
        *((name, name.replace("_", " ")) for name in names if name != "Europe/London"),
    ]


class ProfileForm(forms.ModelForm[Profile]):
    """What a person tells about themselves; the name stands on the user."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    photo_file = forms.FileField(
        label=_("Photo"), required=False, help_text=_("JPEG, PNG, WebP or GIF, up to 10 MB. We remove where and when it was taken."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )  # fmt: skip
    remove_photo = forms.BooleanField(label=_("Remove the photo I have"), required=False)
    interests = forms.MultipleChoiceField(
        label=_("Strands you are interested in"), required=False, widget=forms.CheckboxSelectMultiple
    )
    strengths = forms.MultipleChoiceField(
        label=_("Strands you can help others with"), required=False, widget=forms.CheckboxSelectMultiple
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones)
    hidden_fields = forms.MultipleChoiceField(  # type: ignore[assignment]
        label=_("Keep to yourself"), required=False, choices=ProfileField.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody sees what you tick, and nobody is found by it."),
    )  # fmt: skip

    class Meta:
        model = Profile
        fields = [
            "role", "sector", "organisation", "region", "bio", "interests", "strengths", "languages", "time_zone",
            "open_to_visits", "visibility", "hidden_fields",
        ]  # fmt: skip
        widgets = {"visibility": forms.RadioSelect, "bio": forms.Textarea(attrs={"rows": 5})}

    field_order = ["name", "photo_file", "remove_photo", "role", "sector", "organisation", "region", "bio"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["interests"].choices = self.fields["strengths"].choices = strands.choices()  # type: ignore[attr-defined]
        self.fields["name"].initial = self.instance.user.name
        if not self.instance.photo_id:
            del self.fields["remove_photo"]

    def clean_name(self) -> str:
        return _name(self.cleaned_data["name"])

    def clean_role(self) -> str:
        return one_line(self.cleaned_data["role"])

    def clean_organisation(self) -> str:
        return one_line(self.cleaned_data["organisation"])

    def clean_region(self) -> str:
        return one_line(self.cleaned_data["region"])

    def clean_languages(self) -> str:
        return one_line(self.cleaned_data["languages"])

    def clean_bio(self) -> str:
        return without_unseen(self.cleaned_data["bio"])

    def clean_photo_file(self) -> Any:
        upload = self.cleaned_data.get("photo_file")
        if upload:
            try:
                reencode(upload, longest_side=400)
            except BelongingError as error:
                raise forms.ValidationError(str(error)) from error
        return upload


class DirectoryForm(forms.Form):
    """The directory's filters. Anything that is no choice is left out, not refused: an old link still opens."""

    q = forms.CharField(label=_("Words"), required=False, max_length=80)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    region = forms.CharField(label=_("Region"), required=False, max_length=80)
    strand = forms.ChoiceField(label=_("Can help with"), required=False)
    interest = forms.ChoiceField(label=_("Interested in"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "sector": [("", _("Any")), *Sector.choices],
            "strand": [("", _("Any strand")), *strands.choices()],
            "interest": [("", _("Any strand")), *strands.choices()],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What was chosen and fits, by name."""
        self.is_valid()
        values = {name: one_line(value) for name, value in self.cleaned_data.items()}
        return {name: value for name, value in values.items() if value}


class LeaveForm(forms.Form):
    """Leaving for good."""

    sure = forms.BooleanField(
        label=_("I understand that this cannot be undone"),
        error_messages={"required": _("Tick the box if you want to leave for good.")},
    )
