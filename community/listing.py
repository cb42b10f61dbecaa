"""A page of topics by keyset: the same few queries for the first page and for the last.

Rows are read as plain values and made ready for the template in Python; nothing is counted, and no post is joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Subquery, Value
from django.db.models.fields.tuple_lookups import TupleLessThan
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belonging.accounts.models import FORMER_MEMBER
from belonging.core.prepared import Prepared
from belonging.core.templatetags.belonging import ago, initials, tone
from community.models import TOPICS_PAGE, Kind, ReadState, Topic
from community.models.topics import topic_url
from community.one import Visitor, shape_of

SORTS = {"active": "last_post_at", "newest": "created_at", "helpful": "helpful_count"}
"""What a list may be ordered by, and the column that its cursor carries; ``id`` breaks ties."""

SHOWS = ("", "unanswered", "following", "mine")
"""What a list may be cut down to: everything but what the person muted, or one of these."""

NARROWING = {"strand": "strands", "indicator": "indicators", "tag": "tags", "phase": "phases", "kind": "kind"}
"""What the filter form can ask for, and the column it stands in."""

MOST_ROW_LETTERS = 90
"""Letters of the first post that a row shows."""

_COLUMNS = (
    "id", "title", "slug", "kind", "first_words", "tags", "pinned", "locked", "closed_at", "accepted_post_id",
    "reply_count", "last_number", "helpful_count", "created_at", "last_post_at", "space_id", "author_id",
    "author__name", "author__handle", "author__erased_at", "hidden",
)  # fmt: skip


@dataclass(slots=True)
class TopicRow:
    """One line of a list. ``new`` is how many posts came since the person last read it."""

    id: int
    title: str
    url: str
    words: str
    tags: list[str]
    pinned: bool
    locked: bool
    hidden: bool
    answered: bool
    waiting: str
    kind_label: str
    replies: int
    reply_words: str
    author: str
    initials: str
    tone: str
    mine: bool
    when: str
    space_id: int
    space_title: str
    space_url: str
    new: int
    unread: bool
    new_words: str
    cursor: str


@dataclass(frozen=True)
class Page:
    rows: list[TopicRow]
    older_url: str


def page_of(
    request: HttpRequest,
    topics: Any,
    *,
    spaces: dict[int, tuple[str, str]] | None = None,
    read_at: dict[int, datetime] | None = None,
    sort: str = "active",
) -> Page:
    """Twenty topics that come after the ``before`` of the address, and the address of the next ones.

    ``spaces`` gives title and address for ``space_id`` where a row names its space. ``read_at`` says up to when the
    person has marked each space as read (by ``space_id``); without it nothing is marked as unread.
    """
    column = SORTS[sort]
    cursor = _cursor(request.GET.get("before", ""), of_numbers=column == "helpful_count")
    if cursor:
        topics = _after(topics, column, *cursor)
    found = rows_of(
        topics.order_by(f"-{column}", "-pk"),
        request.user,
        TOPICS_PAGE + 1,
        spaces=spaces,
        read_at=read_at,
        column=column,
    )
    return page_from(request, found)


def page_of_all(
    request: HttpRequest,
    *,
    show: str,
    sort: str,
    narrowing: dict[str, str],
    spaces: dict[int, tuple[str, str]],
    space_id: int | None,
    read_at: dict[int, datetime] | None,
) -> Page:
    """A page of every topic the person may read, of one space where ``space_id`` says so.

    ``show`` is of ``SHOWS``, ``sort`` of ``SORTS``, ``narrowing`` has keys of ``NARROWING``; the values were checked.
    """
    column, user = SORTS[sort], request.user
    cursor = _cursor(request.GET.get("before", ""), of_numbers=column == "helpful_count")
    values: dict[str, Any] = {"user": user} if user.is_authenticated else {}
    if space_id is not None:
        values["space_id"] = space_id
    if cursor:
        values |= {"value": cursor[0], "pk": cursor[1]}
    # Many are in all of a list and few in a part of it: the parts want a plan for what was asked.
    asked = _PART if narrowing or show or space_id is not None else _ALL
    shape = (shape_of(user), show, column, space_id is not None, cursor is not None, tuple(sorted(narrowing)))
    return page_from(request, _made(asked.rows(*shape, **values, **narrowing), user, spaces, read_at, column))


def _all(
    who: str,
    show: str,
    column: str,
    of_space: bool,
    later: bool,
    narrowing: tuple[str, ...],
    *,
    user: Any = Visitor,
    space_id: int = 0,
    value: Any = None,
    pk: int = 0,
    **chosen: str,
) -> Any:
    topics = _shown(Topic.objects.visible_to(user).shown(), user, show)
    if of_space:
        topics = topics.filter(space_id=space_id)
    for key in narrowing:
        field = NARROWING[key]
        topics = (
            topics.filter(kind=chosen[key]) if key == "kind" else topics.filter(**{f"{field}__contains": [chosen[key]]})
        )
    if later:
        topics = _after(topics, column, value, pk)
    return _columns(topics.order_by(f"-{column}", "-pk"), user if user.is_authenticated else None)[: TOPICS_PAGE + 1]


_ALL, _PART = Prepared(_all), Prepared(_all, one_plan=False)


def _shown(topics: Any, user: Any, show: str) -> Any:
    if show == "unanswered":
        return topics.unanswered()
    if not user.is_authenticated:
        return topics
    if show == "following":
        return topics.followed_by(user)
    if show == "mine":
        return topics.filter(author_id=user.pk)
    return topics.unmuted_by(user)


def page_from(request: HttpRequest, found: list[TopicRow]) -> Page:
    """A page made of one row more than it shows: the extra row says that there are older ones."""
    if len(found) <= TOPICS_PAGE:
        return Page(found, "")
    query = request.GET.copy()
    query["before"] = found[TOPICS_PAGE - 1].cursor
    return Page(found[:TOPICS_PAGE], f"?{query.urlencode()}")


def rows_of(
    topics: Any,
    user: Any,
    most: int,
    *,
    spaces: dict[int, tuple[str, str]] | None = None,
    read_at: dict[int, datetime] | None = None,
    column: str = "last_post_at",
) -> list[TopicRow]:
    """At most ``most`` rows of an ordered queryset of topics, in one query that also asks how far the person read."""
    values = _columns(topics, user if user.is_authenticated and read_at is not None else None)[:most]
    return _made(values, user, spaces or {}, read_at, column)


def page_of_space(
    request: HttpRequest, space_id: int, *, read_at: dict[int, datetime] | None, most_pinned: int
) -> Page:
    """A page of a space in the order of activity, pinned topics before all others on the first one. Most visits ask for
    these, so the SQL is made once, and the first page is one query too."""
    user, before = request.user, _cursor(request.GET.get("before", ""), of_numbers=False)
    values: dict[str, Any] = {"user": user} if user.is_authenticated else {}
    if before:
        values |= {"moment": before[0], "pk": before[1]}
    # An address with a cursor that makes no sense is the first page, without what stands before it.
    pinned = 0 if "before" in request.GET else most_pinned
    found = _OF_SPACE.rows(pinned, user.is_authenticated, before is not None, space_id=space_id, **values)
    rows = _made(found, user, {}, read_at, "last_post_at")
    page = page_from(request, [row for row in rows if not row.pinned])
    return Page([*(row for row in rows if row.pinned), *page.rows], page.older_url)


def _of_space(
    most_pinned: int, member: bool, later: bool, *, space_id: int, user: Any = None, moment: Any = None, pk: int = 0
) -> Any:
    def part(pinned: bool, most: int) -> Any:
        topics = Topic.objects.filter(space_id=space_id, pinned=pinned).shown()
        if later:
            topics = _after(topics, "last_post_at", moment, pk)
        return _columns(topics.order_by("-last_post_at", "-pk"), user)[:most]

    rest = part(False, TOPICS_PAGE + 1)
    return part(True, most_pinned).union(rest, all=True) if most_pinned else rest


_OF_SPACE = Prepared(_of_space)


def _after(topics: Any, column: str, value: Any, pk: int) -> Any:
    """Behind the last row shown, as one comparison of both: so the index is read from there on, however many share a value."""
    return topics.filter(TupleLessThan((F(column), F("pk")), (value, pk)))


def _columns(topics: Any, user: Any) -> Any:
    read: Any = Value(None, output_field=IntegerField())
    if user is not None:
        read = Subquery(ReadState.objects.filter(user=user, topic=OuterRef("pk")).values("last_number")[:1])
    return topics.annotate(read=read).values_list(*_COLUMNS, "read")


def _made(
    values: Iterable[Sequence[Any]],
    user: Any,
    spaces: dict[int, tuple[str, str]],
    read_at: dict[int, datetime] | None,
    column: str,
) -> list[TopicRow]:
    place, now = _COLUMNS.index(column), timezone.now()
    return [_row(value, place, user.pk or 0, spaces, read_at, now) for value in values]


def _row(
    value: Sequence[Any],
    place: int,
    user_id: int,
    spaces: dict[int, tuple[str, str]],
    read_at: dict[int, datetime] | None,
    now: datetime,
) -> TopicRow:
    (
        pk, title, slug, kind, first_words, tags, pinned, locked, closed_at, accepted, reply_count, last_number,
        _helpful, created_at, last_post_at, space_id, author_id, name, handle, erased_at, hidden, read,
    ) = value  # fmt: skip
    new, unread = _unread(read, last_number, last_post_at, None if read_at is None else read_at.get(space_id))
    url = topic_url(pk, slug)
    author = str(FORMER_MEMBER) if erased_at else name or f"@{handle}"
    space_title, space_url = spaces.get(space_id, ("", ""))
    ended = locked or closed_at is not None
    waits = not reply_count and not ended and accepted is None and kind in {Kind.QUESTION, Kind.DISCUSSION}
    at = value[place]
    return TopicRow(
        id=pk,
        title=title,
        url=f"{url}?post={read + 1}#post-{read + 1}" if new and read else url,
        words=first_words
        if len(first_words) <= MOST_ROW_LETTERS
        else first_words[: MOST_ROW_LETTERS - 1].rstrip() + "…",
        tags=tags[:2],
        pinned=pinned,
        locked=ended,
        hidden=hidden,
        answered=accepted is not None,
        waiting=_waiting((now - created_at).days) if waits else "",
        kind_label=_kind(kind),
        replies=reply_count,
        reply_words=ngettext("reply", "replies", reply_count),
        author=author,
        initials=initials(author),
        tone=tone(handle),
        mine=author_id == user_id,
        when=ago(last_post_at),
        space_id=space_id,
        space_title=space_title,
        space_url=space_url,
        new=new,
        unread=unread,
        new_words=ngettext("%(new)s new", "%(new)s new", new) % {"new": new} if new else "",
        cursor=f"{at.isoformat() if isinstance(at, datetime) else at}_{pk}",
    )


def _unread(read: int | None, last_number: int, last_post_at: datetime, read_at: datetime | None) -> tuple[int, bool]:
    """How many posts are new in a topic the person has read, and whether the topic as a whole is unread."""
    if read_at is None or last_post_at <= read_at:
        return 0, False
    if read is None:
        return 0, True
    return max(0, last_number - read), False


def _waiting(days: int) -> str:
    return ngettext("Waiting %(days)s day", "Waiting %(days)s days", days) % {"days": days} if days else _("Waiting")


def _kind(kind: str) -> str:
    return str(Kind(kind).label) if kind in {Kind.PRACTICE, Kind.ANNOUNCEMENT} else ""


def _cursor(text: str, *, of_numbers: bool) -> tuple[Any, int] | None:
    given, _sep, pk = text.partition("_")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    if of_numbers:
        return (int(given), int(pk)) if given.isdecimal() and len(given) < 10 else None
    try:
        moment = parse_datetime(given.replace(" ", "+"))
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    return moment, int(pk)


def spaces_by_id(spaces: Iterable[Any]) -> dict[int, tuple[str, str]]:
    return {space.pk: (space.title, space.get_absolute_url()) for space in spaces}
