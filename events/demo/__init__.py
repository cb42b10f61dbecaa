"""Ten events from events.json; dates count from the day the demo is loaded."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from belonging.accounts import demo as people
from belonging.core import content
from belonging.core.blocks import plain_text, rich
from belonging.core.links import preview
from belonging.home.tree import child
from events import services
from events.models import Booking, BookingState, EventPage, EventPerson

FILE = Path(__file__).parent / "events.json"


def events_data() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = content.read(FILE)["events"]
    return rows


def create() -> str:
    by_id = people.people_by_id()
    shelf = services.events_index()
    today = timezone.localdate()
    for row in events_data():
        if EventPage.objects.filter(slug=row["slug"]).exists():
            continue
        venue = row.get("venue", {})
        first = first_day(row["starts"], today=today)
        zone = ZoneInfo(row["timezone"])
        starts_at = datetime.combine(first, time.fromisoformat(row["starts"]["time"]), zone)
        slots = row.get("slots", {})
        page = child(
            shelf,
            EventPage(
                title=row["title"],
                slug=row["slug"],
                summary=row["summary"],
                search_description=row["summary"][:255],
                kind=row["type"],
                online=row["delivery"] != "in_person",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=row["duration_minutes"]),
                time_zone=row["timezone"],
                capacity=row["capacity"],
                online_capacity=row.get("online_capacity"),
                has_waiting_list=row["waiting_list"]["enabled"],
                visibility=row["visibility"],
                space_slug=row.get("space", ""),
                audience=", ".join(row["audience"]),
                strands=row["strands"],
                tags=row.get("tags", []),
                price=row["price"],
                cpd_hours=row["cpd_hours"],
                accessibility=row["accessibility"],
                venue_name=venue.get("name", ""),
                venue_address=venue.get("address", ""),
                venue_travel=venue.get("travel", ""),
                join_url=row.get("join_url", ""),
                slot_times=[item["time"] for item in slots.get("items", [])],
                slot_minutes=slots.get("length_minutes"),
                reminder_days=row["reminders_days_before"],
                body=[{"type": "paragraph", "value": "".join(rich(text) for text in row["description"])}],
                sessions=_sessions(row, first),
                recording_seconds=row.get("recording", {}).get("duration_seconds"),
            ),
        )
        for order, reference in enumerate([*row["facilitators"], *row.get("speakers", [])]):
            speaks = reference in row.get("speakers", [])
            EventPerson.objects.create(page=page, person=by_id[reference], speaks=speaks, sort_order=order)
        _bookings(page, row, by_id)
    return f"{EventPage.objects.count()} events, {Booking.objects.active().count()} bookings"


def first_day(starts: dict[str, Any], *, today: date) -> date:
    """The day in ``offset_days``; a weekend moves on; a monthly series snaps to the second Wednesday on or after."""
    day = today + timedelta(days=starts["offset_days"])
    if "snap_to" in starts or any("snap" in key for key in starts):
        while not _is_second_wednesday(day):
            day += timedelta(days=1)
        return day
    if day.weekday() >= 5 and starts.get("on_weekend") == "next_monday":
        day += timedelta(days=7 - day.weekday())
    return day


def _is_second_wednesday(day: date) -> bool:
    return day.weekday() == 2 and 8 <= day.day <= 14


def _sessions(row: dict[str, Any], first: date) -> list[dict[str, Any]]:
    found = []
    day = first
    for meeting in row.get("recurrence", {}).get("meetings", []):
        value = {"on": day.isoformat(), "title": meeting["title"], "task": meeting.get("task") or ""}
        found.append({"type": "session", "value": value})
        day += timedelta(days=20)
        while not _is_second_wednesday(day):
            day += timedelta(days=1)
    return found


def _bookings(page: EventPage, row: dict[str, Any], by_id: dict[str, Any]) -> None:
    """As the file has them; a file that says "full" names fewer people than places, so the rest is filled up."""
    slot_of = {item["booked_by"]: item for item in row.get("slots", {}).get("items", []) if item["booked_by"]}
    joined = min(page.starts_at, timezone.now()) - timedelta(days=10)
    rows = []
    attended = set(row.get("attended", []))
    for number, reference in enumerate(dict.fromkeys([*row["bookings"], *row.get("attended", [])])):
        slot = slot_of.get(reference, {})
        rows.append(
            Booking(
                event=page,
                person=by_id[reference],
                state=BookingState.ATTENDED if reference in attended else BookingState.BOOKED,
                slot=slot.get("time", ""),
                wish=slot.get("topic", ""),
                joined_at=joined + timedelta(minutes=number),
                changed_at=joined + timedelta(minutes=number),
            )
        )
    for number, reference in enumerate(row["waiting_list"]["members"]):
        moment = joined + timedelta(days=1, minutes=number)
        state = BookingState.WAITING
        rows.append(Booking(event=page, person=by_id[reference], state=state, joined_at=moment, changed_at=moment))
    Booking.objects.bulk_create(rows)


def connect() -> str:
    """What to read, and what people said, once resources can be linked."""
    written = 0
    by_id = people.people_by_id()
    for row in events_data():
        page = EventPage.objects.get(slug=row["slug"])
        if plain_text(page.reading) or page.last_published_at:
            continue
        hits = [hit for hit in (preview(f"resource:{slug}") for slug in row["resources"]) if hit]
        page.reading = [{"type": "link", "value": {"title": hit.title, "url": hit.url}} for hit in hits]
        said = [{"text": voice["text"], "who": ""} for voice in row.get("feedback", [])]
        said += [
            {"text": answer["what_changed"], "who": by_id[answer["member"]].display_name}
            for answer in row.get("follow_up_answers", [])
        ]
        page.voices = [{"type": "voice", "value": value} for value in said]
        page.save_revision().publish()
        written += 1
    return f"{written} events linked"
