from __future__ import annotations

from celery import shared_task

from belonging.outbox import draining
from belonging.work.bell import ring

BATCH = 20


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def drain_outbox() -> int:
    """Send mails that are due, at most 20, and return how many. Safe to run twice or side by side."""
    done = draining.drain(limit=BATCH)
    if done == BATCH:
        ring("belonging.outbox.tasks.drain_outbox")
    return done
