"""What people are told on the site, and how often they want a digest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from belonging.core.prepared import Prepared


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, user: object) -> Self:
        return self.filter(user_id=getattr(user, "pk", None))

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def unread_count(self, user: object) -> int:
        """How many wait, counted no further than 100 (the badge says 99+)."""
        return len(_UNREAD.rows(user_id=getattr(user, "pk", None) or 0))


class Notification(models.Model):
    """One thing one person is told; ``key`` makes it come once however often it is asked for.

    ``actor`` is whom ``text`` names as the one who did it, until they leave.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notifications")
    reason = models.CharField(max_length=60)
    key = models.CharField(max_length=160)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notify_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_of"),
            models.Index(fields=["user"], name="notifications_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.text


_UNREAD = Prepared(
    lambda user_id: Notification.objects.filter(user_id=user_id).unread().order_by().values_list("pk")[:100]
)


class Frequency(models.TextChoices):
    OFF = "off", _("Never")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Once a week")


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class DigestPreference(models.Model):
    """When a person wants the digest, in local time. Without a row: once a week, Monday at seven."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="digest_preference")
    frequency = models.CharField(_("how often"), max_length=10, choices=Frequency.choices, default=Frequency.WEEKLY)
    weekday = models.PositiveSmallIntegerField(_("on"), choices=Weekday.choices, default=Weekday.MONDAY)
    hour = models.PositiveSmallIntegerField(_("at"), default=7, validators=[MaxValueValidator(23)])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="digest_hour_of_a_day"),
            models.CheckConstraint(condition=models.Q(weekday__range=(1, 7)), name="digest_weekday_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.frequency}"

    def period(self, now: datetime, zone: ZoneInfo) -> tuple[str, datetime] | None:
        """The period whose digest is due at ``now`` and when it began to be due, or ``None`` before that hour.

        A period is named by the local date ("2026-11-24") or ISO week ("2026-W48"), so that a repeated hour counts once.
        A local hour that a clock change skips moves to the next valid one.
        """
        local = now.astimezone(zone)
        if self.frequency == Frequency.OFF:
            return None
        day = local.date()
        if self.frequency == Frequency.WEEKLY:
            day -= (
                timedelta(days=local.isoweekday() - self.weekday) if local.isoweekday() >= self.weekday else timedelta()
            )
            if local.isoweekday() < self.weekday:
                return None
        due = datetime(day.year, day.month, day.day, self.hour, tzinfo=zone).astimezone(UTC)
        if now < due:
            return None
        if self.frequency == Frequency.DAILY:
            return day.isoformat(), due
        year, week, _day = day.isocalendar()
        return f"{year}-W{week:02d}", due
