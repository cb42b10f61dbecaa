from __future__ import annotations

import threading
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from icalendar import Calendar

from belonging.home.tree import child
from belonging.notifications.models import Notification
from belonging.outbox.models import OutgoingEmail
from community.models import SpaceMembership, Visibility
from events import services
from events.models import Booking, BookingState, EventPage
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db
_numbers = count(1)


def event(*, in_days: float = 7, **fields: Any) -> EventPage:
    starts = timezone.now() + timedelta(days=in_days)
    values: dict[str, Any] = {
        "capacity": 2,
        "visibility": "members",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=1),
    }
    page = EventPage(title="Walk", slug=f"walk-{next(_numbers)}", summary="A walk", **{**values, **fields})
    return child(services.events_index(), page)


def test_a_place_is_booked_once_however_often_one_asks() -> None:
    page, user = event(), person()

    first, second = services.book(user, page.pk), services.book(user, page.pk)

    assert first.pk == second.pk
    assert first.state == BookingState.BOOKED


def test_who_comes_late_waits_and_moves_up_when_a_place_is_given_back() -> None:
    page = event(capacity=1)
    first, second, third = person(), person(), person()
    held = services.book(first, page.pk)
    waiting, last = services.book(second, page.pk), services.book(third, page.pk)
    assert (waiting.state, last.state) == (BookingState.WAITING, BookingState.WAITING)

    services.give_back(held.pk)
    waiting.refresh_from_db()
    last.refresh_from_db()

    assert (waiting.state, last.state) == (BookingState.BOOKED, BookingState.WAITING)
    assert Notification.objects.filter(user=second, reason="event").count() == 1
    assert OutgoingEmail.objects.filter(kind="event_place", user=second).count() == 1


def test_giving_back_twice_moves_one_person_up() -> None:
    page = event(capacity=1)
    held = services.book(person(), page.pk)
    for _number in range(2):
        services.book(person(), page.pk)

    services.give_back(held.pk)
    services.give_back(held.pk)

    assert Booking.objects.filter(event=page, state=BookingState.BOOKED).count() == 1


def test_nobody_books_an_event_that_is_over() -> None:
    page = event(in_days=-3)

    with pytest.raises(services.NotBookable):
        services.book(person(), page.pk)


def test_two_people_cannot_have_the_same_time_with_an_expert() -> None:
    page = event(capacity=6, slot_times=["15:30", "15:54"])
    services.book(person(), page.pk, slot="15:30")

    response = signed_in(person()).post(f"/events/{page.pk}/book/", {"slot": "15:30"})

    assert response.status_code == 422
    assert response.context["form"].errors["slot"]


def test_a_space_s_event_is_there_for_its_members_alone() -> None:
    where, member = space(Visibility.CLOSED), person()
    SpaceMembership.objects.create(space=where, user=member, confirmed_at=timezone.now())
    page = event(visibility="space", space_slug=where.slug)

    assert signed_in(member).get(page.get_url()).status_code == 200
    assert signed_in(person()).get(page.get_url()).status_code == 404
    assert signed_in(person()).post(f"/events/{page.pk}/book/").status_code == 404


def test_a_visitor_is_asked_to_sign_in_for_a_members_event(client: Any) -> None:
    response = client.get(event().get_url())

    assert response["Location"].startswith("/accounts/login/")


def test_the_public_calendar_names_public_events_only(client: Any) -> None:
    shown, hidden = event(visibility="public"), event(visibility="members")

    feed = Calendar.from_ical(client.get("/events/calendar.ics").content)

    uids = [str(entry["uid"]) for entry in feed.walk("vevent")]
    assert any(uid.startswith(f"event-{shown.pk}@") for uid in uids)
    assert not any(uid.startswith(f"event-{hidden.pk}@") for uid in uids)


def test_my_calendar_has_my_events_and_a_new_address_ends_the_old_one(client: Any) -> None:
    page, user = event(), person()
    services.book(user, page.pk)
    old = f"/me/calendar/{services.calendar_feed(user).token}.ics"
    assert b"SUMMARY:Walk" in client.get(old).content

    signed_in(user).post("/me/calendar/renew/")

    assert client.get(old).status_code == 404


def test_what_people_need_is_deleted_the_day_after() -> None:
    page = event(in_days=-2)
    Booking.objects.create(
        event=page,
        person=person(),
        state="attended",
        needs="A ramp",
        joined_at=timezone.now(),
        changed_at=timezone.now(),
    )

    services.forget_needs(timezone.now())

    assert Booking.objects.get().needs == ""


def test_a_reminder_is_due_once_a_week_and_once_a_day_before() -> None:
    page = event(in_days=0.5, reminder_days=[7, 1])
    early = timezone.now() - timedelta(days=20)
    booking = Booking.objects.create(event=page, person=person(), state="booked", joined_at=early, changed_at=early)

    due = services.reminders_due(timezone.now())

    assert [(found.pk, days) for found, days, _at in due] == [(booking.pk, 1)]


def test_who_books_at_the_last_minute_is_not_reminded() -> None:
    page = event(in_days=0.5, reminder_days=[7, 1])
    services.book(person(), page.pk)

    assert services.reminders_due(timezone.now()) == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_ten_who_want_the_last_three_places_at_once_three_get_one() -> None:
    page = event(capacity=3)
    people = [person() for _number in range(10)]
    barrier = threading.Barrier(10)

    def book(user: Any) -> None:
        barrier.wait()
        services.book(user, page.pk)
        connections.close_all()

    threads = [threading.Thread(target=book, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    states = list(Booking.objects.filter(event=page).values_list("state", flat=True))
    assert (states.count("booked"), states.count("waiting")) == (3, 7)
