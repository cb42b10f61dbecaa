"""Rings for Celery. A request never waits for the broker, and a bell nobody hears costs a minute, no data."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings

from belonging.work.celery import app

logger = logging.getLogger(__name__)

REST_SECONDS = 30.0
"""After a failure the broker is left alone this long: `tick` finds what is due in the table anyway."""

_lock = threading.Lock()
_ringing: set[str] = set()
_rest_until = 0.0


def ring(task: str) -> None:
    """Ask for the task ``task`` (its dotted name) soon. Never raises, never blocks: a thread speaks to the broker."""
    if not settings.WORK_BELL:
        return
    with _lock:
        if task in _ringing or time.monotonic() < _rest_until:
            return
        _ringing.add(task)
    threading.Thread(target=_send, args=(task,), name=f"bell-{task}", daemon=True).start()


def _send(task: str) -> None:
    global _rest_until
    with _lock:
        _ringing.discard(task)  # whatever is planned from here on needs a ring of its own
    try:
        app.send_task(task, retry=False, ignore_result=True)
    except Exception as error:  # the broker's clients raise many kinds; the table still holds what is due
        with _lock:
            _rest_until = time.monotonic() + REST_SECONDS
        logger.warning("bell: the broker does not answer (%s); tick will find the work", type(error).__name__)
