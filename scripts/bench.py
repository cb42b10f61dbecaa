"""`make bench`: what a page costs in CPU milliseconds and queries, beside a bare view on the same server in the same run.

One JSON line each. The server is a real gunicorn with one process on the demo's data; its own CPU clock is read before
and after, so that what else the machine does changes little. Rounds alternate between all pages.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT)]

import psutil  # noqa: E402

from belonging.core.servers import EmbeddedServers  # noqa: E402

ROUNDS, REQUESTS = 7, 40
PAGES = {
    "bare view (healthz)": ("", "/healthz"),
    "home, visitor": ("", "/"),
    "home, dashboard of a lead": ("lead", "/"),
    "topic list": ("lead", "/topics/"),
    "topic page": ("lead", "{topic}"),
    "resource page": ("", "/library/planning-a-return-to-school/"),
}


def environment(addresses: dict[str, str], port: int) -> dict[str, str]:
    return {
        **os.environ,
        **addresses,
        "DJANGO_SETTINGS_MODULE": "belonging.settings.demo",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
        "PORT": str(port),
    }


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def main() -> int:
    servers = EmbeddedServers(ROOT / ".local" / "bench", durable=False)
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    addresses = given if len(given) == 2 else servers.start()
    port = free_port()
    variables = environment(addresses, port)
    try:
        print("bench: loading the demo", file=sys.stderr)
        subprocess.run(
            [sys.executable, "manage.py", "prepare"], cwd=ROOT, env=variables, check=True, stdout=subprocess.DEVNULL
        )
        told = subprocess.run(
            [sys.executable, __file__, "--ask"], cwd=ROOT, env=variables, check=True, capture_output=True, text=True
        )
        facts: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
        measure(port, variables, facts)
    finally:
        servers.stop()
    return 0


def measure(port: int, variables: dict[str, str], facts: dict[str, Any]) -> None:
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "gunicorn.conf.py",
        "--workers",
        "1",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(f"http://127.0.0.1:{port}/healthz")
        worker = psutil.Process(server.pid).children()[0]
        times: dict[str, list[float]] = {name: [] for name in PAGES}
        for _round in range(ROUNDS + 1):
            for name, (login, address) in PAGES.items():
                url = f"http://127.0.0.1:{port}{address.format(**facts)}"
                times[name].append(cpu_ms(worker, url, facts["cookies"].get(login, "")))
        bare = statistics.median(times["bare view (healthz)"][1:])
        for name in PAGES:
            cost = statistics.median(times[name][1:])  # the first round warms up
            line = {
                "page": name,
                "cpu_ms": round(cost, 2),
                "times_bare": round(cost / bare, 1),
                "queries": facts["queries"][name],
            }
            print(json.dumps(line))
    finally:
        server.terminate()
        server.wait(20)


def cpu_ms(worker: psutil.Process, url: str, cookie: str) -> float:
    """CPU of the server's process for one request, in milliseconds, over forty of them."""
    import http.client

    host, _slash, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=30)
    before = worker.cpu_times()
    for _request in range(REQUESTS):
        connection.request("GET", f"/{path}", headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        response.read()
        assert response.status == 200, (url, response.status)
    after = worker.cpu_times()
    connection.close()
    return (after.user + after.system - before.user - before.system) * 1000 / REQUESTS


def wait(url: str) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        try:
            with urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("bench: the server did not start")


def ask() -> None:
    """What only Django can tell, from a process of its own: addresses, a session, queries for each page."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from belonging.accounts.models import User
    from community.models import Topic

    settings.ALLOWED_HOSTS = ["*"]
    topic = Topic.objects.filter(slug="stage-letters-stopped").first() or Topic.objects.order_by("-reply_count")[0]
    facts: dict[str, Any] = {"topic": topic.get_absolute_url(), "cookies": {}, "queries": {}}
    clients = {"": Client(), "lead": Client()}
    clients["lead"].force_login(
        User.objects.get(email="lead@demo.example"), backend=settings.AUTHENTICATION_BACKENDS[0]
    )
    key = clients["lead"].cookies[settings.SESSION_COOKIE_NAME].value
    facts["cookies"]["lead"] = f"{settings.SESSION_COOKIE_NAME}={key}"
    for name, (login, address) in PAGES.items():
        url = address.format(**facts)
        clients[login].get(url)
        with CaptureQueriesContext(connection) as asked:
            clients[login].get(url)
        facts["queries"][name] = len(asked)
    print(json.dumps(facts))


if __name__ == "__main__":
    if "--ask" in sys.argv:
        ask()
    else:
        sys.exit(main())
