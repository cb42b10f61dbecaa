from __future__ import annotations

import socket
import time
from typing import Any

import pytest
from django.core.cache import cache, caches
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


@pytest.mark.parametrize("with_redis", [True, False])
def test_how_often_something_was_done_is_counted_with_and_without_redis(with_redis: bool) -> None:
    counting: Any = caches["default"] if with_redis else _cache_without_redis()
    counting.delete("done")

    assert [counting.count("done", 60) for _time in range(3)] == [1, 2, 3]
    assert counting.count("other", 60) == 1
    if with_redis:
        assert 0 < counting.redis_client().ttl(counting._redis.make_and_validate_key("done")) <= 60


def test_redis_going_away_between_two_counts_refuses_nobody() -> None:
    counting = _cache_without_redis()
    counting.count("done", 60)

    assert counting.count("done", 60) == 2
    assert not counting.on_redis
