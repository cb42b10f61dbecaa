from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from belonging.core.forms import OneLineField, SiteForm, WordsField
from belonging.moderation.models import Escalated, Reason, RestrictionKind

REASON_HINTS = {
    Reason.SAFEGUARDING: _("For example abuse, neglect, self-harm or threats. It is hidden at once; only safeguarding leads read your report."),
    Reason.IDENTIFIES: _("A name, initials with a school and a year, a photo, or details that together point to one family."),
    Reason.UNKIND: _("Insults, mockery, discrimination, or going after a person instead of a question."),
    Reason.WRONG: _("Advice that could hurt a pupil or break the law, such as unlawful exclusion or restraint."),
    Reason.ADVERT: _("Selling something, or the same text in many places."),
    Reason.OTHER: _("Tell us in the box below."),
}  # fmt: skip
DAYS = [("1", _("1 day")), ("7", _("7 days")), ("30", _("30 days")), ("", _("No end"))]
KEEP, HIDE, HIDE_AND_WARN = "keep", "hide", "warn"


class ExplainedRadios(forms.RadioSelect):
    """Radio buttons with a line of explanation below each label: ``hints`` by value."""

    def __init__(self, hints: dict[Any, Any]) -> None:
        super().__init__()
        self.hints = {str(key): hint for key, hint in hints.items()}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        return option


class ReportForm(SiteForm):
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Reason.choices,
        widget=ExplainedRadios(REASON_HINTS),
        error_messages={"required": _("Choose what is wrong.")},
    )
    note = WordsField(
        label=_("What should we know?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Do not write a child’s name. Only those who decide read this."),
    )


class RestrictionFields(SiteForm):
    days = forms.ChoiceField(label=_("For how long?"), choices=DAYS, required=False, initial="7")

    def until(self, now: datetime | None = None) -> datetime | None:
        days = self.cleaned_data.get("days")
        return (now or timezone.now()) + timedelta(days=int(days)) if days else None


class DecideForm(RestrictionFields):
    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[(KEEP, _("Keep it")), (HIDE, _("Hide it")), (HIDE_AND_WARN, _("Hide it and warn the author"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether to keep it or to hide it.")},
    )
    public_text = OneLineField(
        label=_("Words shown in its place"),
        max_length=300,
        required=False,
        help_text=_("For everybody. Say why in one sentence, and name nobody."),
    )
    warning = WordsField(
        label=_("Words to the author"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for a warning and for a restriction. They read it beside the decision."),
    )
    restriction = forms.ChoiceField(
        label=_("Restrict the author"),
        choices=[("", _("No restriction")), *RestrictionKind.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    note = WordsField(
        label=_("Note for moderators"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["decision", "public_text", "warning", "restriction", "days", "note"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("decision") == KEEP and found.get("restriction"):
            self.add_error("restriction", _("Somebody is restricted only for what is hidden."))
        needs_words = found.get("decision") == HIDE_AND_WARN or found.get("restriction")
        if needs_words and "warning" in found and not found["warning"].strip():
            self.add_error("warning", _("Write what the author should read."))
        if found.get("decision") == KEEP:
            found["warning"] = ""
        return found


class ReasonForm(SiteForm):
    reason = WordsField(
        label=_("Why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write down why.")},
    )


class EscalateForm(SiteForm):
    to = forms.ChoiceField(
        label=_("To whom?"),
        choices=[
            (Escalated.LEADS.value, _("The safeguarding leads: it is hidden at once, and theirs alone")),
            (Escalated.ADMINISTRATORS.value, _("The administrators: they are told, and it stays in this queue")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose to whom.")},
    )
    note = WordsField(
        label=_("What should they know?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write a line for those who go on with it.")},
    )


class AnswerForm(SiteForm):
    """An answer to a complaint."""

    words = WordsField(
        label=_("Your answer"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Goes to the person who complained. Say what you found, what you did, and what they can do next."),
        error_messages={"required": _("Write the answer.")},
    )
    note = WordsField(
        label=_("Note for moderators"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RestrictForm(RestrictionFields):
    kind = forms.ChoiceField(
        label=_("What kind?"),
        choices=RestrictionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a kind.")},
    )
    reason = WordsField(
        label=_("Reason, shown to the person"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the reason that the person will read.")},
    )
    note = WordsField(
        label=_("Note for moderators"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["kind", "days", "reason", "note"]


class AppealForm(SiteForm):
    words = WordsField(
        label=_("Why was the decision wrong?"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Somebody else than the person who decided reads this and decides again."),
        error_messages={"required": _("Write why the decision was wrong.")},
    )


class AppealDecisionForm(SiteForm):
    outcome = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[("grant", _("Grant the appeal: undo the decision")), ("refuse", _("The decision stands"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an outcome.")},
    )
    answer = WordsField(
        label=_("Your answer to the person"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write the answer that the person will read.")},
    )


class ComplaintForm(SiteForm):
    about = OneLineField(
        label=_("Which page is it about?"),
        max_length=500,
        help_text=_("Copy its address from your browser, or describe where it is."),
        error_messages={"required": _("Say which page it is about.")},
    )
    words = WordsField(
        label=_("What is wrong?"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Do not write a child’s name."),
        error_messages={"required": _("Write what is wrong.")},
    )
    at_risk = forms.BooleanField(
        label=_("Somebody may be at risk of harm"),
        required=False,
        help_text=_("Then only our safeguarding leads read this, and they are called at once."),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=_("Only if you want an answer. We use it for nothing else and delete it after a year."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write the address like name@example.org, or leave it empty.")},
    )
