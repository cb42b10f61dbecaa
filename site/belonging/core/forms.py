"""How forms look: label, hint, then error; the same ids Django wires into aria-describedby."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

from belonging.core.html import one_line, without_unseen


class SiteRenderer(TemplatesSetting):
    """Our templates for a form and a field; Wagtail's admin draws its own and takes no notice."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class OneLineField(forms.CharField):
    """A name or a title: one line of what people see. What holds nothing else counts as empty."""

    def to_python(self, value: Any) -> str:
        return one_line(str(value)) if value not in self.empty_values else ""


class WordsField(forms.CharField):
    """Words on several lines, without what nobody sees: no control, direction or zero-width characters."""

    widget: Any = forms.Textarea

    def to_python(self, value: Any) -> str:
        return without_unseen(str(value)).strip() if value not in self.empty_values else ""


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
