from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

from belonging.core.hooks import (
    CompletionSource,
    Contributions,
    DashboardCard,
    DemoContent,
    DigestItem,
    DigestSection,
    DueWork,
    LinkCard,
    LinkTarget,
    Mail,
    MailKind,
    MailRow,
    NotWanted,
    PersonalData,
    Reminder,
    ReminderRule,
    SearchHit,
    SearchSource,
    SpaceFacts,
    SpacePanel,
    StandardContent,
    Suggestion,
    Viewer,
)
from belonging.core.searching import ranked
from events import demo, services
from events.models import Booking, BookingState, EventPage, EventPerson, Visibility


@hooks.register("standard_content")
def standard_content() -> list[StandardContent]:
    return [StandardContent("events", 32, services.load)]


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [DemoContent("events", 50, demo.create, demo.connect)]


@hooks.register("due_work")
def due_work() -> list[DueWork]:
    return [DueWork("events.forget_needs", services.forget_needs)]


@hooks.register("link_targets")
def link_targets() -> list[LinkTarget]:
    return [LinkTarget("event", _url, _describe)]


def _url(slug: str) -> str | None:
    page = EventPage.objects.live().filter(slug=slug).first()
    return page.get_url() if page else None


def _describe(slug: str) -> SearchHit | None:
    page = EventPage.objects.live().public().filter(slug=slug, visibility=Visibility.PUBLIC).first()
    return _hit(page) if page else None


@hooks.register("link_cards")
def link_cards() -> list[LinkCard]:
    return [LinkCard("/events/", _describe_path)]


def _describe_path(path: str) -> SearchHit | None:
    hit = _describe(path.rstrip("/").rsplit("/", 1)[-1])
    return hit if hit and hit.url == path else None


@hooks.register("search_sources")
def search_sources() -> list[SearchSource]:
    return [SearchSource("events", _("Events"), _search, _hit)]


def _search(viewer: Viewer, query: str) -> QuerySet[Any]:
    found: QuerySet[Any] = ranked(EventPage.objects.visible_to(viewer), query)
    return found


def _when(page: EventPage) -> str:
    return f"{page.local_start:%a} {page.local_start.day} {page.local_start:%b, %H:%M}"


def _hit(page: EventPage) -> SearchHit:
    return SearchHit(page.title, page.get_url() or "/", page.get_kind_display(), page.summary, _when(page))


def _item(page: EventPage) -> DigestItem:
    return DigestItem(page.title, page.get_url() or "/", page.summary, _when(page))


@hooks.register("contributions")
def contributions(user: Any, viewer: Viewer) -> list[Contributions]:
    """Events the person hosted or spoke at, the latest first."""
    hosted = EventPerson.objects.filter(person=user).values("page_id")
    rows = list(EventPage.objects.visible_to(viewer).filter(pk__in=hosted).order_by("-starts_at", "pk")[:5])
    return [Contributions(_("Events"), [_item(page) for page in rows], len(rows))] if rows else []


@hooks.register("digest_sections")
def digest_sections(user: Any, since: datetime, until: datetime) -> list[DigestSection]:
    """Events of the next three weeks that the person may see: booked ones first."""
    rows = list(
        EventPage.objects.visible_to(user).upcoming(until).filter(starts_at__lt=until + timedelta(days=21))[:20]
    )
    mine = set(Booking.objects.of(user).holding().values_list("event_id", flat=True))
    rows.sort(key=lambda page: page.pk not in mine)
    if not rows:
        return []
    return [DigestSection(50, _("Coming up"), [_item(page) for page in rows[:3]], "/events/", _("All events"))]


@hooks.register("dashboard_cards")
def dashboard_cards(user: Any) -> list[DashboardCard]:
    now = timezone.now()
    mine = Booking.objects.of(user).filter(state=BookingState.BOOKED, event__ends_at__gt=now, event__live=True)
    booking = mine.select_related("event").order_by("event__starts_at").first()
    if booking:
        return [
            DashboardCard(
                20,
                _("Your next event"),
                column="aside",
                template="events/dashboard_card.html",
                context={"event": booking.event},
            )
        ]
    rows = list(EventPage.objects.visible_to(user).upcoming(now)[:2])
    empty = _("No events are planned.")
    return [DashboardCard(20, _("Coming up"), [_item(page) for page in rows], "aside", empty, _("All"), "/events/")]


