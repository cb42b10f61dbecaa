from __future__ import annotations

from community.models import Thank, Topic
from community.services.recount import recount, recount_spaces


def test_the_counters_of_the_demo_say_what_its_rows_say(demo: None) -> None:
    differences = recount(Topic.objects.values_list("pk", flat=True)) + recount_spaces()

    assert [str(found) for found in differences] == []
    assert Thank.objects.count() > 100
