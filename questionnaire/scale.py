"""Anonymous answers for load tests: one closed round for each load-test school, answers spread evenly."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from psycopg.types.json import Jsonb

from belonging.accounts.scale import ANCHOR
from belonging.core.copying import copy_rows
from belonging.core.hooks import ScaleSize
from belonging.schools.models import School
from questionnaire.models import Answer, Instrument, Round

YEARS = ["7", "8", "9", "10", "11"]


def fill(size: ScaleSize) -> str:
    """``size.answers`` answers of the first instrument for pupils; the same seed again finds them there."""
    if not size.answers:
        return "no answers asked for"
    instrument = Instrument.objects.current().for_pupils().order_by("code").first()
    opener = get_user_model().objects.order_by("pk").first()
    if instrument is None or opener is None:
        return "no answers: load_content and a person come first"
    label = f"Load test {size.seed}"
    if Round.objects.filter(label=label).exists():
        return "the answers of this seed are there"
    chance = random.Random(size.seed * 11 + 3)  # noqa: S311  (load-test rows, no secret)
    rounds = [
        Round(
            school=school,
            instrument=instrument,
            label=label,
            opens_on=ANCHOR.date() - timedelta(days=30),
            closes_on=ANCHOR.date(),
            closed_at=ANCHOR,
            opened_by=opener,
            year_groups=YEARS,
        )
        for school in School.objects.filter(urn__startswith=f"S{size.seed}-").order_by("pk")
    ]
    Round.objects.bulk_create(rounds)
    items = [item["code"] for item in instrument.items]
    values = [row["value"] for row in instrument.scale_labels]
    copy_rows(
        Answer,
        ["id", "round_id", "instrument_version", "answered_on", "year_group", "values"],
        (
            (
                UUID(int=chance.getrandbits(128), version=4),
                rounds[n % len(rounds)].pk,
                instrument.version,
                ANCHOR.date(),
                YEARS[n % len(YEARS)],
                Jsonb({code: chance.choice(values) for code in items}),
            )
            for n in range(size.answers)
        ),
    )
    return f"{size.answers} answers in {len(rounds)} rounds"
