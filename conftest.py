"""The test session's own servers: started before the first test, ended after the last."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT / "site"), str(ROOT)]

from belonging.core.servers import EmbeddedServers  # noqa: E402

SERVERS = pytest.StashKey[EmbeddedServers]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start what the environment does not name, and tell the settings, which pytest-django has loaded by now.

    With several workers the first process starts the servers; each worker has a database and a number of Redis of its own.
    """
    missing = {name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)}
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if config.option.collectonly or config.option.help or not (missing or worker):
        return
    if missing:
        servers = EmbeddedServers(ROOT / ".local" / "test", durable=False)
        addresses = servers.start(postgres="DATABASE_URL" in missing, valkey="REDIS_URL" in missing)
        config.stash[SERVERS] = servers
        os.environ.update(addresses)
    if worker:
        server, _slash, _number = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{server}/{4 + int(worker.removeprefix('gw'))}"
    _tell_settings()


def _tell_settings() -> None:
    from django.conf import settings

    from belonging.settings.base import configure_servers

    fresh = configure_servers(os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
    test_options = settings.DATABASES["default"]["TEST"]
    settings.DATABASES["default"].update({**fresh["DATABASES"]["default"], "TEST": test_options})
    settings.CACHES["default"].update(
        {**fresh["CACHES"]["default"], "KEY_PREFIX": settings.CACHES["default"]["KEY_PREFIX"]}
    )
    settings.REDIS_URL = settings.CELERY_BROKER_URL = fresh["REDIS_URL"]


def pytest_unconfigure(config: pytest.Config) -> None:
    servers = config.stash.get(SERVERS, None)
    if servers:
        servers.stop()
