"""How forms look: label, hint, then error; the same ids Django wires into aria-describedby."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class SiteRenderer(TemplatesSetting):
    """Our templates for a form and a field; Wagtail's admin draws its own and takes no notice."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class DayInput(forms.DateInput):
    """A day. Browsers take ISO 8601 in ``value``, whatever the language, and show it in the reader's own way."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SiteForm(forms.Form):
    """A form whose browser-side checks are off: the server's messages say what to do."""

    use_required_attribute = False

    def error_list(self) -> list[dict[str, Any]]:
        return error_list(self)


def error_list(form: forms.BaseForm) -> list[dict[str, Any]]:
    """Each error with the id of the control it belongs to, in the order of the fields; "" for the form's own."""
    found = [{"id": "", "text": text} for text in form.non_field_errors()]
    for field in form:
        target = field.id_for_label or f"id_{field.html_name}_0"
        if field.use_fieldset and not isinstance(field.field.widget, forms.MultiWidget):
            target = f"{field.auto_id}_0"
        found.extend({"id": target, "text": text} for text in field.errors)
    return found
