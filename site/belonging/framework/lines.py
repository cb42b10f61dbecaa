"""A list of short texts that an editor writes one to a line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class LinesFormField(forms.CharField):
    """A text area; each line that is not empty is one item."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        for unused in ("base_field", "max_length", "size"):
            kwargs.pop(unused, None)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return list(value)
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial or []) != self.to_python(data or ""))


class LinesField(ArrayField):
    """An array of texts, edited as lines."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["base_field"] = models.TextField()
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("help_text", _("One to a line."))
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("base_field", None)
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(self, form_class=LinesFormField, **kwargs)
