"""Events as pages; bookings as rows. A place is taken under a lock on the event's row."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.blocks import CharBlock, DateBlock, StructBlock, TextBlock
from wagtail.fields import StreamField
from wagtail.models import Orderable, PageManager

from belonging.core.blocks import ProseBlock
from belonging.core.hooks import SpaceFacts
from belonging.core.pages import BasePage, BasePageQuerySet
from belonging.framework.fields import StrandCodesField


class Kind(models.TextChoices):
    WEBINAR = "webinar", _("Webinar")
    CLUSTER_MEETING = "cluster meeting", _("Cluster meeting")
    CONFERENCE = "conference", _("Conference")
    EXPERT_CLINIC = "expert clinic", _("Expert clinic")
    WORKING_GROUP = "working group", _("Working group")
    WORKING_GROUP_SERIES = "working group series", _("Working group series")
    CONSULTATION = "consultation event", _("Consultation event")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Anyone")
    MEMBERS = "members", _("Members who are signed in")
    SPACE = "space", _("Members of one space")


class SessionBlock(StructBlock):
    """One meeting of a series."""

    on = DateBlock(label=_("Day"))
    title = CharBlock(label=_("Title"), max_length=160)
    task = CharBlock(label=_("To do until the next one"), required=False, max_length=300)

    class Meta:
        icon = "date"
        label = _("Meeting")
        description = _("One meeting of a series with what to try before the next.")
        template = "events/blocks/session.html"
        preview_value = {
            "on": date(2026, 12, 9),
            "title": "Letters and first calls",
            "task": "Read your first letter aloud.",
        }


class VoiceBlock(StructBlock):
    """What somebody said afterwards."""

    text = TextBlock(label=_("Words"))
    who = CharBlock(label=_("Who"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Said afterwards")
        description = _("A participant's words, without names unless they agreed.")
        template = "blocks/quote_small.html"
        preview_value = {"text": "I counted to twenty today.", "who": ""}


class ReadingBlock(StructBlock):
    """Something to read beforehand."""

    title = CharBlock(label=_("Title"), max_length=160)
    url = CharBlock(label=_("Address"), max_length=300)

    class Meta:
        icon = "link"
        label = _("To read")
        description = _("A resource to read before or after.")
        template = "events/blocks/reading.html"
        preview_value = {"title": "Planning a return", "url": "/library/"}


def spaces_of(user: Any) -> set[str]:
    """Slugs of the closed spaces whose things the person may see; asked of whichever room keeps spaces."""
    return {slug for give in hooks.get_hooks("spaces_of") for slug in give(user)}


class EventQuerySet(BasePageQuerySet):
    def visible_to(self, user: Any) -> Any:
        """Public ones to anyone, members' ones to members, a space's ones to its members."""
        found = self.live().public()
        if not user.is_authenticated:
            return found.filter(visibility=Visibility.PUBLIC)
        if user.is_superuser:
            return found
        return found.exclude(Q(visibility=Visibility.SPACE) & ~Q(space_slug__in=spaces_of(user)))

    def upcoming(self, now: datetime) -> Any:
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def past(self, now: datetime) -> Any:
        return self.filter(ends_at__lte=now).order_by("-starts_at", "-pk")

    def on_strands(self, codes: list[str]) -> Any:
        return self.filter(strands__overlap=codes)

    def tagged(self, tag: str) -> Any:
        return self.filter(tags__contains=[tag])

    def of_space(self, space: SpaceFacts) -> Any:
        """Those made for the space, and those that have its tag."""
        own = Q(space_slug=space.slug)
        return self.filter(own | Q(tags__contains=[space.event_tag]) if space.event_tag else own)


class EventManager(PageManager.from_queryset(EventQuerySet)):  # type: ignore[misc]
    pass


class EventIndexPage(BasePage):
    """Events to come, then those that were."""

    parent_page_types: ClassVar[list[Any]] = ["home.HomePage"]
    subpage_types: ClassVar[list[Any]] = ["events.EventPage"]
    max_count = 1
    template = "events/index_page.html"
    page_description = _("Lists the events. One is enough.")

    class Meta:
        verbose_name = _("events")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from events.views import index_context

        return {**super().get_context(request, *args, **kwargs), **index_context(request)}


class EventPage(BasePage):
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices, default=Kind.WEBINAR)
    online = models.BooleanField(_("online"), default=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/London")
    capacity = models.PositiveIntegerField(_("places"), validators=[MinValueValidator(1)])
    online_capacity = models.PositiveIntegerField(_("places online besides"), null=True, blank=True)
    has_waiting_list = models.BooleanField(_("waiting list"), default=True)
    visibility = models.CharField(
        _("who sees it"), max_length=10, choices=Visibility.choices, default=Visibility.MEMBERS
    )
    space_slug = models.SlugField(_("space"), max_length=80, blank=True, help_text=_("For an event of one space."))
    tags = ArrayField(
        models.SlugField(max_length=40),
        default=list,
        blank=True,
        verbose_name=_("tags"),
        help_text=_("With commas between. A space shows the events that have its tag."),
    )
    audience = models.CharField(_("for"), max_length=300, blank=True)
    strands = StrandCodesField(verbose_name=_("strands"))
    price = models.CharField(_("price"), max_length=60, blank=True)
    cpd_hours = models.DecimalField(_("hours of professional development"), max_digits=4, decimal_places=1, default=1)
    accessibility = models.TextField(_("getting in and taking part"), blank=True)
    venue_name = models.CharField(_("place"), max_length=160, blank=True)
    venue_address = models.CharField(_("address"), max_length=300, blank=True)
    venue_travel = models.TextField(_("getting there"), blank=True)
    join_url = models.URLField(_("link to join"), blank=True, help_text=_("Shown to people with a place only."))
    slot_times = ArrayField(
        models.CharField(max_length=5), default=list, blank=True, verbose_name=_("slots to choose from")
    )
    slot_minutes = models.PositiveSmallIntegerField(_("minutes of a slot"), null=True, blank=True)
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("reminders")
    )
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)
    sessions = StreamField([("session", SessionBlock())], verbose_name=_("meetings"), blank=True)
    reading = StreamField([("link", ReadingBlock())], blank=True, verbose_name=_("to read"))
    voices = StreamField([("voice", VoiceBlock())], verbose_name=_("what people said"), blank=True)
    recording_seconds = models.PositiveIntegerField(_("length of the recording in seconds"), null=True, blank=True)

    objects = EventManager()

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel(n)
                for n in ("kind", "online", "starts_at", "ends_at", "time_zone", "visibility", "space_slug")
            ],
            _("When and for whom"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(n)
                for n in ("capacity", "online_capacity", "has_waiting_list", "slot_times", "slot_minutes", "price")
            ],
            _("Places"),
        ),
        MultiFieldPanel(
            [FieldPanel(n) for n in ("venue_name", "venue_address", "venue_travel", "join_url", "accessibility")],
            _("Place"),
        ),
        MultiFieldPanel(
            [FieldPanel(n) for n in ("audience", "strands", "tags", "cpd_hours", "reminder_days")], _("About")
        ),
        FieldPanel("body"),
        FieldPanel("sessions"),
        FieldPanel("reading"),
        FieldPanel("voices"),
        FieldPanel("recording_seconds"),
        InlinePanel("people", heading=_("Facilitators and speakers")),
    ]
    parent_page_types: ClassVar[list[Any]] = ["events.EventIndexPage"]
    subpage_types: ClassVar[list[Any]] = []
    template = "events/event_page.html"
    page_description = _("A webinar, visit, clinic or conference that people can book.")

    class Meta:
        verbose_name = _("event")
        indexes = [
            GinIndex(fields=["search"], name="event_search"),
            GinIndex(fields=["strands"], name="event_strands"),
            GinIndex(fields=["tags"], name="event_tags"),
            models.Index(fields=["ends_at"], name="event_ends_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="event_ends_after_start")
        ]

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("An event ends after it starts.")})
        if self.visibility == Visibility.SPACE and not self.space_slug:
            raise ValidationError({"space_slug": _("Name the space.")})

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def local_start(self) -> datetime:
        """In the event's own zone, which is where its doors open."""
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(self.zone)

    @property
    def clock(self) -> str:
        """13:30 where the event is, whatever zone the reader lives in."""
        return f"{self.local_start:%H:%M}"

    @property
    def clock_end(self) -> str:
        return f"{self.local_end:%H:%M}"

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def slots(self) -> list[datetime]:
        """Starts of the slots, in the event's zone."""
        day = self.local_start
        return [day.replace(hour=int(text[:2]), minute=int(text[3:5])) for text in self.slot_times]

    @property
    def recording_minutes(self) -> int:
        return round((self.recording_seconds or 0) / 60)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from events.views import event

        if getattr(request, "is_preview", False):
            return super().serve(request, *args, **kwargs)
        return event(request, self)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[Any]:
        if self.visibility != Visibility.PUBLIC:
            return []
        found: list[Any] = super().get_sitemap_urls(request)
        return found


