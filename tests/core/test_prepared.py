"""SQL made once and sent again with other values."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from belonging.accounts.models import User
from belonging.core.prepared import Prepared

pytestmark = pytest.mark.django_db


def _people(order: str, *, names: str, pk: int) -> Any:
    return User.objects.filter(name__in=[names, "Nobody"], pk__gt=pk).order_by(order).values_list("name", "handle")


@pytest.fixture
def people() -> list[User]:
    return [User.objects.create_user(f"p{n}@example.org", "x", name=name) for n, name in enumerate(("Amy", "Bob"))]


@pytest.mark.parametrize("one_plan", [True, False])
def test_other_values_in_the_same_text_give_other_rows(people: list[User], one_plan: bool) -> None:
    prepared = Prepared(_people, one_plan=one_plan)

    assert [row[0] for row in prepared.rows("name", names="Amy", pk=0)] == ["Amy"]
    assert [row[0] for row in prepared.rows("name", names="Bob", pk=0)] == ["Bob"]
    assert prepared.rows("name", names="Bob", pk=people[1].pk) == []


def test_the_text_is_made_once_for_each_shape(people: list[User]) -> None:
    made: list[str] = []

    def build(order: str, **values: Any) -> Any:
        made.append(order)
        return _people(order, **values)

    prepared = Prepared(build)
    for _time in range(3):
        prepared.rows("name", names="Amy", pk=0)
    prepared.rows("-name", names="Amy", pk=0)

    assert made == ["name", "-name"]


def test_it_is_planned_once_from_the_sixth_time_on(people: list[User]) -> None:
    prepared = Prepared(_people)

    for _time in range(8):
        prepared.rows("name", names="Amy", pk=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%accounts_user%'")
        kept = cursor.fetchone()[0]

    assert kept == 1


def test_it_stands_in_the_log_of_queries_with_its_values(people: list[User]) -> None:
    prepared = Prepared(_people)

    with CaptureQueriesContext(connection) as asked:
        prepared.rows("name", names="Amy", pk=0)

    assert len(asked) == 1
    assert "'Amy'" in asked[0]["sql"]


def test_a_value_that_is_no_parameter_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="other"):
        Prepared(lambda other: User.objects.values_list("pk")).rows(other=3)


def test_a_truth_value_belongs_into_the_shape() -> None:
    with pytest.raises(TypeError, match="shape"):
        Prepared(lambda yes: User.objects.filter(is_staff=yes).values_list("pk")).rows(yes=True)
