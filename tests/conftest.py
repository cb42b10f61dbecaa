from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.people import BACKEND


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the whole demo come last: they rebuild the database and leave it full. With several workers a file stays
    with one of them, for what it sets up once; its tests on the demo are a group of their own. The pages of the browser
    tests set up nothing and are dealt out one by one."""
    items.sort(key=_on_demo)
    for item in items:
        if item.path.name == "test_every_page.py":
            continue
        item.add_marker(pytest.mark.xdist_group(f"{item.path}{' on the demo' if _on_demo(item) else ''}"))


def _on_demo(item: pytest.Item) -> bool:
    return "demo" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def demo_database(django_db_setup: Any, django_db_blocker: Any) -> None:
    """The demo, loaded once for all tests that read it; each test's own changes are rolled back."""
    with django_db_blocker.unblock():
        call_command("demo", reset=True, stdout=StringIO())


@pytest.fixture
def demo(demo_database: None, db: None) -> None:
    from belonging.framework import strands
    from belonging.home import context

    strands.forget()
    context.forget()


@pytest.fixture
def client_of(demo: None) -> Callable[[str], Client]:
    """``client_of("lead")`` is a browser signed in as lead@demo.example; "visitor" is signed in as nobody."""

    def made(login: str) -> Client:
        from belonging.accounts.models import User

        client = Client()
        if login != "visitor":
            client.force_login(User.objects.get(email=f"{login}@demo.example"), backend=BACKEND)
        return client

    return made


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What a process keeps for a minute must not travel from one test to the next."""
    from belonging.framework import strands
    from belonging.home import context

    strands.forget()
    context.forget()
