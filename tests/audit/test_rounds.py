from __future__ import annotations

import math
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit import services
from audit.models import Action, Agreement, Benchmark, Judgement, MeasureDefinition, Round
from audit.profile import profile_of
from belonging.core.errors import BadContent
from belonging.framework.models import Indicator
from belonging.framework.services import load
from belonging.schools.models import Role, School
from tests.people import member_of, person, school, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def where() -> School:
    load()
    services.load()
    return school()


@pytest.fixture
def lead(where: School) -> Any:
    made = person("Ada Lead")
    member_of(made, where, Role.LEAD)
    return made


@pytest.fixture
def found(where: School, lead: Any) -> Round:
    return services.open_round(school=where, label="Autumn", by=lead)


def indicator(code: str = "P11.3") -> Indicator:
    return Indicator.objects.get(code=code)


def url(found: Round, code: str = "P11.3") -> str:
    return f"/schools/{found.school_id}/audit/{found.pk}/{code}/"


def test_a_lead_judges_and_the_profile_of_twelve_strands_shows_it(found: Round, lead: Any) -> None:
    client = signed_in(lead)

    client.post(url(found), {"level": "2", "reason": "Meetings happen for suspensions only."})
    page = client.get(f"/schools/{found.school_id}/audit/")

    profile = page.context["profile"]
    assert len(profile.strands) == 12
    assert len(profile.rows) == 48
    assert profile.judged == 1
    assert b'class="wheel"' in page.content


def test_one_judges_alone_before_one_sees_what_colleagues_chose(found: Round, lead: Any, where: School) -> None:
    colleague = person("Bo Colleague")
    member_of(colleague, where)
    services.judge(found.pk, indicator(), by=colleague, level="1", reason="A very telling reason")
    client = signed_in(lead)

    before = client.get(url(found)).content.decode()
    client.post(url(found), {"level": "2"})
    after = client.get(url(found)).content.decode()

    assert "telling reason" not in before
    assert "One colleague has judged this" in before
    assert "You see this differently" in after
    assert "telling reason" in after


def test_what_people_differ_on_has_no_level_until_they_agree(found: Round, lead: Any, where: School) -> None:
    colleague = person()
    member_of(colleague, where)
    services.judge(found.pk, indicator(), by=lead, level="2")
    services.judge(found.pk, indicator(), by=colleague, level="1")
    [row] = [row for row in profile_of(found).rows if row.indicator.code == "P11.3"]
    assert (row.level, row.differs) == ("", True)

    signed_in(lead).post(url(found) + "agree/", {"level": "2"})

    [row] = [row for row in profile_of(found).rows if row.indicator.code == "P11.3"]
    assert (row.level, row.differs) == ("2", False)


def test_a_locked_round_takes_no_judgement(found: Round, lead: Any) -> None:
    client = signed_in(lead)
    client.post(f"/schools/{found.school_id}/audit/{found.pk}/lock/")

    client.post(url(found), {"level": "4"})
    client.post(url(found) + "agree/", {"level": "4"})

    assert not Judgement.objects.exists()
    assert not Agreement.objects.exists()


@pytest.mark.parametrize("level", ["q", "na"])
def test_no_level_needs_a_reason_and_the_error_stands_beside_the_field(found: Round, lead: Any, level: str) -> None:
    response = signed_in(lead).post(url(found), {"level": level, "reason": "  "})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.create(
            round=found, indicator=indicator(), judge=lead, level=level, judged_at="2026-01-01T00:00Z"
        )


@pytest.mark.parametrize("level", ["", "5", "0", "x"])
def test_a_level_that_is_not_there_is_refused(found: Round, lead: Any, level: str) -> None:
    assert signed_in(lead).post(url(found), {"level": level}).status_code == 422
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("role", [Role.GOVERNOR, Role.ADVISER])
def test_governors_and_advisers_read_and_do_not_judge(found: Round, where: School, role: str) -> None:
    reader = person()
    member_of(reader, where, role)

    assert signed_in(reader).get(url(found)).status_code == 200
    assert signed_in(reader).post(url(found), {"level": "3"}).status_code == 403


