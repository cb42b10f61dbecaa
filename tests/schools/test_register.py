from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from belonging.schools.models import ImportRun, School

pytestmark = pytest.mark.django_db

HEADER = [
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)", "OpenDate", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge",
    "Gender (name)", "ReligiousCharacter (name)", "UKPRN", "Street", "Locality", "Address3", "Town", "County (name)",
    "Postcode", "SchoolWebsite", "GOR (name)",
]  # fmt: skip
SCHOOL = dict(
    zip(
        HEADER,
        [
            "100001", "201", "City of London", "6005", "St Mary’s", "Academy", "Open", "01-01-1920", "Primary", "4", "11", "Mixed",
            "None", "10013279", "Long Lane", "", "", "London", "", "EC2Y 8BB", "http://example.org", "London",
        ],
        strict=True,
    )
)  # fmt: skip
# What today's file has besides: names of people among them.
TODAY = [
    "CloseDate",
    "HeadTitle (name)",
    "HeadFirstName",
    "HeadLastName",
    "TelephoneNum",
    *(f"More {n}" for n in range(112)),
]


def write(path: Path, rows: list[dict[str, str]], header: list[str] = HEADER, encoding: str = "cp1252") -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def load(path: Path) -> str:
    said = io.StringIO()
    call_command("import_gias", str(path), stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_a_register_loads_whatever_it_was_saved_as(tmp_path: Path, encoding: str) -> None:
    load(write(tmp_path / "gias.csv", [SCHOOL], encoding=encoding))

    found = School.objects.get()
    assert (found.urn, found.name, found.postcode, found.low_age) == ("100001", "St Mary’s", "EC2Y 8BB", 4)


def test_today_s_layout_loads_and_no_person_s_name_is_kept(tmp_path: Path) -> None:
    row = {
        **SCHOOL,
        "CloseDate": "31-08-2025",
        "EstablishmentStatus (name)": "Closed",
        "HeadFirstName": "Verena",
        "HeadLastName": "Quist",
    }

    load(write(tmp_path / "gias.csv", [row], [*HEADER, *TODAY]))

    stored = str(School.objects.values().get())
    assert "Verena" not in stored
    assert "Quist" not in stored
    assert School.objects.get().closed
    assert str(School.objects.get().closed_on) == "2025-08-31"


def test_the_same_file_twice_changes_nothing_and_a_changed_row_changes_one(tmp_path: Path) -> None:
    second = {**SCHOOL, "URN": "100002", "EstablishmentName": "Other"}
    load(write(tmp_path / "gias.csv", [SCHOOL, second]))
    pks = list(School.objects.order_by("urn").values_list("pk", flat=True))

    again = load(tmp_path / "gias.csv")
    changed = load(write(tmp_path / "gias.csv", [SCHOOL, {**second, "EstablishmentStatus (name)": "Closed"}]))

    assert "0 new, 0 changed, 2 unchanged" in again
    assert "0 new, 1 changed, 1 unchanged, 1 closed" in changed
    assert list(School.objects.order_by("urn").values_list("pk", flat=True)) == pks


def test_a_school_that_is_no_longer_in_the_file_stays(tmp_path: Path) -> None:
    load(write(tmp_path / "gias.csv", [SCHOOL]))

    load(write(tmp_path / "gias.csv", [{**SCHOOL, "URN": "100009"}]))

    assert School.objects.filter(urn="100001").exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"URN": ""}, "no URN"),
        ({"URN": "12x"}, "not a number"),
        ({"EstablishmentName": ""}, "no name"),
        ({"OpenDate": "31-02-2020"}, "OpenDate"),
        ({"URN": "100001"}, "twice"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_reason_and_the_rest_loads(
    tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    bad = {**SCHOOL, "URN": "100002", **change}

    said = load(write(tmp_path / "gias.csv", [SCHOOL, bad]))

    assert "line 3 refused" in said
    assert reason in said
    assert School.objects.count() == 1
    assert ImportRun.objects.get().refused[0][0] == 3


BAD_FILES: dict[str, Any] = {
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "zeros": b"\x00" * 1_000_000,
    "another CSV": b"name,age\nA,1\n",
    "nothing": b"",
    "UTF-16": ",".join(HEADER).encode("utf-16"),
    "a header alone": ",".join(HEADER).encode(),
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_is_not_the_register_changes_nothing_and_says_why(tmp_path: Path, content: bytes) -> None:
    load(write(tmp_path / "gias.csv", [SCHOOL]))
    path = tmp_path / "bad.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match="Nothing was changed"):
        load(path)

    assert School.objects.count() == 1
    assert ImportRun.objects.count() == 1


def test_two_hundred_megabytes_of_zeros_are_refused_without_reading_them_all(tmp_path: Path) -> None:
    path = tmp_path / "zeros.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)

    with pytest.raises(CommandError, match="NUL"):
        load(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        load(tmp_path / "nowhere.csv")
