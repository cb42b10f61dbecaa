from __future__ import annotations

from typing import Any

import pytest

from belonging.core import content
from questionnaire.scoring import item_result, score, wilson
from questionnaire.services.instruments import FILE

INSTRUMENTS = {row["id"]: row for row in content.read(FILE)["instruments"]}
VECTORS = [
    pytest.param(row, vector, id=f"{row['id']}: {vector['name']}")
    for row in INSTRUMENTS.values()
    for vector in row["scoring"]["test_vectors"]
]


@pytest.mark.parametrize(("instrument", "vector"), VECTORS)
def test_score_is_what_the_file_expects(instrument: dict[str, Any], vector: dict[str, Any]) -> None:
    expected = vector["expected_score"]

    made = score(instrument, vector["answers"])

    assert made == (None if expected is None else pytest.approx(expected, abs=1e-6))


def test_a_reversed_item_counts_the_other_way_round() -> None:
    core = INSTRUMENTS["belonging-core"]
    turned = {**core, "items": [{**item, "reversed": item["code"] == "A1"} for item in core["items"]]}
    answers = dict.fromkeys(core["scoring"]["items"], 5)

    assert score(turned, answers) == pytest.approx((11 * 5 + 1 - 12) / (12 * 4) * 100)


@pytest.mark.parametrize("value", ["not_sure", None, 0, 6, True, "5", 4.0])
def test_what_is_not_on_the_scale_is_missing(value: Any) -> None:
    core = INSTRUMENTS["belonging-core"]

    found = item_result(core, "A1", [{"A1": value}, {"A1": 4}])

    assert found.answered == 1


def test_the_likely_range_of_a_share_is_wilsons() -> None:
    low, high = wilson(5, 10)

    assert (low, high) == (pytest.approx(23.66, abs=0.01), pytest.approx(76.34, abs=0.01))
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == pytest.approx(100)
