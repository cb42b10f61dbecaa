from __future__ import annotations

import logging
from datetime import datetime

from belonging.core.hooks import DueWork, gather
from belonging.work.models import Heartbeat

logger = logging.getLogger(__name__)


def tick(now: datetime) -> dict[str, int | str]:
    """Do all that is due at ``now``; returns what each did. One room's fault does not stop the others."""
    done: dict[str, int | str] = {}
    due: list[DueWork] = gather("due_work")
    for work in due:
        try:
            done[work.name] = work.run(now)
        except Exception:  # the outer loop: logged, shown in the answer, and tried again in a minute
            logger.exception("tick: %s failed", work.name)
            done[work.name] = "failed"
    return done


def beat(name: str, now: datetime) -> None:
    """Write down that ``name`` ran."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": now})
