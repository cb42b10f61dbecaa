"""Discussions on a page: whether an answer can be kept, how long a question waits."""

from __future__ import annotations

from datetime import datetime

from django import template

from community.models import Topic
from community.services.keeping import draft_maker
from community.waiting import waiting_words

register = template.Library()


@register.filter
def can_be_kept(topic: Topic) -> bool:
    """A question with an accepted answer, where a room makes library drafts. No query."""
    return topic.is_question and topic.is_answered and draft_maker() is not None


@register.filter
def waits(moment: datetime) -> str:
    return waiting_words(moment)
