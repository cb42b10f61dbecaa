"""Redis gone while somebody posts; PostgreSQL restarted while people read."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from django.test import Client
from django.urls import reverse

from belonging.core.servers import EmbeddedServers
from community import services
from community.models import Post
from tests.people import person, signed_in, space

ROOT = Path(__file__).resolve().parents[2]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def without_redis(settings: Any) -> None:
    """Nobody listens where Redis was."""
    gone = f"redis://127.0.0.1:{_free_port()}/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": gone}}
    settings.WORK_BELL = True
    from belonging.work.celery import app

    old = app.conf.broker_url
    app.conf.broker_url = gone
    yield
    app.conf.broker_url = old


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_post_stays_and_the_page_answers_soon_without_redis(without_redis: None) -> None:
    topic = services.start_topic(person(), space(), title="Still here?", source="Yes?")
    client = signed_in(person())
    start = time.monotonic()

    response = client.post(reverse("community:reply", args=[topic.pk]), {"source": "Still here."}, follow=True)

    assert time.monotonic() - start < 2
    assert response.status_code == 200
    assert b"Still here." in response.content
    assert Post.objects.filter(topic=topic).count() == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_signing_in_works_without_redis(without_redis: None) -> None:
    from tests.people import PASSWORD

    user = person(password=PASSWORD)
    client = Client()

    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert client.get("/me/").status_code == 200


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, EmbeddedServers]]:
    servers = EmbeddedServers(tmp_path / "servers")
    port = _free_port()
    variables = {
        **os.environ,
        **servers.start(),
        "DJANGO_SETTINGS_MODULE": "belonging.settings.demo",
        "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}",
        "PORT": str(port),
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=variables, check=True, timeout=120)
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env=variables,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    end = time.monotonic() + 40
    while time.monotonic() < end and _status(f"{address}/healthz") != 200:
        time.sleep(0.2)
    yield address, servers
    process.terminate()
    process.wait(20)
    servers.stop()
    shutil.rmtree(servers._home, ignore_errors=True)


def _status(url: str) -> int:
    try:
        with urlopen(url, timeout=10) as response:
            return int(response.status)
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return 0


@pytest.mark.drill
def test_postgresql_restarted_under_load_costs_errors_only_while_it_is_down(site: tuple[str, EmbeddedServers]) -> None:
    address, servers = site
    seen: list[tuple[float, int]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            status = _status(f"{address}/events/calendar.ics")
            seen.append((time.monotonic(), status))

    readers = [threading.Thread(target=read) for _number in range(4)]
    for reader in readers:
        reader.start()
    time.sleep(2)
    down = time.monotonic()
    pg_ctl = servers._postgres_binaries() / "pg_ctl"
    done = servers._as_owner([str(pg_ctl), "restart", "-w", "-m", "fast", "-D", str(servers._data)])
    up = time.monotonic()
    time.sleep(3)
    stop.set()
    for reader in readers:
        reader.join()

    assert done.returncode == 0
    before = {status for moment, status in seen if moment < down}
    after = {status for moment, status in seen if moment > up + 1}
    assert before == {200}
    assert after == {200}
