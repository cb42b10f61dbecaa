from __future__ import annotations

import time

import pytest

from belonging.work import bell
from belonging.work.celery import app


@pytest.fixture(autouse=True)
def _fresh_bell(settings, monkeypatch):
    settings.WORK_BELL = True
    monkeypatch.setattr(bell, "_rest_until", 0.0)
    monkeypatch.setattr(bell, "_ringing", set())


def wait_for(condition) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


def test_a_broker_that_hangs_does_not_hold_up_whoever_rings(monkeypatch):
    monkeypatch.setattr(app, "send_task", lambda *args, **kwargs: time.sleep(3))

    start = time.monotonic()
    bell.ring("some.task")

    assert time.monotonic() - start < 1


def test_after_a_failure_the_broker_is_left_alone_for_a_while(monkeypatch):
    calls: list[str] = []

    def fail(task, **options):
        calls.append(task)
        raise ConnectionError

    monkeypatch.setattr(app, "send_task", fail)

    bell.ring("some.task")
    assert wait_for(lambda: bell._rest_until > time.monotonic())
    bell.ring("some.task")
    time.sleep(0.05)

    assert calls == ["some.task"]


def test_a_ring_reaches_the_broker(monkeypatch):
    calls: list[str] = []
    monkeypatch.setattr(app, "send_task", lambda task, **options: calls.append(task))

    bell.ring("some.task")

    assert wait_for(lambda: calls == ["some.task"])
