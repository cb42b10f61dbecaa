"""`make bench`: what a page costs, beside a bare Django view that shows twenty rows from one query, in the same run.

One JSON line each: CPU milliseconds of the application and of PostgreSQL, queries, bytes. Two real gunicorns with one
process each, ours and `bare.py`, on the demo's data and 200,000 posts of `manage.py scale`; the processes' own CPU clocks
are read before and after, so that what else the machine does changes little. Rounds alternate between all pages.
"""

from __future__ import annotations

import http.client
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
from urllib.parse import quote, urlencode
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT)]

import psutil  # noqa: E402

from belonging.core.servers import EmbeddedServers  # noqa: E402

ROUNDS, REQUESTS = 7, 40
SCALE = ["--members", "1000", "--topics", "20000", "--posts", "200000"]
BARE = {"bare string": "/string/", "bare list": "/list/{space}/", "bare topic": "/topic/{topic_id}/"}
# name: (who, address, the bare page it is compared with)
PAGES = {
    "home, visitor": ("", "/", "bare list"),
    "home, dashboard of a lead": ("lead", "/", "bare list"),
    "resource page": ("", "/library/planning-a-return-to-school/", "bare list"),
    "space, visitor": ("", "/spaces/scale-1-1/", "bare list"),
    "space, member": ("reader", "/spaces/scale-1-1/", "bare list"),
    "space, page 500, visitor": ("", "/spaces/scale-1-1/?before={before}", "bare list"),
    "space, page 500, member": ("reader", "/spaces/scale-1-1/?before={before}", "bare list"),
    "topics, visitor": ("", "/topics/", "bare list"),
    "topics, member": ("reader", "/topics/", "bare list"),
    "topic, visitor": ("", "{long}", "bare topic"),
    "topic, member": ("reader", "{long}", "bare topic"),
    "topic, post 2000, visitor": ("", "{long}?post=2000", "bare topic"),
    "topic, post 2000, member": ("reader", "{long}?post=2000", "bare topic"),
    "search, a word in 2,000 posts": ("reader", "/search/?q={rare}", "bare list"),
    "search, a word in most posts": ("reader", "/search/?q=belonging", "bare list"),
    "reply": ("writer", "POST {short}reply/", "bare list"),
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
        for step in (["prepare"], ["scale", *SCALE]):
            print(f"bench: manage.py {' '.join(step)}", file=sys.stderr)
            subprocess.run(
                [sys.executable, "manage.py", *step], cwd=ROOT, env=variables, check=True, stdout=subprocess.DEVNULL
            )
        told = subprocess.run(
            [sys.executable, __file__, "--ask"], cwd=ROOT, env=variables, check=True, capture_output=True, text=True
        )
        facts: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
        measure(port, variables, facts)
    finally:
        servers.stop()
    return 0


def serve(port: int, variables: dict[str, str], *application: str) -> subprocess.Popen[bytes]:
    """gunicorn as shipped, with one process so that its own CPU clock counts everything."""
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--workers", "1"]
    command += ["--bind", f"127.0.0.1:{port}", *application]
    return subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def measure(port: int, variables: dict[str, str], facts: dict[str, Any]) -> None:
    bare_port = free_port()
    bare_variables = {**variables, "PYTHONPATH": str(ROOT / "scripts"), "PORT": str(bare_port)}
    bare_variables.pop("DJANGO_SETTINGS_MODULE")
    ours = serve(port, variables)
    bare = serve(bare_port, bare_variables, "bare:application")
    try:
        wait(f"http://127.0.0.1:{port}/healthz")
        wait(f"http://127.0.0.1:{bare_port}/string/")
        workers = {
            port: psutil.Process(ours.pid).children()[0],
            bare_port: psutil.Process(bare.pid).children()[0],
        }
        plan: list[tuple[str, int, str, str]] = [
            (name, bare_port, address.format(**facts), "") for name, address in BARE.items()
        ] + [
            (name, port, address.format(**facts), facts["cookies"].get(login, ""))
            for name, (login, address, _beside) in PAGES.items()
        ]
        costs: dict[str, list[tuple[float, float, int]]] = {name: [] for name, *_rest in plan}
        for number in range(ROUNDS + 1):
            for name, at, path, cookie in plan if number % 2 else reversed(plan):
                costs[name].append(cost(workers[at], at, path, cookie, facts))
        middle = {
            name: tuple(statistics.median(column) for column in zip(*rounds[1:], strict=True))
            for name, rounds in costs.items()  # the first round warms up
        }
        for name in costs:
            cpu, database, size = middle[name]
            line: dict[str, Any] = {"page": name, "cpu_ms": round(cpu, 2), "db_ms": round(database, 2), "bytes": size}
            if name in PAGES:
                beside = PAGES[name][2]
                line |= {"beside": beside, "times": round(cpu / middle[beside][0], 2)}
                line["queries"] = facts["queries"][name]
            print(json.dumps(line), flush=True)
    finally:
        for server in (ours, bare):
            server.terminate()
            server.wait(20)


def cost(worker: psutil.Process, port: int, path: str, cookie: str, facts: dict[str, Any]) -> tuple[float, float, int]:
    """CPU milliseconds of the server's process and of PostgreSQL for one request, over forty; and the bytes of it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie} if cookie else {}
    size = 0
    before, database = worker.cpu_times(), postgres_seconds()
    for _request in range(REQUESTS):
        if path.startswith("POST "):
            body = urlencode({"source": "Thank you, we will try that.", "csrfmiddlewaretoken": facts["csrf"]})
            form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
            form["Cookie"] += f"; csrftoken={facts['csrf']}"
            connection.request("POST", path.removeprefix("POST "), body=body, headers=form)
        else:
            connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        size = len(response.read())
        assert response.status == (302 if path.startswith("POST ") else 200), (path, response.status)
    after, database = worker.cpu_times(), postgres_seconds() - database
    connection.close()
    spent = after.user + after.system - before.user - before.system
    return spent * 1000 / REQUESTS, database * 1000 / REQUESTS, size


def postgres_seconds() -> float:
    """CPU seconds of all PostgreSQL processes on this machine that live now: connections are kept, so none is missed."""
    total = 0.0
    for process in psutil.process_iter(["name", "cpu_times"]):
        if process.info["name"] == "postgres" and process.info["cpu_times"]:
            total += process.info["cpu_times"].user + process.info["cpu_times"].system
    return total


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
    from django.contrib.auth.models import Group
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from belonging.accounts.models import EXPERTS, User
    from community.models import Post, Space, Topic
    from community.scale import RARE_WORD

    settings.ALLOWED_HOSTS = ["*"]
    space = Space.objects.get(slug="scale-1-1")
    long = Topic.objects.get(slug="scale-topic-1")
    short = Topic.objects.filter(space=space, locked=False, last_number=10).order_by("pk")[0]
    page_500 = Topic.objects.filter(space=space, pinned=False).shown().newest()[499 * 20 - 1]
    facts: dict[str, Any] = {
        "space": space.pk,
        "topic_id": long.pk,
        "long": long.get_absolute_url(),
        "short": f"/topics/{short.pk}/",
        "before": quote(f"{page_500.last_post_at.isoformat()}_{page_500.pk}"),
        "rare": RARE_WORD,
        "csrf": "a1B2" * 8,
        "cookies": {},
        "queries": {},
    }
    clients = {"": Client(), "lead": Client(), "reader": Client(), "writer": Client()}
    people = {
        "lead": "lead@demo.example",
        "reader": "member-1-7@scale.invalid",
        "writer": "member-1-8@scale.invalid",  # an expert: nobody else may send so many replies in a minute
    }
    User.objects.get(email=people["writer"]).groups.add(Group.objects.get(name=EXPERTS))
    for login, email in people.items():
        clients[login].force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
        key = clients[login].cookies[settings.SESSION_COOKIE_NAME].value
        facts["cookies"][login] = f"{settings.SESSION_COOKIE_NAME}={key}"
    for name, (login, address, _beside) in PAGES.items():
        url = address.format(**facts)
        posts = url.startswith("POST ")
        for _warm in range(2):
            with CaptureQueriesContext(connection) as asked:
                if posts:
                    clients[login].post(url.removeprefix("POST "), {"source": "Thank you, we will try that."})
                else:
                    clients[login].get(url)
        facts["queries"][name] = len(asked)
    assert Post.objects.filter(topic=short).count() > 10
    print(json.dumps(facts))


if __name__ == "__main__":
    if "--ask" in sys.argv:
        ask()
    else:
        sys.exit(main())
