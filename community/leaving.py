"""What somebody leaves behind: their posts under "Former member", and no name, handle or trace in anybody's words.

A handle is one person's, so ``@handle`` and links to the profile are taken out wherever they stand; the bare word may be
any word. A name may be somebody else's too: a full name is taken
out where the person is named or quoted, was answered or wrote in the topic; a name of one word only where it stands as
the author of a quotation ("Sam wrote:"). Titles of topics are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection
from django.db.models import Q

from belonging.accounts.models import FORMER_MEMBER
from belonging.core import html
from belonging.files import services as files
from community import services
from community.models import (
    Attachment,
    Draft,
    ExpertRequest,
    FeedToken,
    Follow,
    Mention,
    Post,
    PostRevision,
    ReadState,
    SpaceMembership,
    SpaceRead,
    Thank,
    Topic,
)
from community.services.locking import lock_topics
from community.services.posting import FIRST_WORDS
from community.services.recount import recount
from community.writing import render

BATCH = 200
Replace = Callable[[str], str]


def erase(user: Any) -> None:
    """All topics that change are locked first, in order of id, as everybody locks them."""
    named = list(_posts_that_name(user).order_by("pk").values_list("pk", "topic_id"))
    kept = Q(pk__in=Thank.objects.filter(user=user).values("post__topic_id"))
    kept |= Q(pk__in=Follow.objects.filter(user=user).values("topic_id"))
    kept |= Q(pk__in=ReadState.objects.filter(user=user).values("topic_id"))
    counted = list(Topic.objects.filter(kept).values_list("pk", flat=True))
    lock_topics([*counted, *(topic_id for _pk, topic_id in named)])
    _let_go(user)
    recount(counted, repair=True)
    replace = _replacing(user)
    for pks in _batches(pk for pk, _topic_id in named):
        _rewrite_posts(pks, replace)
    _rewrite_unpublished(user, replace)
    Mention.objects.filter(user=user).delete()


def _let_go(user: Any) -> None:
    """What somebody follows, has read, thanked for and belongs to; what they never posted."""
    for model in (Thank, Follow, ReadState, SpaceRead, FeedToken, Draft):
        model.objects.filter(user=user).delete()
    Follow.objects.filter(person=user).delete()
    ExpertRequest.objects.filter(expert=user).delete()
    PostRevision.objects.filter(post__author=user).delete()
    for membership in SpaceMembership.objects.filter(user=user).select_related("space").order_by("space_id"):
        services.leave(user, membership.space, even_last=True)
    unposted = list(Attachment.objects.unposted().filter(owner=user).select_related("image", "file"))
    Attachment.objects.filter(pk__in=[row.pk for row in unposted]).delete()
    for row in unposted:
        if row.image:
            files.remove_image(row.image)
        if row.file:
            files.remove_file(row.file)


def _posts_that_name(user: Any) -> Any:
    names = _holds_handle("source", user)
    if user.name:
        near = Q(pk__in=Mention.objects.filter(user=user).values("post_id")) | Q(reply_to__author=user)
        near |= Q(topic__in=Post.objects.filter(author=user).values("topic_id"))
        names |= Q(source__contains=user.name) & near
    return Post.objects.filter(names)


def _holds_handle(column: str, user: Any) -> Q:
    return Q(**{f"{column}__contains": f"@{user.handle}"}) | Q(**{f"{column}__contains": f"/members/{user.handle}"})


def _replacing(user: Any) -> Replace:
    former = str(FORMER_MEMBER)
    handle, name = re.escape(user.handle), re.escape(user.name)
    rules = [
        (re.compile(rf"\[@{handle}\]\([^)\s]*\)"), former),
        (re.compile(rf"/members/{handle}/?(?![\w-])"), "/members/"),
        (re.compile(rf"(?<![\w-])@{handle}(?![\w-])"), former),
    ]
    if " " in user.name:
        rules.append((re.compile(rf"(?<!\w){name}(?!\w)"), former))
    elif user.name:
        rules.append((re.compile(rf"(?<!\w){name}(?=\W{{0,6}}\s*(?:wrote|said|ysgrifennodd)\b)"), former))

    def replace(text: str) -> str:
        for pattern, words in rules:
            text = pattern.sub(words, text)
        return text

    return replace


def _rewrite_posts(pks: list[int], replace: Replace) -> None:
    """Source and HTML are made anew; the post is not marked as edited. The index follows the source by itself."""
    changed, firsts = [], []
    for post in Post.objects.filter(pk__in=pks).select_for_update(no_key=True).order_by("pk"):
        source = replace(post.source)
        if source == post.source:
            continue
        post.source, post.html, post.cleaner_version = source, render(source).html, html.CLEANER_VERSION
        changed.append(post)
        if post.number == 1 and not post.is_hidden:
            firsts.append(Topic(pk=post.topic_id, first_words=html.excerpt(post.html, FIRST_WORDS)))
    Post.objects.bulk_update(changed, ["source", "html", "cleaner_version"])
    Topic.objects.bulk_update(firsts, ["first_words"])


def _rewrite_unpublished(user: Any, replace: Replace) -> None:
    """Revisions and drafts of others, words in the place of hidden posts and beside locked topics, notes on pictures."""
    _rewrite_texts(PostRevision.objects.all(), ["source"], user, replace)
    _rewrite_texts(Draft.objects.all(), ["source", "title"], user, replace)
    _rewrite_texts(Post.objects.filter(hidden_at__isnull=False), ["hidden_text"], user, replace)
    _rewrite_texts(Topic.objects.exclude(state_reason=""), ["state_reason"], user, replace)
    _rewrite_texts(Topic.objects.filter(hidden=True), ["first_words"], user, replace)
    _rewrite_texts(Attachment.objects.exclude(alt=""), ["alt"], user, replace)
    _rewrite_texts(SpaceMembership.objects.exclude(note=""), ["note"], user, replace)
    for draft in Draft.objects.filter(pk__in=_drafts_with_values(user)):
        draft.values = _replaced(draft.values, replace)
        draft.save(update_fields=["values"])


def _rewrite_texts(rows: Any, columns: list[str], user: Any, replace: Replace) -> None:
    for column in columns:
        holds = _holds_handle(column, user)
        if " " in user.name:
            holds |= Q(**{f"{column}__contains": user.name})
        longest = rows.model._meta.get_field(column).max_length
        found = list(rows.filter(holds).only("pk", column).order_by("pk"))
        for row in found:
            setattr(row, column, replace(getattr(row, column))[:longest])
        rows.model.objects.bulk_update(found, [column], batch_size=BATCH)


def _drafts_with_values(user: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM community_draft
               WHERE position(%(handle)s IN "values"::text) > 0
                  OR (%(name)s <> '' AND position(%(name)s IN "values"::text) > 0)""",
            {"handle": user.handle, "name": user.name},
        )
        return [row[0] for row in cursor.fetchall()]


def _replaced(value: Any, replace: Replace) -> Any:
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [_replaced(item, replace) for item in value]
    if isinstance(value, dict):
        return {key: _replaced(item, replace) for key, item in value.items()}
    return value


def _batches(pks: Iterable[int]) -> Iterator[list[int]]:
    rows = list(pks)
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
