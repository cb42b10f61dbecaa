"""How much one person may write, and who may not write at all. Nothing here costs an established member a query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks

from belonging.accounts.models import EXPERTS, MODERATORS, SAFEGUARDING_LEADS, TRAINERS
from belonging.core.cache import count
from belonging.moderation.errors import NewMemberLimit, Silenced, TooMany
from belonging.moderation.models.restrictions import NO_END

EXEMPT = (MODERATORS, SAFEGUARDING_LEADS, TRAINERS, EXPERTS)
_SALT = "belonging.moderation.limits"


def check_may_write(user: Any, *, now: datetime | None = None) -> None:
    """Raises ``Silenced`` for somebody who is silenced or suspended. Asks nothing of the database."""
    now = now or timezone.now()
    ends = [until for until in (user.silenced_until, user.suspended_until) if until and until > now]
    if not ends:
        return
    until = max(ends)
    if until >= NO_END:
        raise Silenced(_("You can read and not write at the moment. Your notifications say why and how to appeal."))
    words = _("You can read and not write until %(when)s. Your notifications say why and how to appeal.")
    raise Silenced(words % {"when": moment(until, now)}, again_at=until)


def check_rate(user: Any, action: str, *, now: datetime | None = None) -> None:
    """Count one more ``action``, one of ``POSTING_LIMITS["rates"]``, of the person. Raises ``TooMany``.

    It counts as it checks, so it is called once for each attempt, before the work. Moderators, trainers, experts and
    administrators are never refused.
    """
    _count(f"{action}:{user.pk}", action, now or timezone.now(), exempt=lambda: is_exempt(user))


def check_address_rate(address: str, action: str, *, now: datetime | None = None) -> None:
    """The same for somebody without an account, by network address, which is stored only as a keyed hash."""
    key = salted_hmac(_SALT, address, algorithm="sha256").hexdigest()[:32]
    _count(f"{action}:at:{key}", action, now or timezone.now(), exempt=lambda: False)


def is_exempt(user: Any) -> bool:
    return bool(user.is_superuser or user.has_group(*EXEMPT))


def _count(name: str, action: str, now: datetime, *, exempt: Any) -> None:
    for most, seconds in settings.POSTING_LIMITS["rates"][action]:
        begun = int(now.timestamp()) // seconds * seconds
        if count(f"rate:{name}:{seconds}:{begun}", seconds + 60) <= most or exempt():
            continue
        again_at = datetime.fromtimestamp(begun + seconds, tz=UTC)
        words = _("That is a lot in a short time. Nothing you typed is lost: send it again after %(when)s.")
        raise TooMany(words % {"when": moment(again_at, now)}, again_at=again_at)


def check_new_member(
    user: Any, *, links: int, mentions: int, files: int, is_topic: bool, now: datetime | None = None
) -> None:
    """In the first day, until three posts have stayed, a post holds less. Raises ``NewMemberLimit``.

    A new topic is counted, so this is called once for each attempt, after ``check_rate``.
    """
    now = now or timezone.now()
    rules = settings.POSTING_LIMITS["new_member"]
    until = user.joined_at + timedelta(hours=rules["hours"])
    if now >= until or is_exempt(user) or _stayed(user, rules["posts"]) >= rules["posts"]:
        return
    found = _too_much(rules, links=links, mentions=mentions, files=files)
    if found:
        later = _("Take one out, or post it after %(when)s, when you are no longer new here.")
        raise NewMemberLimit(f"{found} {later % {'when': moment(until, now)}}", again_at=until)
    if is_topic and count(f"new-topics:{user.pk}", rules["hours"] * 3600 + 60) > rules["topics"]:
        words = ngettext(
            "In your first day you can start %(count)s topic. Start the next one after %(when)s; replies are welcome now.",
            "In your first day you can start %(count)s topics. Start the next one after %(when)s; replies are welcome now.",
            rules["topics"],
        )
        raise NewMemberLimit(words % {"count": rules["topics"], "when": moment(until, now)}, again_at=until)


def _too_much(rules: dict[str, int], *, links: int, mentions: int, files: int) -> str:
    if links > rules["links"]:
        words = ngettext(
            "In your first day a post can have %(count)s link.",
            "In your first day a post can have %(count)s links.",
            rules["links"],
        )
        return words % {"count": rules["links"]}
    if mentions > rules["mentions"]:
        words = ngettext(
            "In your first day a post can mention %(count)s person.",
            "In your first day a post can mention %(count)s people.",
            rules["mentions"],
        )
        return words % {"count": rules["mentions"]}
    if files > rules["files"]:
        words = ngettext(
            "In your first day a post can have %(count)s file.",
            "In your first day a post can have %(count)s files.",
            rules["files"],
        )
        return words % {"count": rules["files"]}
    return ""


def _stayed(user: Any, most: int) -> int:
    """How many posts of the person stand, by what the rooms say (hook ``stayed_posts``)."""
    return sum(count(user, most) for count in hooks.get_hooks("stayed_posts"))


def moment(at: datetime, now: datetime) -> str:
    """ "14:32" today, otherwise "25 November, 14:32", in the person's zone."""
    local = timezone.localtime(at)
    if local.date() == timezone.localtime(now).date():
        return date_format(local, "H:i")
    this_year = local.year == timezone.localtime(now).year
    return date_format(local, "j F, H:i" if this_year else "j F Y, H:i")
