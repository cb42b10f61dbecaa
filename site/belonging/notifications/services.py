"""Telling people, on the site and by digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Left, Replace
from django.utils import timezone
from wagtail import hooks

from belonging.accounts.models import FORMER_MEMBER, User
from belonging.core.hooks import DigestSection, Reminder, ReminderRule, gather
from belonging.notifications.models import DigestPreference, Frequency, Notification
from belonging.outbox import services as outbox

DIGEST = "digest"
MOST_SECTIONS = 4
SPAN = {Frequency.DAILY: timedelta(days=1), Frequency.WEEKLY: timedelta(days=7)}
_BATCH = 500


def notify(user_ids: Iterable[int], *, reason: str, text: str, url: str, key: str, actor: User | None = None) -> int:
    """Tell people something on the site, once for each ``key``; returns how many rows were asked for.

    ``text`` is shown to that person alone. It may name ``actor``, and nobody else by a single name: so that it can be
    made "Former member" when they leave. ``url`` is a path on this site.
    """
    return notify_each([(user_id, reason, text) for user_id in dict.fromkeys(user_ids)], url=url, key=key, actor=actor)


def notify_each(rows: Iterable[tuple[int, str, str]], *, url: str, key: str, actor: User | None = None) -> int:
    """The same as ``notify`` with a reason and a text for each person (id, reason, text), in one statement."""
    actor_id = actor.pk if actor else None
    made = [
        Notification(user_id=user_id, reason=reason, key=key[:160], text=text[:300], url=url[:300], actor_id=actor_id)
        for user_id, reason, text in rows
    ]
    Notification.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
    return len(made)


def forget_name(user: User) -> None:
    """Take the person's name and handle out of what others were told.

    A name of one word is replaced only where the person is the actor: elsewhere it may be anybody's.
    """
    names = [f"@{user.handle}"]
    if user.name:
        names.append(user.name)
    told = Notification.objects.exclude(user=user)
    for name in names:
        rows = told.filter(text__contains=name)
        if " " not in name and not name.startswith("@"):
            rows = rows.filter(actor=user)
        former = Replace("text", Value(name), Value(str(FORMER_MEMBER)))
        rows.update(text=Left(former, 300))
    told.filter(actor=user).update(actor=None)


def mark_read(user: User, *, notification_id: int | None = None) -> int:
    """Mark one notification of the person read, or all; returns how many were unread."""
    unread = Notification.objects.of(user).unread()
    if notification_id is not None:
        unread = unread.filter(pk=notification_id)
    return unread.update(read_at=timezone.now())


@transaction.atomic
def set_digest(user: User, *, frequency: str, weekday: int, hour: int) -> DigestPreference:
    """Store when the person wants the digest; choosing any but "never" takes an earlier unsubscription back."""
    preference, _made = DigestPreference.objects.update_or_create(
        user=user, defaults={"frequency": frequency, "weekday": weekday, "hour": hour}
    )
    if frequency == Frequency.OFF:
        outbox.unsubscribe(user_id=user.pk, kind=DIGEST)
    else:
        outbox.subscribe(user_id=user.pk, kind=DIGEST)
    return preference


def plan_digests(now: datetime) -> int:
    """Plan the digest of everybody whose local hour has come; twice plans nothing new. Returns how many were new.

    Whoever joined after this period's hour waits for the next one: nobody is greeted with a digest of a week they missed.
    Nothing is planned for whoever is suspended.
    """
    planned = 0
    people = User.objects.active().exclude(suspended_until__gt=now).order_by("pk")
    people = people.select_related("profile", "digest_preference")
    batch: list[tuple[str, User | None, str, dict[str, str]]] = []
    for user in people.iterator(chunk_size=_BATCH):
        preference = getattr(user, "digest_preference", None) or DigestPreference(user=user)
        period = preference.period(now, zone_of(user))
        if period is None or user.joined_at > period[1]:
            continue
        name, due = period
        since = due - SPAN[Frequency(preference.frequency)]
        batch.append((name, user, "", {"since": since.isoformat(), "until": due.isoformat()}))
        if len(batch) >= _BATCH:
            planned += outbox.plan_many(kind=DIGEST, rows=batch, send_at=now)
            batch = []
    if batch:
        planned += outbox.plan_many(kind=DIGEST, rows=batch, send_at=now)
    return planned


def zone_of(user: User) -> ZoneInfo:
    profile = getattr(user, "profile", None)
    return ZoneInfo(getattr(profile, "time_zone", "") or "Europe/London")


def digest_sections(user: User, *, since: datetime, until: datetime) -> list[DigestSection]:
    """What the digest would say now: at most four sections that have something in them, by rank."""
    found: list[DigestSection] = []
    for give in hooks.get_hooks("digest_sections"):
        found.extend(section for section in give(user, since, until) if section.items)
    return sorted(found, key=lambda section: section.rank)[:MOST_SECTIONS]


def plan_reminders(now: datetime) -> int:
    """Plan the reminders that rules find due; each comes once for its kind, person and key."""
    planned = 0
    rules: list[ReminderRule] = gather("reminder_rules")
    for rule in rules:
        due: list[Reminder] = [reminder for reminder in rule.due(now) if reminder.due_at <= now]
        people = User.objects.active().in_bulk({reminder.user_id for reminder in due})
        for reminder in due:
            user = people.get(reminder.user_id)
            if user:
                planned += outbox.plan(
                    kind=reminder.kind, key=reminder.key, user=user, context=reminder.context, send_at=now
                )
    return planned
