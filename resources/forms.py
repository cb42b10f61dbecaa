from __future__ import annotations

from typing import Any, Self

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from belonging.core.forms import OneLineField, SiteForm
from resources.models import Collection, CollectionItem, Consent, ResourcePage, spaces

MOST_LETTERS = 200


class ConsentForm(forms.Form):
    """Whether somebody wants to be credited."""

    consent = forms.ChoiceField(
        label=_("What would you like?"),
        choices=Consent.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )


class NoteField(OneLineField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Why it is here"))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.validators.append(MaxLengthValidator(MOST_LETTERS, _("Keep it to one line: 200 letters at most.")))


class NoteForm(SiteForm):
    """Why a resource is in a collection. Several stand on one page, so each has a prefix."""

    note = NoteField()

    @classmethod
    def of(cls, item: CollectionItem, data: Any = None) -> Self:
        return cls(data, prefix=f"item-{item.pk}", initial={"note": item.note})


class CollectForm(SiteForm):
    """Where to put a resource: a collection that the person may edit, or a space of theirs that has none yet."""

    place = forms.ChoiceField(
        label=_("Collection"),
        error_messages={"required": _("Choose a collection."), "invalid_choice": _("Choose one of these collections.")},
    )
    note = NoteField(help_text=_("One line, shown with the resource."))

    def __init__(self, *args: Any, user: Any, resource: ResourcePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holds = Exists(CollectionItem.objects.filter(collection=OuterRef("pk"), resource=resource))
        rows = list(Collection.objects.editable_by(user).annotate(holds=holds).in_order())
        with_one = Collection.objects.filter(space__isnull=False).values("space_id")
        without = list(spaces().moderated_by(user).exclude(pk__in=with_one))
        self.places: dict[str, dict[str, Any]] = {
            **{f"collection:{row.pk}": {"collection": row} for row in rows},
            **{f"space:{row.pk}": {"space": row} for row in without},
        }
        there = __("%(title)s (it is there already)")
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            ("", _("Choose")),
            *[(f"collection:{row.pk}", there % {"title": row.title} if row.holds else row.title) for row in rows],
            *[(f"space:{row.pk}", row.title) for row in without],
        ]

    def clean_place(self) -> dict[str, Any]:
        """``collection`` or ``space``, as the service takes it."""
        return self.places[self.cleaned_data["place"]]
