from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from wagtail import hooks

from belonging.core.hooks import DemoContent, PersonalData, ScaleData, SchoolTab, StandardContent
from questionnaire import demo, scale
from questionnaire.models import Round
from questionnaire.services import instruments


@hooks.register("standard_content")
def standard_content() -> list[StandardContent]:
    return [StandardContent("questionnaire", 40, instruments.load)]


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [DemoContent("questionnaire", 70, demo.create)]


@hooks.register("school_tabs")
def school_tabs() -> list[SchoolTab]:
    return [SchoolTab("questionnaire", _("Questionnaire"), "questionnaire:overview", 20, lambda user, school: True)]


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    """Who opened a round. Answers hold no person: nobody can find, export or erase one's own among them."""
    return [PersonalData("questionnaire", ["questionnaire.Round"], export=_export, erase=lambda user: None)]


def _export(user: Any) -> Mapping[str, Any]:
    return {"rounds_opened": list(Round.objects.filter(opened_by=user).values("school__name", "label", "opens_on"))}


@hooks.register("scale_data")
def scale_data() -> list[ScaleData]:
    return [ScaleData("questionnaire", 70, scale.fill)]
