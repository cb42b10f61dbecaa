"""Twenty-four resources from resources.json."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from belonging.accounts import demo as people
from belonging.core import content
from belonging.core.blocks import plain_text, prose_from_file
from belonging.home.tree import child
from resources.models import RelatedResource, ResourcePage
from resources.services import library

FILE = Path(__file__).parent / "resources.json"
FROM_DISCUSSIONS = ["eye-gaze-and-voting-how-long-should-you-wait"]


def resources_data() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = content.read(FILE)["resources"]
    return rows


def create() -> str:
    by_id = people.people_by_id()
    shelf = library()
    there = set(ResourcePage.objects.values_list("slug", flat=True))
    for row in resources_data():
        if row["slug"] in there:
            continue
        video = row.get("video", {})
        child(
            shelf,
            ResourcePage(
                title=row["title"],
                slug=row["slug"],
                summary=row["summary"],
                search_description=row["summary"][:255],
                kind=row["type"],
                author=by_id[row["author"]],
                published_on=date.fromisoformat(row["published"]),
                audience=row["audience"],
                phases=row["phases"],
                settings=row["settings"],
                focus=row["focus_tags"],
                strands=row["strands"],
                licence=row["licence"],
                minutes_to_read=row["minutes_to_read"],
                evidence_strength=row["evidence_strength"],
                evidence_reason=row["evidence_reason"],
                video_seconds=video.get("duration_seconds"),
                video_languages=", ".join(video.get("languages", [])),
                sources=[{"type": "source", "value": source} for source in row["sources"]],
            ),
        )
    return f"{ResourcePage.objects.count()} resources"


def publish_answers() -> str:
    """Publish what an editor has looked at: the demo's one answer that came from a discussion."""
    waiting = ResourcePage.objects.exclude(source_url="").filter(live=False, slug__in=FROM_DISCUSSIONS)
    published = 0
    for page in waiting:
        draft = page.get_latest_revision_as_object()
        draft.audience, draft.phases = ["SENCO", "Support staff"], ["primary", "secondary"]
        draft.save_revision(user=people.member("admin@demo.example")).publish()
        published += 1
    return f"{published} answers published"


def connect() -> str:
    """Bodies and related resources, once every link has its target."""
    pages = {page.slug: page for page in ResourcePage.objects.all()}
    written = 0
    for row in resources_data():
        page = pages[row["slug"]]
        if plain_text(page.body):
            continue
        page.body = prose_from_file(row["body"])
        page.related_links = [
            RelatedResource(target=pages[slug], sort_order=order)
            for order, slug in enumerate(row["related"])
            if slug in pages
        ]
        page.save_revision().publish()
        written += 1
    return f"{written} texts written"
