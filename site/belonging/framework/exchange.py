"""Between a version's file and its rows: both ways, with nothing lost."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.utils.dateparse import parse_date

from belonging.framework.models import (
    Framework,
    Indicator,
    Layer,
    Level,
    Mapping,
    Strand,
    SuggestedAction,
    Wording,
)

_AS_IN_FILE = (
    "levels", "other_judgements", "respondents", "agree_scales", "focus_tags", "phases", "settings", "mapping_schemes",
    "migration_map",
)  # fmt: skip
_OPTIONAL = ("other_judgements", "migration_map", "summary", "gap_rule")


def content_sha256(data: dict[str, Any]) -> str:
    """SHA-256 of what a file says, whatever the order of keys and the spaces; its own status does not count."""
    said = {key: value for key, value in data.items() if key not in ("status", "$schema")}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def write_rows(data: dict[str, Any]) -> Framework:
    """A checked file as a draft with all its parts. Call inside a transaction."""
    framework = Framework.objects.create(
        identifier=data["id"],
        version=data["version"],
        title=data["title"],
        summary=data.get("summary", ""),
        language=data["language"],
        published_on=parse_date(data["published_on"]),
        licence_name=data["licence"]["name"],
        licence_spdx=data["licence"]["spdx"],
        licence_url=data["licence"]["url"],
        attribution=data["attribution"],
        review_state=data["review"]["state"],
        review_note=data["review"]["note"],
        gap_rule=data.get("gap_rule", ""),
        schema_name=data.get("$schema", ""),
        **{key: data.get(key, []) for key in _AS_IN_FILE},
    )
    for layer_position, layer_row in enumerate(data["layers"], start=1):
        layer = Layer.objects.create(
            framework=framework,
            code=layer_row["code"],
            position=layer_position,
            title=layer_row["title"],
            description=layer_row["description"],
        )
        for strand_row in layer_row["strands"]:
            strand = Strand.objects.create(
                framework=framework,
                layer=layer,
                **{key: strand_row[key] for key in ("code", "number", "title", "summary")},
            )
            for position, row in enumerate(strand_row["indicators"], start=1):
                _write_indicator(framework, strand, position, row)
    return framework


def _write_indicator(framework: Framework, strand: Strand, position: int, row: dict[str, Any]) -> None:
    plain = (
        "code", "short_title", "statement", "why", "tips", "evidence_prompts", "tags", "phases", "settings", "measures",
        "since",
    )  # fmt: skip
    indicator = Indicator(framework=framework, strand=strand, position=position, **{key: row[key] for key in plain})
    indicator.save()
    Level.objects.bulk_create(Level(indicator=indicator, **level) for level in row["levels"])
    order = {respondent["code"]: index for index, respondent in enumerate(framework.respondents)}
    Wording.objects.bulk_create(
        Wording(indicator=indicator, respondent=group, position=order.get(group, 0), text=text)
        for group, text in row["wordings"].items()
    )
    SuggestedAction.objects.bulk_create(
        SuggestedAction(indicator=indicator, sort_order=index, **action)
        for index, action in enumerate(row["suggested_actions"])
    )
    Mapping.objects.bulk_create(
        Mapping(indicator=indicator, scheme=scheme, names=names) for scheme, names in row["mappings"].items()
    )


def as_file(framework: Framework) -> dict[str, Any]:
    """A version as the content file would say it."""
    data: dict[str, Any] = {
        "id": framework.identifier,
        "title": framework.title,
        "version": framework.version,
        "status": framework.status,
        "published_on": framework.published_on.isoformat() if framework.published_on else None,
        "language": framework.language,
        "licence": {
            "name": framework.licence_name, "spdx": framework.licence_spdx, "url": framework.licence_url,
        },
        "attribution": framework.attribution,
        "review": {"state": framework.review_state, "note": framework.review_note},
        "summary": framework.summary,
        "gap_rule": framework.gap_rule,
        **{key: getattr(framework, key) for key in _AS_IN_FILE},
        "layers": [],
    }  # fmt: skip
    for key in _OPTIONAL:
        if not data[key]:
            del data[key]
    if framework.schema_name:
        data["$schema"] = framework.schema_name
    by_strand: dict[int, list[dict[str, Any]]] = {}
    for indicator in framework.indicators.with_words().in_order():
        by_strand.setdefault(indicator.strand_id, []).append(_indicator_as_file(indicator))
    for layer in framework.layers.prefetch_related("strands"):
        strands = [
            {
                "code": strand.code,
                "number": strand.number,
                "title": strand.title,
                "summary": strand.summary,
                "indicators": by_strand.get(strand.pk, []),
            }
            for strand in layer.strands.all()
        ]
        data["layers"].append(
            {"code": layer.code, "title": layer.title, "description": layer.description, "strands": strands}
        )
    return data


def _indicator_as_file(indicator: Indicator) -> dict[str, Any]:
    return {
        "code": indicator.code,
        "short_title": indicator.short_title,
        "statement": indicator.statement,
        "why": indicator.why,
        "levels": [
            {"value": level.value, "label": level.label, "descriptor": level.descriptor}
            for level in indicator.levels.all()
        ],
        "tips": indicator.tips,
        "evidence_prompts": indicator.evidence_prompts,
        "wordings": {wording.respondent: wording.text for wording in indicator.wordings.all()},
        "suggested_actions": [
            {"title": action.title, "first_step": action.first_step, "weeks_to_complete": action.weeks_to_complete}
            for action in indicator.suggested_actions.all()
        ],
        "tags": indicator.tags,
        "phases": indicator.phases,
        "settings": indicator.settings,
        "mappings": {mapping.scheme: mapping.names for mapping in indicator.mappings.all()},
        "measures": indicator.measures,
        "since": indicator.since,
    }