def test_another_school_s_round_is_not_there(found: Round) -> None:
    stranger, other = person(), school()
    member_of(stranger, other, Role.LEAD)

    assert signed_in(stranger).get(url(found)).status_code == 404
    assert signed_in(stranger).get(f"/schools/{other.pk}/audit/{found.pk}/P11.3/").status_code == 404
    assert signed_in(stranger).get(f"/schools/{other.pk}/audit/?round={found.pk}").status_code == 404


def test_a_school_has_one_open_round(found: Round, lead: Any, where: School) -> None:
    response = signed_in(lead).post(f"/schools/{where.pk}/audit/", {"label": "Spring"})

    assert response.status_code == 422
    assert Round.objects.count() == 1


def test_a_suggested_action_fills_the_form_and_one_press_makes_it(found: Round, lead: Any, where: School) -> None:
    client = signed_in(lead)
    form = client.get(f"/schools/{where.pk}/plan/?indicator=P11.3&action=0").context["form"]
    values = {name: form[name].value() for name in form.fields}
    assert f'value="{values["due_on"].isoformat()}"' in str(form["due_on"])  # as a browser takes it

    client.post(f"/schools/{where.pk}/plan/", {**values, "due_on": values["due_on"].isoformat()})

    action = Action.objects.get()
    assert (action.indicator_code, action.strand, action.owner) == ("P11.3", "P11", lead)
    assert action.due_on.weekday() == 4


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": ""}, "title"),
        ({"due_on": "soon"}, "due_on"),
        ({"owner": "999999"}, "owner"),
        ({"strand": "Z9"}, "strand"),
    ],
)
def test_an_action_that_makes_no_sense_is_answered_beside_its_field(
    where: School, lead: Any, given: dict[str, str], field: str
) -> None:
    good = {"title": "Ring home", "strand": "P11", "owner": str(lead.pk), "due_on": "2027-01-15"}

    response = signed_in(lead).post(f"/schools/{where.pk}/plan/", {**good, **given})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Action.objects.exists()


def test_an_action_goes_to_the_team_and_not_to_a_governor(where: School, lead: Any) -> None:
    governor = person()
    member_of(governor, where, Role.GOVERNOR)
    sent = {"title": "Ring", "strand": "P11", "owner": str(governor.pk), "due_on": "2027-01-15"}

    assert signed_in(lead).post(f"/schools/{where.pk}/plan/", sent).status_code == 422


def test_spokes_stand_where_the_design_puts_them(found: Round, lead: Any) -> None:
    services.judge(found.pk, indicator("F1.1"), by=lead, level="3")

    track, spoke = profile_of(found).spokes()[:2]

    angle = math.radians(-85.5)
    assert (track.kind, spoke.kind) == ("track", "foundation")
    assert spoke.x2 == pytest.approx(170 + (56 + 57) * math.cos(angle), abs=0.06)
    assert math.hypot(track.x2 - 170, track.y2 - 170) == pytest.approx(132, abs=0.2)


def test_the_profile_asks_the_database_as_often_for_48_judgements_as_for_none(
    found: Round, lead: Any, django_assert_max_num_queries: Any
) -> None:
    for subject in Indicator.objects.all():
        services.judge(found.pk, subject, by=lead, level="2")

    with django_assert_max_num_queries(3):
        profile_of(found)


@pytest.mark.parametrize("model", [MeasureDefinition, Benchmark])
def test_published_measures_and_benchmarks_refuse_to_be_changed(model: Any) -> None:
    services.load()

    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        model.objects.update(data={})
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        model.objects.all().delete()


def test_a_measure_that_says_something_else_under_its_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    services.load()
    real = services.content.read

    def changed(path: Any) -> Any:
        found = real(path)
        if path.name == "measures.json":
            found = {**found, "measures": [{**row, "label": "Another"} for row in found["measures"]]}
        return found

    monkeypatch.setattr(services.content, "read", changed)
    with pytest.raises(BadContent, match="higher version"):
        services.load()
