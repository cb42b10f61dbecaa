"""Loads the published instruments."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from belonging.core import content
from belonging.core.errors import BadContent
from questionnaire.models import Instrument

FILE = Path(__file__).resolve().parents[1] / "content" / "questionnaires.json"


def load() -> str:
    """What ``load_content`` calls. Twice changes nothing; a known version that says something else is refused."""
    data = content.read(FILE)
    shared = {
        key: data[key] for key in ("help_contacts", "group_questions", "rules", "attribution", "licence", "review")
    }
    made = 0
    for row in data["instruments"]:
        made += _load_one(row, shared)
    return (
        f"{len(data['instruments'])} instruments, {made} loaded"
        if made
        else f"{len(data['instruments'])} instruments, as before"
    )


def _load_one(row: dict[str, Any], shared: dict[str, Any]) -> int:
    digest = hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    stored = Instrument.objects.filter(code=row["id"], version=row["version"]).first()
    if stored:
        if stored.sha256 != digest:
            raise BadContent(
                f"{FILE.name}: {row['id']} {row['version']} is here already and says something else. "
                "A published instrument never changes: give it a higher version."
            )
        return 0
    known = {item["code"] for item in row["items"]}
    if unknown := sorted(set(row["scoring"]["items"]) - known):
        raise BadContent(f"{FILE.name}: {row['id']} scores {', '.join(unknown)}, which are no items.")
    major, minor = (int(part) for part in row["version"].split("."))
    Instrument.objects.create(
        code=row["id"],
        version=row["version"],
        major=major,
        minor=minor,
        title=row["title"],
        respondent=row["respondent"],
        data=row,
        shared=shared,
        sha256=digest,
    )
    return 1
