"""What was made from people's words by older rules, made again from the source, a little at a time."""

from __future__ import annotations

from datetime import datetime
from time import monotonic

from django.db import transaction

from belonging.core import html
from community.models import Post, Space, Topic
from community.services.locking import again_on_deadlock, lock_post
from community.services.posting import FIRST_WORDS, keep_names_and_files
from community.writing import Written, render

AT_ONCE = 200
MOST_SECONDS = 30.0
"""The longest texts take a second each: what is left then waits for the next tick."""


def remake_posts(now: datetime) -> int:
    """Make the HTML of posts again that an older cleaner made, with the first words of their topics; returns how many.

    At most two hundred, in order of version and id along an index: what is done is no longer old, so a second run goes
    on behind it. Nobody is told, and no post counts as edited. Safe to run twice or side by side.
    """
    old = Post.objects.filter(cleaner_version__lt=html.CLEANER_VERSION).order_by("cleaner_version", "pk")
    begun, made = monotonic(), 0
    for pk, source in old.values_list("pk", "source")[:AT_ONCE]:
        made += _remake_post(pk, source)
        if monotonic() - begun > MOST_SECONDS:
            break
    return made


@again_on_deadlock
def _remake_post(post_id: int, source: str) -> int:
    """The words are rendered before the row is locked; where they have changed by then, somebody else rendered them."""
    written = render(source)
    try:
        with transaction.atomic():
            return _store(post_id, source, written)
    except Post.DoesNotExist:
        return 0


def _store(post_id: int, source: str, written: Written) -> int:
    topic, post = lock_post(post_id)
    if post.source != source or post.cleaner_version >= html.CLEANER_VERSION:
        return 0
    Post.objects.filter(pk=post.pk).update(html=written.html, cleaner_version=html.CLEANER_VERSION)
    keep_names_and_files(post, written, anew=True)
    if post.number == 1 and not post.is_hidden:
        Topic.objects.filter(pk=topic.pk).update(first_words=html.excerpt(written.html, FIRST_WORDS))
    return 1


@transaction.atomic
def remake_welcomes(now: datetime) -> int:
    """The same for the welcomes of spaces."""
    old = Space.objects.filter(welcome_version__lt=html.CLEANER_VERSION).order_by("welcome_version", "pk")
    spaces = list(old.select_for_update(no_key=True, skip_locked=True)[:AT_ONCE])
    for space in spaces:
        space.save(update_fields=["welcome"])
    return len(spaces)
