from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from belonging.moderation.models import Appeal, Case


def test_the_demo_shows_a_case_that_waits_one_about_harm_and_an_appeal(client_of: Callable[[str], Client]) -> None:
    def seen(login: str) -> list[Case]:
        return [row.case for row in client_of(login).get("/moderation/").context["rows"]]

    harm = Case.objects.open().exclude(safeguarding_at=None).get()

    assert harm not in seen("moderator")
    assert harm in seen("safeguarding")
    assert seen("moderator")
    assert Appeal.objects.waiting().count() == 1


def test_the_demo_twice_changes_nothing(demo: None) -> None:
    from belonging.moderation.demo import connect

    before = Case.objects.count(), Appeal.objects.count()

    connect()

    assert (Case.objects.count(), Appeal.objects.count()) == before