def visible_event_or_404(user: Any, pk: int) -> EventPage:
    found = EventPage.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


class EventPerson(Orderable):
    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    speaks = models.BooleanField(_("speaks"), default=False)

    panels: ClassVar[list[Any]] = [FieldPanel("person"), FieldPanel("speaks")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.page_id}"


class BookingState(models.TextChoices):
    BOOKED = "booked", _("Booked")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Given back")
    ATTENDED = "attended", _("Was there")


HOLDS_PLACE = [BookingState.BOOKED, BookingState.ATTENDED]


class BookingQuerySet(models.QuerySet["Booking"]):
    def of(self, user: Any) -> Self:
        return self.filter(person=user) if user.is_authenticated else self.none()

    def holding(self) -> Self:
        """With a place."""
        return self.filter(state__in=HOLDS_PLACE)

    def waiting(self) -> Self:
        """In the order of joining."""
        return self.filter(state=BookingState.WAITING).order_by("joined_at", "pk")

    def active(self) -> Self:
        return self.exclude(state=BookingState.CANCELLED)


class Booking(models.Model):
    """Somebody's place, or their turn in the queue. What they need to take part is deleted after the event."""

    event = models.ForeignKey(EventPage, models.CASCADE, related_name="bookings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookings")
    state = models.CharField(max_length=10, choices=BookingState.choices)
    slot = models.CharField(max_length=5, blank=True)
    wish = models.CharField(_("what you would like to think about"), max_length=200, blank=True)
    needs = models.CharField(_("what you need to take part"), max_length=300, blank=True)
    joined_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], condition=~Q(state="cancelled"), name="booking_once"),
            models.UniqueConstraint(
                fields=["event", "slot"], condition=~Q(state="cancelled") & ~Q(slot=""), name="booking_slot_once"
            ),
        ]
        indexes = [models.Index(fields=["event", "state", "joined_at"], name="booking_queue")]

    def __str__(self) -> str:
        return f"booking {self.pk}"


def new_token() -> str:
    return secrets.token_urlsafe(24)


class CalendarFeed(models.Model):
    """The secret address of a person's own calendar; a new one makes the old one useless."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=40, unique=True, default=new_token)

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"


NEEDS_KEPT = timedelta(days=1)
