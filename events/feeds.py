"""Calendars by icalendar: times in UTC, stable UIDs, a sequence that grows when the page is published again."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from belonging.core.html import one_line, without_unseen
from events.models import EventPage


def calendar(events: Iterable[EventPage], *, name: str) -> bytes:
    host = urlsplit(settings.BASE_URL).hostname
    feed = Calendar()
    feed.add("prodid", f"-//{settings.SITE_NAME}//events//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", one_line(name))
    for event in events:
        entry = Event()
        entry.add("uid", f"event-{event.pk}@{host}")
        entry.add("dtstamp", event.last_published_at or event.starts_at)
        entry.add("dtstart", event.starts_at)
        entry.add("dtend", event.ends_at)
        entry.add("summary", one_line(event.title))
        entry.add("description", without_unseen(event.summary))
        entry.add("url", f"{settings.BASE_URL}{event.get_url() or '/events/'}")
        if event.venue_name:
            entry.add("location", one_line(f"{event.venue_name}, {event.venue_address}"))
        feed.add_component(entry)
    return bytes(feed.to_ical())
