from __future__ import annotations

import socket
import time

import pytest
from django.core.cache import cache
from django.test import override_settings

from belonging.core.cache import RedisWithDatabaseFallback

pytestmark = pytest.mark.django_db


def _dead_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{free.getsockname()[1]}/0"


def _cache_without_redis() -> RedisWithDatabaseFallback:
    options = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "fallback_table": "cache_fallback"}
    return RedisWithDatabaseFallback(_dead_address(), {"OPTIONS": options, "KEY_PREFIX": "gone"})


def test_without_redis_the_database_keeps_what_is_cached() -> None:
    without = _cache_without_redis()
    start = time.monotonic()

    without.set("greeting", "good morning", 60)

    assert without.get("greeting") == "good morning"
    assert without.get("nothing", "here") == "here"
    assert time.monotonic() - start < 2


def test_with_redis_it_is_redis_that_answers() -> None:
    cache.set("greeting", "hello", 60)

    assert cache.get("greeting") == "hello"
    assert cache.on_redis


@override_settings(SESSION_COOKIE_AGE=60)
def test_counting_goes_on_without_redis() -> None:
    without = _cache_without_redis()
    without.set("wrong", 1, 60)

    assert without.incr("wrong") == 2
