"""Spaces that have gone quiet: somebody is asked, and may close them. Nothing disappears."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.notifications.services import notify
from belonging.trail import services as trail
from community.models import Space, SpaceMembership
from community.services.spaces import keepers

BATCH = 100


@transaction.atomic
def ask_about_quiet_spaces(now: datetime) -> int:
    """Ask once for each silence of ``SPACE_QUIET_DAYS``; returns how many spaces were asked about, at most a hundred.

    Two ticks at once share the work: a space whose row another one holds is left to that one.
    """
    since = now - timedelta(days=settings.SPACE_QUIET_DAYS)
    due = Space.objects.quiet_since(since, today=timezone.localdate(now))
    spaces = list(due.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH])
    facilitators: dict[int, set[int]] = defaultdict(set)
    rows = SpaceMembership.objects.facilitators().filter(space__in=spaces, user__is_active=True)
    for space_id, user_id in rows.values_list("space_id", "user_id"):
        facilitators[space_id].add(user_id)
    for space in spaces:
        notify(
            facilitators[space.pk] or keepers(space),
            reason="space",
            text=_("%(space)s has been quiet for %(days)s days. Keep it open, or close it?")
            % {"space": space.title, "days": settings.SPACE_QUIET_DAYS},
            url=space.quiet_url,
            key=f"space-quiet:{space.pk}:{now:%Y%m%d}",
        )
    Space.objects.filter(pk__in=[space.pk for space in spaces]).update(quiet_asked_at=now)
    return len(spaces)


@transaction.atomic
def keep_open(space_id: int, *, by: User, now: datetime | None = None) -> None:
    """Nobody is asked again before another ``SPACE_QUIET_DAYS`` of silence. A closed space stays closed."""
    space = Space.objects.select_for_update(no_key=True).get(pk=space_id)
    if space.closed_at:
        return
    Space.objects.filter(pk=space_id).update(quiet_kept_at=now or timezone.now())
    trail.record(action="space.kept_open", actor=by, target=space)


@transaction.atomic
def close_space(space_id: int, *, by: User, now: datetime | None = None) -> None:
    """Nobody posts any more; everything stays readable and can be found. Twice changes nothing."""
    space = Space.objects.select_for_update(no_key=True).get(pk=space_id)
    if space.closed_at:
        return
    Space.objects.filter(pk=space_id).update(closed_at=now or timezone.now())
    trail.record(action="space.closed", actor=by, target=space)


@transaction.atomic
def reopen_space(space_id: int, *, by: User, now: datetime | None = None) -> None:
    """Members post again. A day of closing that has passed goes away; the silence is counted from now."""
    now = now or timezone.now()
    space = Space.objects.select_for_update(no_key=True).get(pk=space_id)
    if not space.is_closed_for_posts:
        return
    passed = space.closes_on is not None and space.closes_on < timezone.localdate(now)
    closes_on = None if passed else space.closes_on
    Space.objects.filter(pk=space_id).update(closed_at=None, closes_on=closes_on, quiet_kept_at=now)
    trail.record(action="space.reopened", actor=by, target=space)
