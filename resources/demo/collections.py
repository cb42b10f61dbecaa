"""Two collections of the demo: one for everybody, one of the SENCO network. They come when the spaces are there."""

from __future__ import annotations

from typing import Any

from belonging.accounts import demo as people
from resources.collecting import add_resource, make_collection
from resources.models import Collection, ResourcePage, spaces

START = "start-with-these"
START_ITEMS = [
    ("what-belonging-is-and-how-to-tell", "Twenty minutes that save an argument about words."),
    ("belonging-schools-in-ten-minutes", "What pupils said, before what adults think of it."),
    ("larkfield-safe-places-map", "A first thing to do with pupils: a map, a walk, a list."),
    ("reading-small-numbers", "Before anybody looks at a chart of eleven pupils."),
    ("two-page-belonging-plan", ""),
]
NETWORK = "senco-network"
NETWORK_ITEMS = [
    ("hearing-pupils-who-do-not-speak", "Ask here first, before the pupil’s questionnaire."),
    ("ebsa-early-signs-record", "The sheet we fill in together at the September meeting."),
    ("planning-a-return-to-school", ""),
    ("foxglove-choice-boards-council", "Choice boards that worked, and the two that did not."),
    ("video-case-discussion", "Watch it with your teaching assistants, not on your own."),
]


def connect() -> str:
    network = spaces().get(slug=NETWORK)
    if not Collection.objects.filter(slug=START).exists():
        made = make_collection(
            title="Start with these", description="Five things to read before a school’s first round, in this order."
        )
        _fill(START_ITEMS, by=people.member("admin@demo.example"), collection=made)
    if not Collection.objects.filter(space=network).exists():
        made = make_collection(space=network, description="What we keep sending each other, in one place.")
        _fill(NETWORK_ITEMS, by=people.people_by_id()["m03"], collection=made)
    return f"{Collection.objects.count()} collections"


def _fill(items: list[tuple[str, str]], *, by: Any, collection: Collection) -> None:
    pages = {page.slug: page for page in ResourcePage.objects.filter(slug__in=[slug for slug, _note in items])}
    for slug, note in items:
        add_resource(pages[slug], by=by, collection=collection, note=note)
