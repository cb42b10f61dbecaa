"""The demo's pages: pages.json holds the home page, six standard pages, a programme, a strategy and its consultation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from wagtail.models import Page, Site

from belonging.accounts import demo as people
from belonging.core import content
from belonging.core.blocks import plain_text, prose_from_file
from belonging.core.links import inline_html, preview, resolve
from belonging.home.models import SiteText, StandardPage, StrategyPage
from belonging.home.tree import child, home_page

FILE = Path(__file__).parent / "pages.json"
_RULES = {"community-guidelines", "privacy", "accessibility", "cookies"}


def pages_data() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = content.read(FILE)["pages"]
    return rows


def create() -> str:
    """Every page with its title, so that links between pages have a target."""
    site = content.read(FILE)["site"]
    SiteText.objects.filter(site=Site.objects.get(is_default_site=True), demo_banner="").update(
        tagline=site["tagline"], demo_banner=site["demo_banner"], footer=site["footer"]
    )
    home = home_page()
    for row in pages_data():
        if row["type"] == "home":
            continue
        kind = StrategyPage if row["type"] == "strategy" else StandardPage
        page = kind(title=row["title"], slug=row["slug"], search_description=row["search_description"][:255])
        page.summary = row.get("intro") or row["search_description"]
        if isinstance(page, StandardPage):
            page.in_footer_column = "rules" if row["slug"] in _RULES else "about"
        child(home, page)
    return f"{len(pages_data())} pages"


def connect() -> str:
    """Texts and links, once every other room's things are there. A page with a text is left as it is."""
    fill: dict[str, Callable[[dict[str, Any]], int]] = {"home": _home, "strategy": _strategy}
    changed = sum(fill.get(row["type"], _standard)(row) for row in pages_data())
    return f"{changed} texts written"


def _publish(page: Page) -> int:
    page.save_revision().publish()
    return 1


def _link(row: dict[str, Any] | None) -> dict[str, str]:
    if not row:
        return {"label": "", "url": ""}
    return {"label": row["label"], "url": resolve(row["target"]) or "/"}


def _home(row: dict[str, Any]) -> int:
    page = home_page()
    if plain_text(page.body):
        return 0
    hero = row["hero"]
    page.summary = row["search_description"]
    page.search_description = row["search_description"]
    page.seo_title = row["title"]
    page.hero_heading, page.hero_text, page.small_print = hero["heading"], hero["lede"], hero["small_print"]
    page.hero_first_label, page.hero_first_url = hero["primary_action"]["label"], "/accounts/signup/"
    second = _link(hero["secondary_action"])
    page.hero_second_label, page.hero_second_url = second["label"], second["url"]
    page.ways = [
        {"type": "way", "value": {"heading": way["heading"], "text": way["text"], "action": _link(way["action"])}}
        for way in row["paths"]
    ]
    about = row["what_is_belonging"]
    page.about_heading = about["heading"]
    page.body = prose_from_file(about["body"])
    page.about_link_label, page.about_link_url = _link(about["actions"][0]).values()
    page.start_heading = row["start_here"]["heading"]
    page.starts = [
        {"type": "start", "value": {"role": card["role"], "text": card["text"], "url": resolve(card["target"]) or "/"}}
        for card in row["start_here"]["cards"]
    ]
    featured = row["featured"]
    references = [f"topic:{slug}" for slug in featured["topics"]]
    references += [f"resource:{slug}" for slug in featured["resources"]]
    references += [f"course:{featured['course']}"] + [f"event:{slug}" for slug in featured["events"]]
    page.featured = [
        {"type": "item", "value": {"kind": hit.kind, "title": hit.title, "text": hit.text[:400], "url": hit.url}}
        for hit in map(preview, references)
        if hit
    ]
    page.quote, page.quote_by = row["member_quote"]["text"], row["member_quote"]["attribution"]
    closing = row["closing"]
    page.closing_heading, page.closing_text = closing["heading"], closing["text"]
    page.closing_link_label, page.closing_link_url = _link(closing["action"]).values()
    return _publish(page)


def _standard(row: dict[str, Any]) -> int:
    page = StandardPage.objects.get(slug=row["slug"])
    if plain_text(page.body):
        return 0
    body = prose_from_file(row["body"])
    if "timeline" in row:
        body += _timeline(row)
    if "questions" in row:
        body.append(_consultation(row))
    page.body = body
    return _publish(page)


