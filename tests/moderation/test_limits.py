from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from belonging.accounts.models import EXPERTS, MODERATORS, SAFEGUARDING_LEADS, TRAINERS
from belonging.core.errors import BelongingError
from belonging.moderation import limits
from belonging.moderation.errors import NewMemberLimit, TooMany
from belonging.moderation.models import Report
from tests.moderation.things import post_by
from tests.people import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_limits(settings: Any) -> None:
    rates = {
        **settings.POSTING_LIMITS["rates"],
        "post": [(2, 60), (3, 3600)],
        "report": [(2, 3600)],
        "complaint": [(2, 3600)],
    }
    settings.POSTING_LIMITS = {**settings.POSTING_LIMITS, "rates": rates}


@pytest.fixture
def fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis does not answer: the database stands in."""
    monkeypatch.setattr(caches["default"], "_rest_until", float("inf"))


def check(who: Any, times: int, **at: Any) -> None:
    for _number in range(times):
        limits.check_rate(who, "post", **at)


def test_after_too_many_in_a_minute_the_person_hears_when_to_try_again() -> None:
    who, now = person(), timezone.now().replace(second=10)
    check(who, 2, now=now)

    with pytest.raises(TooMany, match="Nothing you typed is lost") as refused:
        check(who, 1, now=now)

    assert isinstance(refused.value, BelongingError)
    assert refused.value.again_at == now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def test_the_hour_counts_on_when_the_minute_is_over() -> None:
    who, now = person(), timezone.now().replace(minute=10, second=10)
    check(who, 2, now=now)
    check(who, 1, now=now + timedelta(minutes=1))

    with pytest.raises(TooMany):
        check(who, 1, now=now + timedelta(minutes=2))
    check(who, 1, now=now + timedelta(hours=1))


def test_one_person_s_haste_is_nobody_else_s() -> None:
    check(person(), 2)
    check(person(), 2)


@pytest.mark.parametrize("group", [MODERATORS, SAFEGUARDING_LEADS, TRAINERS, EXPERTS])
def test_those_who_work_here_are_never_refused(group: str) -> None:
    check(person(groups=(group,)), 6)


def test_administrators_are_never_refused() -> None:
    check(person(is_superuser=True), 6)


def test_an_established_member_costs_no_query() -> None:
    who = person(joined_at=timezone.now() - timedelta(days=30))

    with CaptureQueriesContext(connection) as asked:
        limits.check_may_write(who)
        limits.check_rate(who, "post")
        limits.check_new_member(who, links=9, mentions=9, files=9, is_topic=True)

    assert len(asked) == 0


def test_limits_hold_while_the_database_stands_in_for_redis(fallback: None) -> None:
    who = person()
    check(who, 2)

    with pytest.raises(TooMany):
        check(who, 1)


def test_many_at_once_are_counted_one_by_one() -> None:
    who, refused, start = person(), [], threading.Barrier(10)

    def work() -> None:
        start.wait(10)
        try:
            limits.check_address_rate(f"at-{who.pk}", "complaint")
        except TooMany as error:
            refused.append(error)

    threads = [threading.Thread(target=work) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(refused) == 8


@pytest.mark.parametrize("over", [{"links": 3}, {"mentions": 4}, {"files": 2}])
def test_in_the_first_day_a_post_holds_less(over: dict[str, int]) -> None:
    who = person()
    few: dict[str, Any] = {"links": 2, "mentions": 3, "files": 1, "is_topic": False}
    limits.check_new_member(who, **few)

    with pytest.raises(NewMemberLimit, match="In your first day") as refused:
        limits.check_new_member(who, **{**few, **over})

    assert refused.value.again_at == who.joined_at + timedelta(hours=24)


def test_a_new_member_starts_two_topics() -> None:
    who = person()
    for _number in range(2):
        limits.check_new_member(who, links=0, mentions=0, files=0, is_topic=True)

    with pytest.raises(NewMemberLimit, match="replies are welcome"):
        limits.check_new_member(who, links=0, mentions=0, files=0, is_topic=True)
    limits.check_new_member(who, links=0, mentions=0, files=0, is_topic=False)


def test_three_posts_that_stayed_end_the_first_day() -> None:
    who = person()
    for _number in range(3):
        post_by(who)

    limits.check_new_member(who, links=9, mentions=9, files=9, is_topic=True)


def test_too_many_reports_are_refused_kindly_and_what_was_typed_is_kept() -> None:
    client = signed_in(person())
    for _number in range(2):
        client.post(f"/moderation/report/post/{post_by().pk}/", {"reason": "unkind"})

    response = client.post(f"/moderation/report/post/{post_by().pk}/", {"reason": "unkind", "note": "Third"})

    assert response.status_code == 429
    assert response.context["form"]["note"].value() == "Third"
    assert Report.objects.count() == 2


def test_complaints_are_limited_by_address(client: Any) -> None:
    address = f"2001:db8::{uuid4().hex[:4]}"
    data = {"about": "/spaces/", "words": "Something"}

    codes = [client.post("/moderation/complaint/", data, REMOTE_ADDR=address).status_code for _number in range(3)]

    assert codes == [200, 200, 429]
