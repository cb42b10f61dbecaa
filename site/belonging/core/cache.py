"""The cache: Redis, and the database while Redis does not answer, so that rate limits hold through an outage."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

REST_SECONDS = 30.0
"""After a failure Redis is left alone this long, so that one outage costs one time-out and not one for each call."""


class RedisWithDatabaseFallback(BaseCache):
    """Asks Redis; on a connection error asks the table named in OPTIONS["fallback_table"] for ``REST_SECONDS``.

    The two are not kept in step: what is written during an outage is forgotten after it. That is what a cache may do.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = dict(params.get("OPTIONS", {}))
        table = options.pop("fallback_table", "cache_fallback")
        self._redis = RedisCache(server, {**params, "OPTIONS": options})
        # The table is culled when it grows: it only ever holds what was written while Redis was away.
        self._database = DatabaseCache(table, {**params, "OPTIONS": {"MAX_ENTRIES": 20_000}})
        self._rest_until = 0.0

    @property
    def on_redis(self) -> bool:
        """False while the database stands in."""
        return time.monotonic() >= self._rest_until

    def redis_client(self) -> Any:
        """Redis itself, for what the cache has no word for; ``None`` while the database stands in."""
        return self._redis._cache.get_client(None, write=True) if self.on_redis else None

    def _ask(self, ask: Callable[[BaseCache], Any]) -> Any:
        if time.monotonic() >= self._rest_until:
            try:
                return ask(self._redis)
            except (RedisError, OSError) as error:
                self._rest(error)
        return ask(self._database)

    def _rest(self, error: Exception) -> None:
        self._rest_until = time.monotonic() + REST_SECONDS
        logger.warning("cache: Redis does not answer (%s); the database stands in", type(error).__name__)

    def add(self, key: Any, value: Any, timeout: Any = ..., version: int | None = None) -> bool:
        extra = {} if timeout is ... else {"timeout": timeout}
        return bool(self._ask(lambda cache: cache.add(key, value, version=version, **extra)))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask(lambda cache: cache.get(key, default, version=version))

    def set(self, key: Any, value: Any, timeout: Any = ..., version: int | None = None) -> None:
        extra = {} if timeout is ... else {"timeout": timeout}
        self._ask(lambda cache: cache.set(key, value, version=version, **extra))

    def touch(self, key: Any, timeout: Any = ..., version: int | None = None) -> bool:
        extra = {} if timeout is ... else {"timeout": timeout}
        return bool(self._ask(lambda cache: cache.touch(key, version=version, **extra)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask(lambda cache: cache.delete(key, version=version)))

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        keys = list(keys)
        return dict(self._ask(lambda cache: cache.get_many(keys, version=version)))

    def set_many(self, data: Any, timeout: Any = ..., version: int | None = None) -> list[Any]:
        extra = {} if timeout is ... else {"timeout": timeout}
        return list(self._ask(lambda cache: cache.set_many(data, version=version, **extra)) or [])

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        keys = list(keys)
        self._ask(lambda cache: cache.delete_many(keys, version=version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask(lambda cache: cache.has_key(key, version=version)))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._ask(lambda cache: cache.incr(key, delta, version=version)))

    def count(self, key: str, seconds: int) -> int:
        """See the function ``count``; one question to Redis."""
        if self.on_redis:
            try:
                return self._counted_by_redis(key, seconds)
            except (RedisError, OSError) as error:
                self._rest(error)
        for _attempt in range(3):
            try:
                found = self.incr(key)
                self.touch(key, seconds)  # the database's incr writes the default time-out
                return found
            except ValueError:  # not there yet, or it has just run out
                if self.add(key, 1, timeout=seconds):
                    return 1
        return 1

    def _counted_by_redis(self, key: str, seconds: int) -> int:
        name = self._redis.make_and_validate_key(key)
        both = self._redis._cache.get_client(name, write=True).pipeline(transaction=False)
        both.incr(name)
        both.expire(name, seconds, nx=True)
        return int(both.execute()[0])

    def clear(self) -> None:
        self._ask(lambda cache: cache.clear())

    def close(self, **kwargs: Any) -> None:
        self._database.close(**kwargs)


def count(key: str, seconds: int) -> int:
    """How often it was called for the key, this time included; it is forgotten ``seconds`` after the first time."""
    backend: Any = caches["default"]
    return int(backend.count(key, seconds))