def _timeline(row: dict[str, Any]) -> list[dict[str, Any]]:
    timeline = row["timeline"]
    steps = []
    for step in timeline["milestones"]:
        references = [f"resource:{slug}" for slug in step["resources"]]
        if step["course"]:
            references.append(f"course:{step['course']}")
        hits = [hit for hit in map(preview, references) if hit]
        steps.append(
            {
                "label": step["label"],
                "starts_on": step["month_starts_on"],
                "title": step["title"],
                "text": step["text"],
                "links": [{"label": hit.title[:80], "url": hit.url} for hit in hits],
            }
        )
    cohort = row["cohort"]
    by_id = people.people_by_id()
    facts = [
        {"name": "Programme lead", "text": by_id[cohort["lead"]].display_name},
        {"name": "Advisers", "text": ", ".join(by_id[key].display_name for key in cohort["advisers"])},
        {"name": "Schools", "text": f"{len(cohort['schools'])} in the demo cohort"},
    ]
    return [
        {"type": "timeline", "value": {"heading": timeline["heading"], "milestones": steps}},
        {"type": "people", "value": {"heading": "The cohort", "rows": facts}},
    ]


def _day(offset: int) -> str:
    return (timezone.localdate() + timedelta(days=offset)).isoformat()


def _consultation(row: dict[str, Any]) -> dict[str, Any]:
    by_id = people.people_by_id()
    return {
        "type": "consultation",
        "value": {
            "opens_on": _day(row["opens_offset_days"]),
            "closes_on": _day(row["closes_offset_days"]),
            "reply_due_on": _day(row["reply_due_offset_days"]),
            "decided_on": _day(row["cabinet_offset_days"]),
            "about_you": [
                f"{entry['label']} {' / '.join(entry['options'])}".strip() for entry in row["about_you"]["fields"]
            ],
            "questions": [
                {
                    "text": question["text"],
                    "help": question.get("help") or "",
                    "easy_read": question.get("easy_read") or "",
                    "options": question.get("options", []),
                }
                for question in row["questions"]
            ],
            "said": [
                {
                    "who": response["about"],
                    "said_on": _day(-response["days_ago"]),
                    "answers": [
                        {"question": question["text"], "answer": _answer(response["answers"].get(question["id"]))}
                        for question in row["questions"]
                        if question["id"] in response["answers"]
                    ],
                }
                for response in row["sample_responses"]
            ],
            "replies": [
                {
                    "asked": reply["asked"],
                    "reply": reply["reply"],
                    "author": by_id[reply["author"]].display_name,
                    "replied_on": _day(-reply["days_ago"]),
                }
                for reply in row["early_replies"]
            ],
        },
    }


def _answer(given: Any) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, list):
        return "; ".join(f"{number}. {choice}" for number, choice in enumerate(given, start=1))
    chosen = given.get("choice") or "; ".join(given.get("choices", []))
    return f"{chosen}. {given['comment']}" if given.get("comment") else str(chosen)


def _strategy(row: dict[str, Any]) -> int:
    page = StrategyPage.objects.get(slug=row["slug"])
    if plain_text(page.body):
        return 0
    by_id = people.people_by_id()

    def name(reference: str | None) -> str:
        return by_id[reference].display_name if reference in by_id else ""

    page.status, page.council = row["status"], row["council"]
    page.strapline, page.strapline_note = row["strapline"], row["strapline_note"]
    page.consultation_page = StandardPage.objects.filter(slug=row["consultation"]["page"]).first()
    page.consultation_opens_on = date.fromisoformat(_day(row["consultation"]["opens_offset_days"]))
    page.consultation_closes_on = date.fromisoformat(_day(row["consultation"]["closes_offset_days"]))
    page.body = prose_from_file(row["body"])
    page.priorities = [
        {
            "type": "priority",
            "value": {
                **{key: priority[key] for key in ("code", "title", "purpose", "how", "success", "strands")},
                "lead": name(priority["lead"]),
            },
        }
        for priority in row["priorities"]
    ]
    page.measures_intro = row["measures"]["intro"]
    page.measures = [
        {
            "type": "measure",
            "value": {
                **{key: m[key] for key in ("kind", "name", "definition", "baseline")},
                "target": m["target_2030"],
            },
        }
        for m in row["measures"]["rows"]
    ]
    page.also_reported = "\n".join(row["measures"]["also_reported"])
    page.partners = [
        {"type": "partner", "value": {"name": partner["name"], "brings": inline_html(partner["brings"])}}
        for partner in row["partners"]
    ]
    page.actions = [
        {
            "type": "action",
            "value": {
                **{key: action[key] for key in ("number", "priority", "title", "due_on", "status")},
                "lead": name(action["lead"]),
            },
        }
        for action in row["actions"]
    ]
    page.timeline_note = row["timeline_note"]
    return _publish(page)
