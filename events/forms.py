from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from belonging.core.forms import OneLineField


class BookForm(forms.Form):
    """What a booking may need to know. With ``slots`` a time must be chosen."""

    slot = forms.ChoiceField(label=_("Time"), widget=forms.RadioSelect, required=False)
    wish = OneLineField(
        label=_("What would you like to think about?"),
        max_length=200,
        required=False,
        help_text=_("No pupil’s details."),
    )
    needs = OneLineField(
        label=_("What do you need to take part?"),
        max_length=300,
        required=False,
        help_text=_("Only the people who run the event see it. It is deleted the day after."),
    )

    def __init__(self, *args: Any, slots: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if slots:
            self.fields["slot"] = forms.ChoiceField(
                label=_("Time"),
                widget=forms.RadioSelect,
                choices=slots,
                error_messages={"required": _("Choose a time.")},
            )
        else:
            del self.fields["slot"], self.fields["wish"]
