from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from belonging.work import services
from belonging.work.tasks import HEARTBEAT

pytestmark = pytest.mark.django_db


def test_the_process_answers_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert response.json() == {"status": "ok"}


def test_ready_needs_a_heartbeat_under_three_minutes_old(client):
    services.beat(HEARTBEAT, timezone.now() - timedelta(minutes=2))
    young = client.get("/readyz")
    services.beat(HEARTBEAT, timezone.now() - timedelta(minutes=4))
    old = client.get("/readyz")

    assert (young.status_code, old.status_code) == (200, 503)
    assert young.json()["checks"] == {"database": "ok", "cache": "ok", "migrations": "ok", "heartbeat": "ok"}
    assert "seconds ago" in old.json()["checks"]["heartbeat"]


def test_not_ready_before_any_task_has_run(client):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["heartbeat"] == "no task has run yet"


def test_not_ready_while_the_database_stands_in_for_redis(client, monkeypatch):
    from django.core.cache import caches

    services.beat(HEARTBEAT, timezone.now())
    monkeypatch.setattr(caches["default"], "_rest_until", float("inf"))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "Redis" in response.json()["checks"]["cache"]


def test_health_pages_hold_no_secret(client, settings):
    text = client.get("/healthz").content.decode() + client.get("/readyz").content.decode()

    assert settings.SECRET_KEY not in text
    assert settings.DATABASES["default"]["NAME"] not in text
