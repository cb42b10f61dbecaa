from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from events import services
from events.feeds import calendar
from events.forms import BookForm
from events.models import HOLDS_PLACE, Booking, BookingState, CalendarFeed, EventPage, Visibility, visible_event_or_404

PAST_SHOWN = 20
FEED_MOST = 500


def index_context(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    visible = EventPage.objects.visible_to(request.user)
    tag = request.GET.get("tag", "").replace("\x00", "")[:40]
    if tag:
        visible = visible.tagged(tag)
    states = dict(Booking.objects.of(request.user).active().values_list("event_id", "state"))
    upcoming, past = list(visible.upcoming(now)[:100]), list(visible.past(now)[:PAST_SHOWN])
    for page in [*upcoming, *past]:
        page.my_state = states.get(page.pk, "")
    return {
        "upcoming": upcoming,
        "past": past,
        "tag": tag,
        "feed": services.calendar_feed(request.user) if request.user.is_authenticated else None,
    }


def event(request: HttpRequest, page: EventPage) -> HttpResponse:
    """An event as this person may see it; visitors who may not are asked to sign in, outsiders get a 404."""
    if not EventPage.objects.visible_to(request.user).filter(pk=page.pk).exists():
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    return render(request, "events/event_page.html", event_context(request, page))


def event_context(request: HttpRequest, page: EventPage, *, form: BookForm | None = None) -> dict[str, Any]:
    mine = Booking.objects.of(request.user).active().filter(event=page).first()
    rows = Booking.objects.filter(event=page)
    counted = dict(rows.values_list("state").annotate(number=Count("pk")))
    taken, waiting = sum(counted.get(state, 0) for state in HOLDS_PLACE), counted.get(BookingState.WAITING, 0)
    queue = rows.waiting().values_list("pk", flat=True) if mine and mine.state == BookingState.WAITING else []
    people = list(page.people.select_related("person"))
    used = set(rows.active().exclude(slot="").values_list("slot", flat=True)) if page.slot_times else set()
    full = taken >= page.capacity
    return {
        "page": page,
        "mine": mine,
        "taken": min(taken, page.capacity),
        "full": full,
        "waiting": waiting,
        "place_in_queue": list(queue).index(mine.pk) + 1 if mine and queue else waiting + 1,
        "form": form or BookForm(slots=[] if full else free_slots(page, used)),
        "slots": [(moment, text in used) for moment, text in zip(page.slots, page.slot_times, strict=True)],
        "facilitators": [row.person for row in people if not row.speaks],
        "speakers": [row.person for row in people if row.speaks],
        "coming": _coming(request, rows, taken),
        "breadcrumbs": [*page.get_breadcrumbs(), {"label": page.title, "url": ""}],
    }


def _coming(request: HttpRequest, rows: Any, taken: int) -> dict[str, Any] | None:
    """First names of some who come, for members; nothing for visitors."""
    if not request.user.is_authenticated:
        return None
    some = [row.person for row in rows.holding().select_related("person").order_by("joined_at", "pk")[:5]]
    return {"some": some, "others": max(0, taken - len(some))}


def free_slots(page: EventPage, used: set[str]) -> list[tuple[str, str]]:
    return [(text, text) for text in page.slot_times if text not in used]


@require_POST
@login_required
def book(request: HttpRequest, event_id: int) -> HttpResponse:
    page = visible_event_or_404(request.user, event_id)
    used = set(Booking.objects.active().filter(event=page).exclude(slot="").values_list("slot", flat=True))
    full = Booking.objects.filter(event=page).holding().count() >= page.capacity
    form = BookForm(request.POST, slots=[] if full else free_slots(page, used))
    if not form.is_valid():
        return render(request, "events/event_page.html", event_context(request, page, form=form), status=422)
    try:
        booking = services.book(request.user, page.pk, **form.cleaned_data)  # type: ignore[arg-type]
    except services.SlotTaken as error:
        form.add_error(None, str(error))
        return render(request, "events/event_page.html", event_context(request, page, form=form), status=409)
    except services.NotBookable as error:
        messages.info(request, str(error))
        return redirect(page.get_url(request))
    if booking.state == BookingState.WAITING:
        messages.success(request, _("You are on the waiting list. We tell you as soon as you have a place."))
    else:
        messages.success(request, _("You have a place."))
    return redirect(page.get_url(request))


@require_POST
@login_required
def give_back(request: HttpRequest, event_id: int) -> HttpResponse:
    page = visible_event_or_404(request.user, event_id)
    booking = get_object_or_404(Booking.objects.of(request.user).active(), event=page)
    services.give_back(booking.pk)
    messages.success(request, _("Thank you for giving it back: it goes to the next person."))
    return redirect(page.get_url(request))


def _ics(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


@require_safe
def public_calendar(request: HttpRequest) -> HttpResponse:
    """Public events to come, for any calendar program."""
    events = EventPage.objects.live().public().filter(visibility=Visibility.PUBLIC).upcoming(timezone.now())[:FEED_MOST]
    return _ics(calendar(events, name=_("Belonging Commons: events")))


@require_safe
@never_cache
def my_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """A person's booked events. The address is the key, so that a calendar program can read it without signing in."""
    feed = get_object_or_404(CalendarFeed.objects.select_related("person").filter(person__is_active=True), token=token)
    if feed.person.is_suspended():
        raise Http404
    booked = Booking.objects.filter(person=feed.person, state__in=[BookingState.BOOKED, BookingState.ATTENDED])
    events = EventPage.objects.visible_to(feed.person).filter(pk__in=booked.values("event_id")).order_by("-starts_at")
    response = _ics(calendar(events[:FEED_MOST], name=_("My events")))
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
@login_required
def renew_calendar(request: HttpRequest) -> HttpResponse:
    services.renew_calendar_feed(request.user)
    messages.success(request, _("Your calendar has a new address. The old one no longer works."))
    return redirect("/events/")
