"""Schools for load tests, with reference numbers that the register does not use."""

from __future__ import annotations

from belonging.core.hooks import ScaleSize
from belonging.schools.models import School


def fill(size: ScaleSize) -> str:
    """``size.schools`` invented schools; the same seed again finds them there."""
    rows = [
        School(urn=f"S{size.seed}-{number}", name=f"Load test school {number}") for number in range(1, size.schools + 1)
    ]
    School.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    return f"{size.schools} schools"
