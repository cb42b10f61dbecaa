from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from belonging.work import services

HEARTBEAT = "tick"


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def tick() -> None:
    """Do what is due now, and leave a heartbeat. Beat rings it every minute; two beats change nothing."""
    now = timezone.now()
    services.tick(now)
    services.beat(HEARTBEAT, now)
