"""Forms for asking somebody and for passing a question on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from belonging.accounts.models import User
from belonging.framework import strands
from community.services.asking import MOST_NAMED
from community.services.experts import Candidate


class AskForm(forms.Form):
    """Up to three people by name, any expert for a strand, or both."""

    experts = forms.MultipleChoiceField(
        label=_("People"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("One of them cannot be asked any more. Choose again.")},
    )
    strand = forms.ChoiceField(
        label=_("Or any expert for a strand"),
        required=False,
        help_text=_("We tell at most ten people who are strong in it."),
    )

    def __init__(
        self, *args: Any, people: list[Candidate], first_strands: list[str], taken: set[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.fields["experts"].choices = [(str(person.user.pk), person.user.display_name) for person in people]  # type: ignore[attr-defined]
        open_strands = [choice for choice in strands.choices() if choice[0] not in taken]
        open_strands.sort(key=lambda choice: choice[0] not in first_strands)
        self.fields["strand"].choices = [("", _("Nobody else")), *open_strands]  # type: ignore[attr-defined]

    def clean_experts(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["experts"]
        if len(chosen) > MOST_NAMED:
            raise forms.ValidationError(_("Choose three people at most."))
        return chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("experts") and not data.get("strand"):
            self.add_error("experts", _("Choose somebody, or a strand."))
        return data

    def chosen(self) -> list[User]:
        wanted = set(self.cleaned_data["experts"])
        return [person.user for person in self.people if str(person.user.pk) in wanted]

    def rows(self) -> list[dict[str, Any]]:
        """Each person with whether they are ticked, for the page."""
        ticked = {str(value) for value in self["experts"].value() or []}
        return [{"person": person, "ticked": str(person.user.pk) in ticked} for person in self.people]


class PassForm(forms.Form):
    """ "I cannot answer this", perhaps with somebody who could."""

    suggestion = forms.ChoiceField(
        label=_("Somebody who might know"),
        required=False,
        error_messages={"invalid_choice": _("Choose somebody from the list.")},
    )

    def __init__(self, *args: Any, people: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        names = [(str(person.user.pk), _words(person)) for person in people]
        self.fields["suggestion"].choices = [("", _("Nobody comes to mind")), *names]  # type: ignore[attr-defined]

    def chosen(self) -> User | None:
        wanted = self.cleaned_data["suggestion"]
        return next((person.user for person in self.people if str(person.user.pk) == wanted), None)


def _words(person: Candidate) -> str:
    return f"{person.user.display_name} ({person.why})" if person.why else person.user.display_name
