from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from belonging.core.hooks import Viewer
from belonging.trail.models import Entry

_CHAIN_LOCK = 7_305_001  # one writer at a time, or two rows would seal the same one
START = "0" * 64


@transaction.atomic
def record(
    *,
    action: str,
    actor: Viewer | None = None,
    target: models.Model | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Entry:
    """Add a row to the trail, in the caller's transaction. ``detail`` holds ids and codes, never names or answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])
    previous = Entry.objects.order_by("-pk").values_list("hash", flat=True).first() or START
    entry = Entry(
        at=timezone.now(),
        actor_id=getattr(actor, "pk", None),
        action=action,
        target_type=target._meta.label if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        detail=dict(detail or {}),
        previous_hash=previous,
    )
    entry.hash = seal(entry)
    entry.save(force_insert=True)
    return entry


def seal(entry: Entry) -> str:
    """SHA-256 over the row and the hash of the row before it, as 64 hexadecimal digits."""
    content = json.dumps(
        [
            entry.previous_hash,
            entry.at.isoformat(),
            entry.actor_id,
            entry.action,
            entry.target_type,
            entry.target_id,
            entry.detail,
        ],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(content.encode()).hexdigest()


def first_broken() -> int | None:
    """The id of the first row that does not fit the chain, or ``None`` when the trail is whole."""
    previous = START
    for entry in Entry.objects.order_by("pk").iterator(chunk_size=2000):
        if entry.previous_hash != previous or entry.hash != seal(entry):
            return entry.pk
        previous = entry.hash
    return None
