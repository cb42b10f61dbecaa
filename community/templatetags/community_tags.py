"""Discussions on a page: who stands behind an answer, whether it can be kept, how long a question waits."""

from __future__ import annotations

from datetime import datetime

from django import template

from belonging.accounts.models import User
from community import standing as standings
from community.models import Topic
from community.services.keeping import draft_maker
from community.waiting import waiting_words

register = template.Library()


@register.filter
def standing(author: User, topic: Topic) -> str:
    """``{{ post.author|standing:topic }}``: "Expert", "Strong in strand 11" or "". No query for a post."""
    return standings.standing(author, topic.strands)


@register.filter
def can_be_kept(topic: Topic) -> bool:
    """A question with an accepted answer, where a room makes library drafts. No query."""
    return topic.is_question and topic.is_answered and draft_maker() is not None


@register.filter
def waits(moment: datetime) -> str:
    return waiting_words(moment)
