from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections
from django.test import Client
from django.utils import timezone

from belonging.schools.models import Role
from questionnaire.models import Answer, Code, Instrument, Round
from questionnaire.services import answering, instruments, rounds, summary
from questionnaire.services.codes import digest, new_code, normalise
from tests.people import member_of, person, school, signed_in

pytestmark = pytest.mark.django_db


def make_round(**fields: Any) -> Round:
    instruments.load()
    today = timezone.localdate()
    where = fields.pop("school", None) or school()
    return Round.objects.create(
        school=where,
        instrument=Instrument.objects.get(code=fields.pop("code", "belonging-core")),
        label="Autumn",
        opens_on=today,
        closes_on=today + timedelta(days=5),
        opened_by=fields.pop("by", None) or person(),
        **fields,
    )


def code_for(asked: Round) -> str:
    [code] = rounds.make_codes(asked.pk, number=1, by=asked.opened_by)
    return code


def answer_all(client: Client, code: str, value: str = "4") -> Any:
    """Walk through every page as a pupil does, without JavaScript."""
    url = f"/q/{code}/"
    response = client.post(url, {"step": "0"})
    while response.status_code == 200 and b'name="carried"' in response.content:
        carried = response.context["carried"]
        response = client.post(url, {"step": response.context["next_step"], "carried": carried, "value": value})
    return response


def test_a_code_opens_the_questions_and_the_answers_are_kept() -> None:
    asked = make_round()
    client = Client()

    response = answer_all(client, code_for(asked))

    assert "Thank you" in response.content.decode()
    answer = Answer.objects.get(round=asked)
    assert len(answer.values) == 13
    assert set(answer.values.values()) == {4}


def test_a_respondent_gets_no_cookie() -> None:
    client = Client()

    answer_all(client, code_for(make_round()))
    client.get("/q/")

    assert not client.cookies


def test_nothing_leads_from_an_answer_to_its_code() -> None:
    assert {field.name for field in Answer._meta.get_fields()} == {
        "id", "round", "instrument_version", "answered_on", "year_group", "values",
    }  # fmt: skip
    assert {field.name for field in Code._meta.get_fields()} == {"id", "round", "digest", "year_group", "used"}


def test_a_code_is_stored_as_a_digest_only() -> None:
    code = code_for(make_round())

    stored = Code.objects.get()

    assert code not in stored.digest
    assert stored.digest == digest(code)


def test_a_code_can_be_used_once() -> None:
    asked = make_round()
    code = code_for(asked)
    answer_all(Client(), code)

    again = Client().get(f"/q/{code}/")

    assert again.status_code == 404
    assert Answer.objects.count() == 1


def test_a_pupil_can_pass_go_back_and_stop() -> None:
    asked = make_round()
    code, client = code_for(asked), Client()
    url = f"/q/{code}/"
    page = client.post(url, {"step": "0"})
    page = client.post(url, {"step": "1", "carried": page.context["carried"], "skip": "not_sure"})
    page = client.post(url, {"step": page.context["next_step"], "carried": page.context["carried"], "back": "1"})
    assert page.context["number"] == 1
    assert page.context["chosen"] == "not_sure"

    stopped = client.post(url, {"step": "2", "carried": page.context["carried"], "stop": "1"})
    client.post(url, {"step": "1", "carried": stopped.context["carried"], "hand_in": "1"})

    assert Answer.objects.get().values == {"A1": "not_sure"}


def test_answers_of_another_code_cannot_be_carried_over() -> None:
    asked = make_round()
    first, second, client = code_for(asked), code_for(asked), Client()
    page = client.post(f"/q/{first}/", {"step": "0"})
    page = client.post(f"/q/{first}/", {"step": "1", "carried": page.context["carried"], "value": "5"})

    client.post(f"/q/{second}/", {"step": "2", "carried": page.context["carried"], "hand_in": "1"})

    assert Answer.objects.get().values == {}


@pytest.mark.parametrize("value", ["99", "-1", "abc", "", "4; drop", "not_there"])
def test_a_value_that_is_not_on_the_page_is_not_kept(value: str) -> None:
    asked = make_round()
    client, url = Client(), f"/q/{code_for(asked)}/"

    client.post(url, {"step": "1", "value": value, "skip": value, "hand_in": "1"})

    assert Answer.objects.get().values == {}


def test_guessing_codes_stops_after_a_hundred_tries_and_says_so() -> None:
    client = Client(REMOTE_ADDR="192.0.2.77")

    for _try in range(100):
        client.post("/q/", {"code": new_code()})

    assert client.post("/q/", {"code": new_code()}).status_code == 429


@pytest.mark.parametrize("typed", ["bcdf-ghjk", "BCDF GHJK", " bcdfghjk "])
def test_capitals_spaces_and_dashes_do_not_matter(typed: str) -> None:
    assert normalise(typed) == "BCDFGHJK"


