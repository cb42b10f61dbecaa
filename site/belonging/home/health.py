"""Is the process up, and can it do its work? JSON, and no secret in it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from belonging.work.models import Heartbeat
from belonging.work.tasks import HEARTBEAT

logger = logging.getLogger(__name__)

HEARTBEAT_MOST = timedelta(minutes=3)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked, so that a database outage does not restart web servers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, cache, migrations and the heartbeat of a real task are all well; otherwise 503 and which."""
    checks = {name: _ask(name, check) for name, check in CHECKS.items()}
    ready = all(answer == "ok" for answer in checks.values())
    return JsonResponse({"status": "ok" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def _ask(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, OSError) as error:
        logger.warning("readyz: %s: %s", name, type(error).__name__)
        return "does not answer"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _cache() -> str:
    """The cache must hold a value; that the database stands in for Redis counts as ill, since limits slow down."""
    key, value = "readyz", str(time.time_ns())
    cache.set(key, value, 30)
    if cache.get(key) != value:
        return "does not hold a value"
    return "ok" if getattr(cache, "on_redis", True) else "Redis does not answer, the database stands in"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} not applied" if waiting else "ok"


def _heartbeat() -> str:
    beat = Heartbeat.objects.filter(name=HEARTBEAT).values_list("beat_at", flat=True).first()
    if beat is None:
        return "no task has run yet"
    age = timezone.now() - beat
    return "ok" if age < HEARTBEAT_MOST else f"last beat {int(age.total_seconds())} seconds ago"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "cache": _cache,
    "migrations": _migrations,
    "heartbeat": _heartbeat,
}
