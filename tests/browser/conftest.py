"""The demo as anybody gets it: gunicorn with the demo's settings on a database of its own, and Debian's Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
NAME = f"browser_belonging{WORKER}"
REDIS_NUMBER = 10 + int(WORKER.removeprefix("gw") or 0)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip


def _fresh_database() -> str:
    """An empty database beside the tests' own; its address."""
    database = settings.DATABASES["default"]
    parts = {
        "host": database["HOST"],
        "port": database["PORT"],
        "user": database["USER"],
        "password": database.get("PASSWORD") or None,
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **parts) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))
        options = "TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        connection.execute(sql.SQL(f"CREATE DATABASE {{}} {options}").format(sql.Identifier(NAME)))
    login = database["USER"] + (f":{database['PASSWORD']}" if database.get("PASSWORD") else "")
    return f"postgres://{login}@{database['HOST']}:{database['PORT']}/{NAME}"


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """What the demo's processes share: a database and a number of Valkey of their own, and a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "belonging.settings.demo",
        "DATABASE_URL": _fresh_database(),
        "REDIS_URL": f"{settings.REDIS_URL.rsplit('/', 1)[0]}/{REDIS_NUMBER}",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}",
    }


@pytest.fixture(scope="session")
def site(environment: dict[str, str]) -> Iterator[str]:
    """The address of a running demo."""
    address = environment["BASE_URL"]
    _manage(environment, "prepare")
    log = ROOT / ".local" / "test" / f"browser{WORKER}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{environment['PORT']}", "belonging.wsgi"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            _wait_for(f"{address}/healthz", process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def manage(site: str, environment: dict[str, str]) -> Callable[..., str]:
    """``manage("tick", "--at", "…")`` runs a command beside the running site; gives back what it printed."""
    return partial(_manage, environment)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the site did not start; see .local/test/browser.log")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not executable:
        pytest.fail("Chromium is missing. Install it, or leave the browser tests out: BROWSER=0 make test")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """``signed_in("lead")``: a window of that person; the sign-in page is used once for each."""
    states: dict[str, object] = {}
    contexts: list[BrowserContext] = []

    def made(login: str = "visitor", *, width: int = 1280, scripts: bool = True) -> BrowserContext:
        if login != "visitor" and login not in states:
            window = browser.new_context()
            page = window.new_page()
            page.goto(f"{site}/accounts/login/")
            page.fill("input[name=login]", f"{login}@demo.example")
            page.fill("input[name=password]", "belonging-demo")
            page.click("main button[type=submit]")
            page.wait_for_url(f"{site}/")
            states[login] = window.storage_state()
            window.close()
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            storage_state=states.get(login),  # type: ignore[arg-type]
        )
        contexts.append(context)
        return context

    yield made
    for context in contexts:
        context.close()


def _connected() -> psycopg.Connection:
    database = settings.DATABASES["default"]
    return psycopg.connect(
        dbname=NAME,
        host=database["HOST"],
        port=database["PORT"],
        user=database["USER"],
        password=database.get("PASSWORD") or None,
        autocommit=True,
    )


@pytest.fixture(scope="session")
def tables(site: str) -> Iterator[psycopg.Connection]:
    """The site's own tables, for what no page tells, such as the minute in which something is due."""
    with _connected() as connection:
        yield connection


@pytest.fixture(scope="session")
def parts(site: str) -> dict[str, object]:
    """What fills the braces of the addresses, read from the site itself as a visitor to the database would."""
    with _connected() as connection:

        def one(query: str) -> object:
            row = connection.execute(query).fetchone()  # type: ignore[arg-type]
            assert row, query
            return row[0]

        school = one("SELECT id FROM schools_school WHERE urn = '900010'")
        topic = one("SELECT t.id FROM community_topic t JOIN community_space s ON s.id = t.space_id "
                    "WHERE s.slug = 'attendance-and-ebsa' AND accepted_post_id IS NOT NULL ORDER BY t.id LIMIT 1")  # fmt: skip
        return {
            "school": school,
            "round": one(f"SELECT id FROM audit_round WHERE school_id = {school} AND locked_at IS NULL"),
            "action": one(f"SELECT min(id) FROM audit_action WHERE school_id = {school}"),
            "open_round": one(
                f"SELECT min(id) FROM questionnaire_round WHERE school_id = {school} AND closed_at IS NULL"
            ),
            "closed_round": one(
                f"SELECT min(id) FROM questionnaire_round WHERE school_id = {school} AND closed_at IS NOT NULL"
            ),
            "topic": topic,
            "topic_slug": one(f"SELECT slug FROM community_topic WHERE id = {topic}"),
            "post": one(f"SELECT id FROM community_post WHERE topic_id = {topic} AND number = 2"),
            "member": one("SELECT handle FROM accounts_user WHERE email = 'practitioner@demo.example'"),
            "module": one("SELECT p.id FROM wagtailcore_page p WHERE p.slug = 'why-and-whom'"),
            "case": one(
                "SELECT min(id) FROM moderation_case WHERE state = 'open' AND kind = 'post' AND safeguarding_at IS NULL"
            ),
            "harm_case": one(
                "SELECT min(id) FROM moderation_case WHERE state = 'open' AND safeguarding_at IS NOT NULL"
            ),
            "appeal": one("SELECT min(id) FROM moderation_appeal"),
            "asked_topic": one("SELECT id FROM community_topic WHERE slug = 'supply-staff-on-a-return'"),
            "answered_topic": one("SELECT id FROM community_topic WHERE slug = 'school-council-neat-handwriting'"),
            "certificate": one("SELECT id FROM training_certificate ORDER BY issued_at LIMIT 1"),
        }