@pytest.mark.parametrize("typed", ["", "BCDF", "BCDFGHJK2", "ÄÖÜ", "0O0O0O0O", "\x00" * 8])
def test_what_cannot_be_a_code_asks_the_database_nothing(typed: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert answering.find(typed) is None


def _closed_with(answers: list[tuple[int, str]]) -> Round:
    asked = make_round(closed_at=timezone.now())
    codes = asked.instrument.data["scoring"]["items"]
    for value, group in answers:
        Answer.objects.create(
            round=asked,
            instrument_version="1.0",
            answered_on=timezone.localdate(),
            year_group=group,
            values=dict.fromkeys([*codes, "G"], value),
        )
    return asked


def test_nine_answers_are_too_few_and_even_their_number_is_kept_back() -> None:
    found = summary.of_round(_closed_with([(4, "")] * 9))

    assert found is not None
    assert found.too_few
    assert (found.answered, found.mean, found.items, found.groups) == (None, None, [], [])


def test_ten_answers_are_shown() -> None:
    found = summary.of_round(_closed_with([(5, "")] * 10))

    assert found is not None
    assert (found.answered, found.mean) == (10, 100.0)
    assert found.overall is not None
    assert found.overall.positive == 100.0


def test_an_open_round_shows_nothing_to_anybody() -> None:
    asked = _closed_with([(4, "")] * 30)
    Round.objects.filter(pk=asked.pk).update(closed_at=None)
    asked.refresh_from_db()

    assert summary.of_round(asked) is None


def test_a_small_group_is_hidden_and_with_it_another_so_that_it_cannot_be_worked_out() -> None:
    found = summary.of_round(_closed_with([(4, "year_7")] * 30 + [(4, "year_8")] * 15 + [(1, "year_9")] * 7))

    assert found is not None
    hidden = {group.label for group in found.groups if group.hidden}
    assert len(hidden) == 2
    assert all(group.answered is None and group.mean is None for group in found.groups if group.hidden)
    assert [group.answered for group in found.groups if not group.hidden] == [30]


def test_hidden_groups_together_are_never_fewer_than_ten() -> None:
    found = summary.of_round(
        _closed_with([(4, "year_7")] * 30 + [(4, "year_8")] * 12 + [(1, "year_9")] * 2 + [(1, "year_10")] * 3)
    )

    assert found is not None
    shown = sum(group.answered or 0 for group in found.groups)
    assert (found.answered or 0) - shown >= 10


def test_a_published_instrument_refuses_to_be_changed() -> None:
    instruments.load()

    with pytest.raises(DatabaseError, match="read-only"):
        Instrument.objects.update(title="Another")


def test_loading_instruments_twice_changes_nothing() -> None:
    instruments.load()
    before = list(Instrument.objects.values_list("pk", "sha256"))

    assert "as before" in instruments.load()
    assert list(Instrument.objects.values_list("pk", "sha256")) == before


def test_only_the_lead_opens_a_round_makes_slips_and_closes() -> None:
    where, lead, colleague = school(), person(), person()
    member_of(lead, where, Role.LEAD)
    member_of(colleague, where)
    asked = make_round(school=where, by=lead)
    url = f"/schools/{where.pk}/questionnaire/{asked.pk}/"

    refused = [signed_in(colleague).post(url + "codes/", {"number": 3}), signed_in(colleague).post(url + "close/")]
    allowed = signed_in(lead).post(url + "codes/", {"number": 3})

    assert [response.status_code for response in refused] == [403, 403]
    assert len(allowed.context["codes"]) == 3
    assert Code.objects.filter(round=asked).count() == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"label": ""}, "label"),
        ({"closes_on": "2001-01-01"}, "closes_on"),
        ({"closes_on": "soon"}, "closes_on"),
        ({"pupils_asked": "-4"}, "pupils_asked"),
        ({"instrument": "9999"}, "instrument"),
    ],
)
def test_a_round_that_makes_no_sense_is_answered_beside_its_field(given: dict[str, str], field: str) -> None:
    instruments.load()
    where, lead = school(), person()
    member_of(lead, where, Role.LEAD)
    good = {
        "instrument": str(Instrument.objects.get(code="belonging-core").pk),
        "label": "Spring",
        "opens_on": "2026-11-24",
        "closes_on": "2026-12-04",
    }

    response = signed_in(lead).post(f"/schools/{where.pk}/questionnaire/", {**good, **given})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Round.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_hand_in_the_same_code_at_once_leave_one_answer() -> None:
    asked = make_round()
    code_for(asked)
    code = Code.objects.get(round=asked)
    results: list[bool] = []
    barrier = threading.Barrier(4)

    def run() -> None:
        barrier.wait()
        results.append(answering.hand_in(code.pk, {"A1": 4}))
        connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == [False, False, False, True]
    assert Answer.objects.count() == 1
    assert connection.vendor == "postgresql"
