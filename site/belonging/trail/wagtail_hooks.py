from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail import hooks

from belonging.core.hooks import PersonalData
from belonging.trail.models import Entry


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    """What the person did and when. The chain holds ids alone and stays whole when somebody leaves."""
    return [PersonalData("trail", ["trail.Entry"], export=_export, erase=lambda user: None)]


def _export(user: Any) -> Mapping[str, Any]:
    return {"did": list(Entry.objects.filter(actor=user).order_by("pk").values("at", "action"))}
