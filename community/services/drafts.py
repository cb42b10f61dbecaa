"""Drafts: the newest save wins, an older one never overwrites it, and nothing that somebody typed is silently lost.

Each open form is a writer of its own, known by its token. Times are the server's: a page is told the time when it is made and
counts on from there, so that a wrong clock on a device does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.core.errors import BelongingError
from belonging.core.html import SOURCE_LIMIT_BYTES
from community.models import Draft, Post, Space, Topic

SOURCE_LIMIT = SOURCE_LIMIT_BYTES + 10_000
"""A draft may be a little longer than a post, so that a text that is too long is kept while it is shortened."""

MOST_DRAFTS = 100
LISTS = ("strands", "indicators", "phases")
WORDS = ("kind", "tags", "reply_to", "follow", "ask")


class NoSuchPlace(BelongingError):
    """There is nothing to write there, or not for this person."""


class TooManyDrafts(BelongingError):
    """The person has as many drafts as we keep."""


@dataclass(frozen=True)
class Typed:
    """What a form held. ``token`` names the form, and the post that it becomes; ``typed_at`` is when it was last changed;
    ``seen`` is the version of the draft that it began from or saved last.
    """

    title: str
    source: str
    values: Mapping[str, Any]
    token: str
    typed_at: datetime
    seen: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.title.strip() or self.source.strip())


@dataclass(frozen=True)
class Saved:
    """What became of a save: kept; kept beside a newer one; not needed because the form was sent; or empty."""

    state: Literal["saved", "older", "sent", "empty"]
    draft: Draft | None = None


@dataclass(frozen=True)
class Place:
    """Where a draft belongs. One of the three is there."""

    name: str
    space: Space | None = None
    topic: Topic | None = None
    post: Post | None = None

    @property
    def url(self) -> str:
        if self.post:
            return f"/posts/{self.post.pk}/edit/"
        if self.topic:
            return f"{self.topic.get_absolute_url()}?post={self.topic.last_number}#reply"
        return f"/spaces/{self.space.slug}/new/" if self.space else "/topics/new/"


def place_for(user: Any, name: str) -> Place:
    """The place "space:3", "topic:12" or "post:7", if the person may write there. Raises ``NoSuchPlace``."""
    kind, _colon, number = name.partition(":")
    if number.isascii() and number.isdecimal() and len(number) < 19:
        if kind == "space":
            space = Space.objects.visible_to(user).filter(pk=number).first()
            if space:
                return Place(name, space=space)
        elif kind == "topic":
            topic = Topic.objects.visible_to(user).shown().filter(pk=number).first()
            if topic:
                return Place(name, topic=topic)
        elif kind == "post":
            post = Post.objects.editable_by(user).select_related("topic").filter(pk=number).first()
            if post:
                return Place(name, post=post)
    raise NoSuchPlace(_("There is nothing to write there."))


def version_of(draft: Draft) -> str:
    return draft.saved_at.astimezone(UTC).isoformat(timespec="microseconds")


def save(user: User, place: Place, typed: Typed, *, now: datetime | None = None) -> Saved:
    """Keep what was typed. The newest text stands; the other of two writers is kept beside it in ``values["other"]``.

    Raises ``TooManyDrafts``.
    """
    now = now or timezone.now()
    if typed.token and Post.objects.filter(author=user, token=typed.token).exists():
        return Saved("sent")
    try:
        return _save(user, place, typed, now)
    except IntegrityError:  # two first saves at once: the second one finds the row of the first
        return _save(user, place, typed, now)


@transaction.atomic
def _save(user: User, place: Place, typed: Typed, now: datetime) -> Saved:
    typed_at = min(typed.typed_at, now)
    draft = Draft.objects.select_for_update().filter(user=user, place=place.name).first()
    if draft is None:
        if typed.is_empty:
            return Saved("empty")
        if Draft.objects.filter(user=user).count() >= MOST_DRAFTS:
            raise TooManyDrafts(_("You have as many drafts as we keep. Throw one away first."))
        draft = Draft(user=user, place=place.name, space=place.space, topic=place.topic, post=place.post)
        return _write(draft, typed, typed_at, now, other=None)
    values = draft.values
    same_writer = (values.get("token") or "") == typed.token
    if typed_at < _typed_at(draft):
        if not same_writer and not typed.is_empty and _differs(draft, typed):
            draft.values = {**values, "other": _content(typed, typed_at)}
            draft.save(update_fields=["values"])
        return Saved("older", draft)
    other = values.get("other")
    if not same_writer and typed.seen != version_of(draft) and _differs(draft, typed):
        other = _content_of(draft)
    return _write(draft, typed, typed_at, now, other=other)


def _write(draft: Draft, typed: Typed, typed_at: datetime, now: datetime, *, other: Any) -> Saved:
    draft.title, draft.source = typed.title[:200], typed.source[:SOURCE_LIMIT]
    draft.values = {
        **typed.values,
        "token": typed.token or None,
        "typed_at": typed_at.isoformat(),
        **({"other": other} if other else {}),
    }
    draft.saved_at = now
    draft.save()
    return Saved("saved", draft)


def _typed_at(draft: Draft) -> datetime:
    given = draft.values.get("typed_at")
    return datetime.fromisoformat(given) if given else draft.saved_at


def _differs(draft: Draft, typed: Typed) -> bool:
    return (draft.title, draft.source) != (typed.title[:200], typed.source[:SOURCE_LIMIT])


def _content(typed: Typed, typed_at: datetime) -> dict[str, Any]:
    values = dict(typed.values)
    return {
        "title": typed.title[:200], "source": typed.source[:SOURCE_LIMIT], "values": values, "typed_at": typed_at.isoformat(),
    }  # fmt: skip


def _content_of(draft: Draft) -> dict[str, Any]:
    values = {key: value for key, value in draft.values.items() if key in {*LISTS, *WORDS}}
    return {"title": draft.title, "source": draft.source, "values": values, "typed_at": _typed_at(draft).isoformat()}


@transaction.atomic
def change_over(user: User, draft_id: int, *, now: datetime | None = None) -> Draft | None:
    """Take the other version that was kept; this one is kept instead. ``None`` when there is no other."""
    now = now or timezone.now()
    draft = Draft.objects.select_for_update().of(user).filter(pk=draft_id).first()
    other = draft.values.get("other") if draft else None
    if draft is None or not other:
        return None
    mine = _content_of(draft)
    draft.title, draft.source = other["title"], other["source"]
    draft.values = {
        **other["values"], "token": None, "typed_at": now.isoformat(), "other": mine,
    }  # fmt: skip
    draft.saved_at = now
    draft.save()
    return draft


def throw_away(user: User, draft_id: int) -> None:
    Draft.objects.of(user).filter(pk=draft_id).delete()
