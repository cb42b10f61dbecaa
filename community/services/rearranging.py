"""Splitting a topic in two and putting two into one. Numbers stay 1 to n, and what anybody has read stays read.

Posts that are renumbered within their topic go through numbers far above all others first, since the unique constraint
on topic and number is checked row by row. Links to a post lead to ``/posts/<id>/``, which does not mind new numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belonging.accounts.models import User
from belonging.core import html
from community.models import Draft, ExpertRequest, Follow, Kind, Post, Space, SpaceMembership, Topic
from community.services.locking import again_on_deadlock
from community.services.moderating import CannotModerate, managed, record_and_tell
from community.services.posting import FIRST_WORDS
from community.services.recount import recount
from community.writing import render

FAR = 1_000_000_000


@again_on_deadlock
@transaction.atomic
def split_topic(
    topic_id: int, *, by: User, post_ids: Iterable[int], title: str, reason: str, now: datetime | None = None
) -> Topic:
    """Take posts out of a topic into a new one in the same space, written by the author of the first of them.

    The first post of the topic stays. A post at the end says where the others went. Raises ``CannotModerate``.
    """
    now = now or timezone.now()
    topic = managed([topic_id], by)[topic_id]
    wanted = set(post_ids)
    chosen = list(Post.objects.filter(topic=topic, pk__in=wanted).select_for_update(no_key=True).order_by("number"))
    if not chosen or len(chosen) != len(wanted):
        raise CannotModerate(_("Some of the posts are no longer in this topic. Choose again."))
    if chosen[0].number == 1:
        raise CannotModerate(_("The first post stays with its topic. Choose others, or move the whole topic."))
    first = chosen[0]
    made = Topic.objects.create(
        space=topic.space,
        title=title,
        kind=Kind.DISCUSSION,
        author=first.author,
        strands=topic.strands,
        indicators=topic.indicators,
        tags=topic.tags,
        phases=topic.phases,
        hidden=topic.hidden,
        created_at=first.created_at,
        last_post_at=chosen[-1].created_at,
        first_words=(first.hidden_text if first.is_hidden else html.excerpt(first.html, FIRST_WORDS))[:240],
    )
    values = {
        "old": topic.pk,
        "new": made.pk,
        "ids": [post.pk for post in chosen],
        "numbers": [post.number for post in chosen],
        "first": first.number,
        "far": FAR,
    }
    for statement in _SPLIT:
        _run(statement, values)
    Post.objects.filter(pk=first.pk).update(heading=title)
    if not topic.hidden:
        Space.objects.filter(pk=topic.space_id).update(topic_count=F("topic_count") + 1)
    words = ngettext(
        "%(count)s post went to a topic of its own: %(link)s",
        "%(count)s posts went to a topic of their own: %(link)s",
        len(chosen),
    )
    last = topic.last_number - len(chosen)
    _note(topic, by=by, number=last + 1, text=words % {"count": len(chosen), "link": _link(made)}, now=now)
    recount([topic.pk, made.pk], repair=True)
    record_and_tell(
        topic,
        by=by,
        action="split",
        words=_("Posts of your topic “%(title)s” were moved to a topic of their own."),
        reason=reason,
        detail={"new": made.pk, "posts": [post.pk for post in chosen][:200], "count": len(chosen)},
    )
    made.refresh_from_db()
    return made


_SPLIT = [
    # Who has read how far: in the new topic as many of its posts as they had read, in the old one as many fewer.
    """INSERT INTO community_readstate (user_id, topic_id, last_number)
       SELECT r.user_id, %(new)s, (SELECT count(*) FROM unnest(%(numbers)s::int[]) AS n WHERE n <= r.last_number)
       FROM community_readstate r WHERE r.topic_id = %(old)s AND r.last_number >= %(first)s""",
    """UPDATE community_readstate r SET last_number = r.last_number -
       (SELECT count(*) FROM unnest(%(numbers)s::int[]) AS n WHERE n <= r.last_number)
       WHERE r.topic_id = %(old)s AND r.last_number >= %(first)s""",
    # Writers of these posts who follow go on following; whoever muted the topic does not want its other half either.
    """INSERT INTO community_follow (user_id, topic_id, tag, muted)
       SELECT f.user_id, %(new)s, '', f.muted FROM community_follow f WHERE f.topic_id = %(old)s
       AND (f.muted OR f.user_id IN (SELECT author_id FROM community_post WHERE id = ANY(%(ids)s)))""",
    """UPDATE community_post p SET topic_id = %(new)s, number = n.number
       FROM (SELECT id, row_number() OVER (ORDER BY number) AS number FROM community_post WHERE id = ANY(%(ids)s)) n
       WHERE p.id = n.id""",
    "UPDATE community_post SET number = number + %(far)s WHERE topic_id = %(old)s AND number > %(first)s",
    """UPDATE community_post p SET number = %(first)s - 1 + n.number
       FROM (SELECT id, row_number() OVER (ORDER BY number) AS number FROM community_post
             WHERE topic_id = %(old)s AND number > %(far)s) n
       WHERE p.id = n.id""",
]


@again_on_deadlock
@transaction.atomic
def merge_topic(topic_id: int, *, by: User, into: int, reason: str, now: datetime | None = None) -> Topic:
    """Put a topic's posts behind those of another, after a post that names where they come from. Gives the other one.

    Appended, not woven in by time: so no post of the other topic gets a new number, its links and what people have
    read stay as they are, and an answer never stands before its question. The address of the topic leads to the
    other. Followers are united, without those who may not read the other's space. Raises ``CannotModerate``.
    """
    now = now or timezone.now()
    if topic_id == into:
        raise CannotModerate(_("Choose another topic: this one cannot go into itself."))
    found = managed([topic_id, into], by)
    source, target = found[topic_id], found[into]
    values = {"old": source.pk, "new": target.pk, "last": target.last_number, "shift": target.last_number + 1}
    for statement in _MERGE:
        _run(statement, values)
    text = _("“%(title)s” goes on here.") % {"title": _plain(source.title)}
    _note(target, by=by, number=target.last_number + 1, text=text, now=now)
    _unite_followers(source, target)
    _take_over(source, target, now)
    was_shown = not source.hidden
    Topic.objects.filter(merged_into=source).update(merged_into=target)
    source.hidden, source.pinned, source.merged_into = True, False, target
    source.accepted_post = source.accepted_at = None
    source.save(update_fields=["hidden", "pinned", "merged_into", "accepted_post", "accepted_at"])
    if was_shown:
        Space.objects.filter(pk=source.space_id).update(topic_count=F("topic_count") - 1)
    recount([source.pk, target.pk], repair=True)
    record_and_tell(
        source,
        by=by,
        action="merged",
        words=_("Your topic “%(title)s” was put together with another one."),
        reason=reason,
        detail={"into": target.pk},
    )
    target.refresh_from_db()
    return target


_MERGE = [
    # Whoever had read all of the other topic has read as far into these posts as they had before; nobody else is moved.
    """UPDATE community_readstate t SET last_number = %(shift)s + s.last_number
       FROM community_readstate s
       WHERE t.topic_id = %(new)s AND s.topic_id = %(old)s AND s.user_id = t.user_id
         AND t.last_number >= %(last)s AND s.last_number > 0""",
    "DELETE FROM community_readstate WHERE topic_id = %(old)s",
    """UPDATE community_post SET topic_id = %(new)s, number = number + %(shift)s, heading = ''
       WHERE topic_id = %(old)s""",
]


def _unite_followers(source: Topic, target: Topic) -> None:
    follows = Follow.objects.wanted().filter(topic=source)
    if target.space.is_private:
        follows = follows.filter(user__in=SpaceMembership.objects.active().filter(space=target.space).values("user_id"))
    rows = [Follow(topic=target, user_id=pk) for pk in follows.values_list("user_id", flat=True)]
    Follow.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    Follow.objects.filter(topic=source).delete()


def _take_over(source: Topic, target: Topic, now: datetime) -> None:
    """The accepted answer where the other has none, questions to experts, and what people were about to reply."""
    if source.accepted_post_id and target.is_question and not target.accepted_post_id:
        Topic.objects.filter(pk=target.pk).update(
            accepted_post=source.accepted_post_id, accepted_at=source.accepted_at or now
        )
    asked = ExpertRequest.objects.filter(topic=target)
    requests = ExpertRequest.objects.filter(topic=source)
    people = asked.filter(expert__isnull=False).values("expert_id")
    strands = asked.exclude(strand="").values("strand")
    requests.filter(expert__isnull=False).exclude(expert__in=people).update(topic=target)
    requests.exclude(strand="").exclude(strand__in=strands).update(topic=target)
    ExpertRequest.objects.waiting().filter(topic=source).update(answered_at=now)
    drafts = Draft.objects.filter(place=f"topic:{source.pk}")
    writing = Draft.objects.filter(place=f"topic:{target.pk}").values("user_id")
    drafts.exclude(user__in=writing).update(place=f"topic:{target.pk}", topic=target)


def _note(topic: Topic, *, by: User, number: int, text: str, now: datetime) -> Post:
    """A post by who moderates that says where others went; nobody is notified of it."""
    return Post.objects.create(
        topic=topic,
        number=number,
        author=by,
        source=text,
        html=render(text).html,
        cleaner_version=html.CLEANER_VERSION,
        created_at=now,
    )


_MARKS = re.compile(r"([\\`*_{}\[\]()#+.!<>~|&-])")


def _plain(title: str) -> str:
    """A title inside Markdown that stays as it is: no marks, no mention."""
    return _MARKS.sub(r"\\\1", title).replace("@", "&#64;")


def _link(topic: Topic) -> str:
    return f"[{_plain(topic.title)}]({topic.get_absolute_url()})"


def _run(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
