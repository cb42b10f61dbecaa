"""Content is tagged with strand codes ("F1", "P11"): a code is a promise about meaning that outlives versions."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

STRAND_CODE = re.compile(r"^[A-Z]\d{1,2}$")
INDICATOR_CODE = re.compile(r"^[A-Z]\d{1,2}\.\d{1,2}$")


def validate_strand_codes(value: list[str]) -> None:
    wrong = [code for code in value if not STRAND_CODE.match(code)]
    if wrong:
        raise ValidationError(_("%(codes)s: not a strand code such as F1 or P11."), params={"codes": ", ".join(wrong)})


class StrandCodesField(ArrayField):
    """An array of strand codes; the first is the main one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["base_field"] = models.CharField(max_length=4)
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)
        self.validators = [*self.validators, validate_strand_codes]

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("base_field", None)
        return name, path, args, kwargs