@hooks.register("suggestions")
def suggestions(indicator_code: str, school: Any, user: Viewer) -> list[Suggestion]:
    strand = indicator_code.partition(".")[0]
    rows = EventPage.objects.visible_to(user).on_strands([strand]).upcoming(timezone.now())[:1]
    return [Suggestion("event", _("Event"), row.title, row.get_url() or "/", row.summary, _when(row)) for row in rows]


@hooks.register("space_panels")
def space_panels(space: SpaceFacts, user: Viewer) -> list[SpacePanel]:
    rows = EventPage.objects.visible_to(user).of_space(space).upcoming(timezone.now())[:3]
    items = [_item(row) for row in rows]
    url = f"/events/?tag={space.event_tag}" if space.event_tag else "/events/"
    return [SpacePanel(_("Events of this space"), items, url, _("All events"))] if items else []


@hooks.register("completion_sources")
def completion_sources() -> list[CompletionSource]:
    return [CompletionSource("attended", _("Came to an event"), _attended)]


def _attended(user: Any, since: datetime) -> bool:
    return Booking.objects.of(user).filter(state=BookingState.ATTENDED, event__ends_at__gte=since).exists()


@hooks.register("reminder_rules")
def reminder_rules() -> list[ReminderRule]:
    return [ReminderRule("event_reminder", _("Reminders of booked events"), _reminders)]


def _reminders(now: datetime) -> Iterator[Reminder]:
    for booking, days, due_at in services.reminders_due(now):
        yield Reminder(
            services.REMINDER_KIND, booking.person_id, f"{booking.pk}:{days}", due_at, {"booking": booking.pk}
        )


@hooks.register("mail_kinds")
def mail_kinds() -> list[MailKind]:
    return [
        MailKind(
            services.PLACE_KIND, "A place from the waiting list", _still_booked, _place_mail, exempt_from_caps=True
        ),
        MailKind(services.REMINDER_KIND, "Reminder of a booked event", _still_booked, _reminder_mail),
    ]


def _booking(row: MailRow) -> Booking | None:
    return Booking.objects.select_related("event").filter(pk=row.context["booking"], state=BookingState.BOOKED).first()


def _still_booked(row: MailRow) -> str:
    booking = _booking(row)
    if booking is None:
        return "the place was given back"
    return "the event has begun" if booking.event.starts_at <= timezone.now() else ""


def _mail(row: MailRow, subject: str, lead: str) -> Mail:
    booking = _booking(row)
    if booking is None:
        raise NotWanted("the place was given back")
    event = booking.event
    where = event.join_url if event.online else f"{event.venue_name}, {event.venue_address}"
    values = {
        "lead": lead % {"event": event.title},
        "when": f"{_when(event)} ({event.time_zone})",
        "where": where,
        "url": settings.BASE_URL + (event.get_url() or "/events/"),
    }
    text = (
        _("%(lead)s\n\nWhen: %(when)s\nWhere: %(where)s\n\nIf you cannot come, give the place back here:\n%(url)s")
        % values
    )
    return Mail(subject=subject % {"event": event.title}, text=text)


def _place_mail(row: MailRow) -> Mail:
    return _mail(row, _("You have a place: %(event)s"), _("A place became free, and it is yours: %(event)s."))


def _reminder_mail(row: MailRow) -> Mail:
    return _mail(row, _("Coming up: %(event)s"), _("You have a place at %(event)s."))


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    labels = ["events.Booking", "events.CalendarFeed", "events.EventPerson"]
    return [PersonalData("events", labels, export=_export, erase=_erase)]


def _export(user: Any) -> Mapping[str, Any]:
    return {
        "bookings": [
            {
                "event": row.event.title,
                "starts_at": row.event.starts_at,
                "state": row.state,
                "needs": row.needs,
                "wish": row.wish,
            }
            for row in Booking.objects.filter(person=user).select_related("event")
        ],
        "facilitator_or_speaker_at": list(
            EventPerson.objects.filter(person=user).values_list("page__title", flat=True)
        ),
    }


def _erase(user: Any) -> None:
    """Places go back, so that the waiting list moves; then the rows go."""
    for pk in Booking.objects.filter(person=user, state=BookingState.BOOKED).values_list("pk", flat=True):
        services.give_back(pk)
    Booking.objects.filter(person=user).delete()
    user_feed = getattr(user, "calendar_feed", None)
    if user_feed:
        user_feed.delete()
