from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import TRAINERS, User
from belonging.core.errors import BelongingError
from belonging.home.roles import grant_pages
from belonging.home.tree import child, home_page
from belonging.notifications.services import notify
from belonging.outbox import services as outbox
from events.models import (
    HOLDS_PLACE,
    NEEDS_KEPT,
    Booking,
    BookingState,
    CalendarFeed,
    EventIndexPage,
    EventPage,
    new_token,
)

PLACE_KIND = "event_place"
REMINDER_KIND = "event_reminder"


class NotBookable(BelongingError):
    """The event is over or takes no bookings; the message says which."""


class SlotTaken(BelongingError):
    """Somebody was quicker."""


def events_index() -> EventIndexPage:
    summary = _("Webinars, school visits, work groups and twenty minutes with an expert.")
    page = child(home_page(), EventIndexPage(title=_("Events"), slug="events", summary=summary, show_in_menus=True))
    grant_pages(TRAINERS, page)
    return page


def load() -> str:
    return f"events page {events_index().pk}"


def _locked(event_id: int) -> EventPage:
    """The event, its row locked until the transaction ends: bookings of one event happen one after the other."""
    found: EventPage = EventPage.objects.select_for_update(of=("self",)).get(pk=event_id)
    return found


@transaction.atomic
def book(
    person: User, event_id: int, *, slot: str = "", wish: str = "", needs: str = "", now: datetime | None = None
) -> Booking:
    """Take a place, or a turn on the waiting list when all are taken.

    Booking twice gives back the first booking. Raises ``NotBookable`` and ``SlotTaken``.
    """
    now = now or timezone.now()
    event = _locked(event_id)
    mine = Booking.objects.active().filter(event=event, person=person).first()
    if mine:
        return mine
    if event.ends_at <= now:
        raise NotBookable(_("This event is over."))
    taken = Booking.objects.filter(event=event).holding().count()
    full = taken >= event.capacity
    if full and not event.has_waiting_list:
        raise NotBookable(_("All places are taken."))
    if slot and not full and Booking.objects.active().filter(event=event, slot=slot).exists():
        raise SlotTaken(_("Somebody has just taken this time. Choose another."))
    return Booking.objects.create(
        event=event,
        person=person,
        state=BookingState.WAITING if full else BookingState.BOOKED,
        slot="" if full else slot,
        wish=wish,
        needs=needs,
        joined_at=now,
        changed_at=now,
    )


@transaction.atomic
def give_back(booking_id: int, *, now: datetime | None = None) -> Booking:
    """Give a place or a turn back. The first person waiting gets the place and is told. Twice changes nothing."""
    now = now or timezone.now()
    event = _locked(Booking.objects.values_list("event_id", flat=True).get(pk=booking_id))
    booking = Booking.objects.select_for_update().get(pk=booking_id)
    if booking.state not in {BookingState.BOOKED, BookingState.WAITING} or event.ends_at <= now:
        return booking
    held, slot = booking.state == BookingState.BOOKED, booking.slot
    booking.state, booking.changed_at = BookingState.CANCELLED, now
    booking.needs = booking.wish = ""
    booking.save(update_fields=["state", "changed_at", "needs", "wish"])
    if held:
        _move_up(event, slot=slot, now=now)
    return booking


def _move_up(event: EventPage, *, slot: str, now: datetime) -> None:
    following = Booking.objects.filter(event=event).waiting().select_related("person").first()
    if following is None or Booking.objects.filter(event=event, state__in=HOLDS_PLACE).count() >= event.capacity:
        return
    following.state, following.slot, following.changed_at = BookingState.BOOKED, slot, now
    following.save(update_fields=["state", "slot", "changed_at"])
    words = _("You have a place now: %(event)s.") % {"event": event.title}
    key = f"place:{following.pk}"
    notify([following.person_id], reason="event", key=key, text=words, url=event.get_url() or "/events/")
    outbox.plan(kind=PLACE_KIND, key=str(following.pk), user=following.person, context={"booking": following.pk})


def forget_needs(now: datetime) -> int:
    """Delete what people needed to take part, a day after the event; returns how many."""
    return (
        Booking.objects.filter(event__ends_at__lte=now - NEEDS_KEPT)
        .exclude(needs="", wish="")
        .update(needs="", wish="")
    )


def calendar_feed(person: Any) -> CalendarFeed:
    return CalendarFeed.objects.get_or_create(person=person)[0]


def renew_calendar_feed(person: Any) -> CalendarFeed:
    """A new secret address; the old one stops working."""
    return CalendarFeed.objects.update_or_create(person=person, defaults={"token": new_token()})[0]


def reminders_due(now: datetime) -> list[tuple[Booking, int, datetime]]:
    """(booking, days before, due at) of every reminder whose day has come for an event that is still to start."""
    found = []
    rows = Booking.objects.filter(
        state=BookingState.BOOKED,
        event__starts_at__gt=now,
        event__starts_at__lt=now + timedelta(days=60),
        event__live=True,
    ).select_related("event")
    for booking in rows:
        # the nearest reminder that is due, so that somebody who books late is not reminded twice at once
        days = [days for days in booking.event.reminder_days if booking.event.starts_at - timedelta(days=days) <= now]
        if days:
            nearest = min(days)
            due_at = booking.event.starts_at - timedelta(days=nearest)
            if booking.changed_at <= due_at:
                found.append((booking, nearest, due_at))
    return found
