"""Imports the Department for Education's register of schools (GIAS), by column name, so that old and new layouts both load.

Names, telephone numbers and addresses of people stand in the register too; they are never read.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from belonging.core.errors import BelongingError
from belonging.schools.models import ImportRun, School

BATCH = 2000
MOST_BYTES = 300 * 1024 * 1024
REQUIRED = ("URN", "EstablishmentName")
TEXT_COLUMNS = {
    "name": "EstablishmentName",
    "phase": "PhaseOfEducation (name)",
    "type": "TypeOfEstablishment (name)",
    "status": "EstablishmentStatus (name)",
    "gender": "Gender (name)",
    "religious_character": "ReligiousCharacter (name)",
    "la_code": "LA (code)",
    "la_name": "LA (name)",
    "establishment_number": "EstablishmentNumber",
    "ukprn": "UKPRN",
    "street": "Street",
    "locality": "Locality",
    "address3": "Address3",
    "town": "Town",
    "county": "County (name)",
    "postcode": "Postcode",
    "website": "SchoolWebsite",
    "region": "GOR (name)",
}
FIELDS = [*TEXT_COLUMNS, "closed", "opened_on", "closed_on", "low_age", "high_age"]


class BadFile(BelongingError):
    """The file is not the register; nothing was changed."""


@dataclass
class Report:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.created + self.changed + self.unchanged + len(self.refused)


def import_file(path: Path) -> Report:
    """Load the register in one transaction; the same file twice changes nothing. Raises ``BadFile``."""
    started = timezone.now()
    data = _read(path)
    report = Report()
    with transaction.atomic():
        known = {school.urn: school for school in School.objects.only("urn", *FIELDS)}
        seen: set[str] = set()
        batch: list[School] = []
        for line, row in _rows(_decode(data)):
            try:
                values = _values(row)
                urn = _urn(row, seen)
            except ValueError as error:
                report.refused.append((line, str(error)))
                continue
            seen.add(urn)
            report.closed += values["closed"]
            old = known.get(urn)
            if old is None:
                report.created += 1
            elif all(getattr(old, name) == value for name, value in values.items()):
                report.unchanged += 1
                continue
            else:
                report.changed += 1
            batch.append(School(urn=urn, **values))
            if len(batch) >= BATCH:
                _write(batch)
                batch = []
        _write(batch)
        if not seen:
            raise BadFile("No row of the file could be loaded. Is it the register of schools?")
        ImportRun.objects.create(
            started_at=started, finished_at=timezone.now(), file_sha256=hashlib.sha256(data).hexdigest(),
            created=report.created, changed=report.changed, unchanged=report.unchanged, refused=report.refused[:1000],
        )  # fmt: skip
    return report


def _write(batch: list[School]) -> None:
    School.objects.bulk_create(batch, update_conflicts=True, unique_fields=["urn"], update_fields=FIELDS)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadFile("The file is larger than 300 MB; the register is about 60 MB.")
        with path.open("rb") as file:
            if b"\x00" in file.read(65536):
                raise BadFile("The file holds NUL bytes: it is not a CSV. Download it again.")
            file.seek(0)
            data = file.read()
    except OSError as error:
        raise BadFile(f"The file cannot be read: {error.strerror}.") from None
    if b"\x00" in data:
        raise BadFile("The file holds NUL bytes: it is not a CSV. Download it again.")
    return data


def _decode(data: bytes) -> str:
    """UTF-8 with or without a mark, or cp1252, which the register comes in."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("The file is neither UTF-8 nor Windows text (cp1252). Save it again as CSV UTF-8.")


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        header = reader.fieldnames or []
        missing = [name for name in REQUIRED if name not in header]
        if missing:
            raise BadFile(f"The file has no column {' and no column '.join(missing)}. Is it the register of schools?")
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise BadFile(f"The file is not a CSV (line {reader.line_num}: {error}).") from None


def _urn(row: dict[str, str], seen: set[str]) -> str:
    urn = (row["URN"] or "").strip()
    if not urn.isdecimal() or len(urn) > 8:
        raise ValueError(f"URN {urn!r} is not a number" if urn else "no URN")
    if urn in seen:
        raise ValueError(f"URN {urn} is there twice")
    return urn


def _values(row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, column in TEXT_COLUMNS.items():
        text = " ".join((row.get(column) or "").split())
        most = getattr(School._meta.get_field(name), "max_length", None)
        values[name] = text if most is None else text[:most]
    if not values["name"]:
        raise ValueError("no name")
    values["closed"] = values["status"] == "Closed"
    values["opened_on"] = _date(row.get("OpenDate"), "OpenDate")
    values["closed_on"] = _date(row.get("CloseDate"), "CloseDate")
    values["low_age"] = _age(row.get("StatutoryLowAge"))
    values["high_age"] = _age(row.get("StatutoryHighAge"))
    return values


def _date(text: str | None, column: str) -> date | None:
    text = (text or "").strip()
    if not text:
        return None
    for form in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day, no moment)
        except ValueError:
            continue
    raise ValueError(f"{column} {text!r} is not a date")


def _age(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isdecimal() and len(text) < 4 else None
