"""One page of a topic's posts, read as plain values in one query and made ready for the template.

Posts have numbers, so a page is a range of an index: the hundredth costs what the first costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Value
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from belonging.accounts.models import EXPERTS, FORMER_MEMBER
from belonging.core import html
from belonging.core.prepared import Prepared
from belonging.core.templatetags.belonging import ago, initials, tone
from belonging.framework import strands
from community.models import POSTS_PAGE, Post, Thank, ThankKind, Topic

_COLUMNS = (
    "id", "number", "author_id", "html", "created_at", "edited_at", "hidden_at", "hidden_text", "deleted_at",
    "thank_count", "helped_count", "author__name", "author__handle", "author__erased_at", "author__profile__role",
    "author__profile__organisation", "author__profile__strengths", "author__profile__photo_id",
    "author__profile__hidden_fields", "author__profile__hidden_at",
)  # fmt: skip


@dataclass(slots=True)
class PostRow:
    """A post as the page shows it. ``html`` was cleaned when it was written."""

    id: int
    number: int
    author_id: int
    html: SafeString
    created_at: datetime
    when: str
    edited: bool
    hidden: bool
    hidden_text: str
    deleted: bool
    thanks: int
    helped: int
    author: str
    handle: str
    gone: bool
    initials: str
    tone: str
    photo: bool
    about: str
    strength: str
    mine: bool
    asked: bool
    answer: bool
    thanked: bool
    said_helped: bool


@dataclass(frozen=True)
class Thread:
    posts: list[PostRow]
    first: int
    """Number of the page's first post, and of its last."""
    last: int
    accepted: PostRow | None
    accepted_first: bool
    """Whether the answer is shown second, however late it came: the topic's first page, and it is not the opening post."""
    answer_is_elsewhere: bool
    """Whether it also stands in its own place on another page; else it is shown here alone, and ``posts`` lack it."""
    earlier_url: str
    later_url: str
    start_url: str
    end_url: str


def page_of(topic: Topic, number: int, user: Any) -> Thread:
    """The page that holds post ``number``; one query, a second one when the accepted answer is on another page."""
    first = (max(number, 1) - 1) // POSTS_PAGE * POSTS_PAGE + 1
    posts = _rows("page", topic, user, first=first, end=first + POSTS_PAGE)
    accepted = next((post for post in posts if post.answer), None)
    if first == 1 and topic.accepted_post_id and accepted is None:
        accepted = next(iter(_rows("one", topic, user, pk=topic.accepted_post_id)), None)
    if accepted and (accepted.hidden or accepted.deleted):
        accepted = None
    accepted_first = accepted is not None and first == 1 and accepted.number > 1
    last = posts[-1].number if posts else first
    answer_is_elsewhere = accepted_first and accepted not in posts
    if accepted_first:
        posts = [post for post in posts if post is not accepted]
    end = (max(topic.last_number, 1) - 1) // POSTS_PAGE * POSTS_PAGE + 1
    return Thread(
        posts=posts,
        first=first,
        last=last,
        accepted=accepted,
        accepted_first=accepted_first,
        answer_is_elsewhere=answer_is_elsewhere,
        earlier_url=topic.url_of_post(first - POSTS_PAGE) if first > 1 else "",
        later_url=topic.url_of_post(first + POSTS_PAGE) if first < end else "",
        start_url=topic.url_of_post(1) if first > POSTS_PAGE else "",
        end_url=topic.url_of_post(topic.last_number) if first + POSTS_PAGE < end else "",
    )


def first_unread_url(topic: Topic, shown: Thread) -> str:
    """Where the person goes on reading, when that is not on the page they see; "" otherwise."""
    read = topic.my_read
    if not read or read >= topic.last_number:
        return ""
    return "" if shown.first <= read + 1 <= shown.last else topic.url_of_post(read + 1)


def _rows(which: str, topic: Topic, user: Any, **where: int) -> list[PostRow]:
    """Rows of the page ("page": from number ``first`` to below ``end``) or of one post ("one": ``pk``)."""
    member = user.is_authenticated
    who = {"user": user} if member else {}
    values = _POSTS.rows(which, member, member and topic.is_question, topic=topic.pk, **where, **who)
    now = timezone.now()
    return [_row(value, topic, user.pk or 0, now, member) for value in values]


def _posts(which: str, member: bool, question: bool, *, topic: int, user: Any = None, **where: int) -> Any:
    posts = Post.objects.filter(topic_id=topic)
    if which == "page":
        posts = posts.filter(number__gte=where["first"], number__lt=where["end"]).order_by("number")[:POSTS_PAGE]
    else:
        posts = posts.filter(pk=where["pk"])
    thanked: Any = Value(False, output_field=BooleanField())
    said_helped: Any = thanked
    if member:
        mine = Thank.objects.filter(post=OuterRef("pk"), user=user)
        thanked = Exists(mine.filter(kind=ThankKind.THANK))
        if question:
            said_helped = Exists(mine.filter(kind=ThankKind.HELPED))
    annotated = posts.annotate(thanked=thanked, said_helped=said_helped, expert=Exists(_experts()))
    return annotated.values_list(*_COLUMNS, "thanked", "said_helped", "expert")


_POSTS = Prepared(_posts)


def _experts() -> Any:
    from belonging.accounts.models import User

    return User.groups.through.objects.filter(user=OuterRef("author_id"), group__name=EXPERTS)


def _row(value: Sequence[Any], topic: Topic, user_id: int, now: datetime, member: bool) -> PostRow:
    (
        pk, number, author_id, stored, created_at, edited_at, hidden_at, hidden_text, deleted_at, thanks, helped, name,
        handle, erased_at, role, organisation, strengths, photo_id, kept_back, profile_hidden_at, thanked, said_helped, expert,
    ) = value  # fmt: skip
    author = str(FORMER_MEMBER) if erased_at else name or f"@{handle}"
    own = {"role": role, "organisation": organisation, "strengths": strengths}
    for name in own if erased_at or profile_hidden_at else kept_back or ():
        own[name] = None
    about = ", ".join(part for part in (own["role"], own["organisation"]) if part) if member else ""
    return PostRow(
        id=pk,
        number=number,
        author_id=author_id,
        html=html.as_safe(stored),
        created_at=created_at,
        when=f"{ago(created_at)}, {time_format(timezone.localtime(created_at), 'H:i')}",
        edited=edited_at is not None,
        hidden=hidden_at is not None,
        hidden_text=hidden_text,
        deleted=deleted_at is not None,
        thanks=thanks,
        helped=helped,
        author=author,
        handle=handle,
        gone=erased_at is not None,
        initials=initials(author),
        tone=tone(handle),
        photo=bool(photo_id) and member and not erased_at and not profile_hidden_at,
        about=about,
        strength="" if erased_at else _strength(topic, own["strengths"], expert=expert),
        mine=author_id == user_id,
        asked=author_id == topic.author_id and not erased_at,
        answer=pk == topic.accepted_post_id,
        thanked=thanked,
        said_helped=said_helped,
    )


def _strength(topic: Topic, strengths: Sequence[str] | None, *, expert: bool) -> str:
    """What makes this voice worth hearing here: an expert, or strong in a strand of the topic."""
    if expert:
        return _("Expert")
    for code in topic.strands:
        info = strands.find_strand(code) if code in (strengths or ()) else None
        if info:
            return _("Strong in strand %(number)s") % {"number": info.number}
    return ""
