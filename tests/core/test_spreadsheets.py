from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from belonging.core.spreadsheets import csv_response, safe_cell


@pytest.mark.parametrize(
    "typed", ["=1+1", "+44 20", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "  =1+1", '=HYPERLINK("https://x")']
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(typed: str) -> None:
    assert safe_cell(typed) == f"'{typed}"


@pytest.mark.parametrize("value", ["Amara", "", "a=b", "1 + 1", -3, 2.5, None])
def test_other_texts_and_numbers_stay_as_they_are(value: Any) -> None:
    assert safe_cell(value) == value


def test_a_file_holds_only_safe_cells() -> None:
    response = csv_response([["Name", "Hours"], ["=cmd|' /C calc'!A0", -3]], name="people.csv")

    assert list(csv.reader(io.StringIO(response.content.decode()))) == [
        ["Name", "Hours"],
        ["'=cmd|' /C calc'!A0", "-3"],
    ]
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
