"""From an accepted answer to a draft in the library, by whichever room makes such drafts."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from belonging.accounts.models import User
from belonging.core.errors import BelongingError
from belonging.core.hooks import AnswerToKeep, Credited, PublishedResource, ResourceDraft, gather
from community.models import Post, Space, Topic, Visibility

_TOPIC = re.compile(r"^/topics/(\d{1,18})/$")


class CannotKeep(BelongingError):
    """There is no answer to keep, or nobody to keep it."""


class MorePublic(BelongingError):
    """The library is read by more people than the space: a facilitator has to say yes."""


def draft_maker() -> ResourceDraft | None:
    """The room that makes drafts; where there is none, no button is shown. Asks no database."""
    if not hooks.get_hooks("resource_drafts"):
        return None
    found: list[ResourceDraft] = gather("resource_drafts")
    return found[0] if found else None


def may_keep(user: Any, topic: Topic) -> bool:
    """Whoever asked, whoever answered, and whoever looks after the space."""
    if not user.is_authenticated:
        return False
    answered_by = Post.objects.filter(pk=topic.accepted_post_id or 0, author=user)
    return topic.author_id == user.pk or answered_by.exists() or may_confirm(user, topic)


def may_confirm(user: Any, topic: Topic) -> bool:
    """Who may take something out of a closed space into the library."""
    return Space.objects.moderated_by(user).filter(pk=topic.space_id).exists()


def may_edit_draft(user: Any, topic: Topic) -> bool:
    maker = draft_maker()
    return maker is not None and maker.may_edit(user, source_of(topic))


def source_of(topic: Topic) -> str:
    """The address by which a resource knows where it came from; it stays when a title changes."""
    return reverse("community:topic_short", args=[topic.pk])


@transaction.atomic
def keep(topic_id: int, *, by: User, confirmed: bool = False) -> str:
    """Make a library draft from the accepted answer, once; returns where it stands.

    ``confirmed`` is a facilitator's yes for a closed or confidential space. Raises ``CannotKeep`` and ``MorePublic``.
    """
    topic = Topic.objects.select_for_update(of=("self",)).select_related("space", "author").get(pk=topic_id)
    if topic.resource_url:
        return topic.resource_url
    maker = draft_maker()
    shown = Post.objects.filter(topic=topic, hidden_at__isnull=True, deleted_at__isnull=True).select_related("author")
    answer = shown.filter(pk=topic.accepted_post_id or 0).first()
    if maker is None or answer is None or topic.hidden or not topic.is_question:
        raise CannotKeep(_("Only an accepted answer can go into the library."))
    if topic.space.is_private and not confirmed:
        raise MorePublic(
            _("More people read the library than this space. A facilitator has to agree before anything leaves it.")
        )
    question = shown.filter(number=1).first()
    credits = [Credited(answer.author_id, answer.author.display_name, "answered")]
    if question and question.author_id != answer.author_id:
        credits.insert(0, Credited(question.author_id, question.author.display_name, "asked"))
    topic.resource_url = maker.create(
        AnswerToKeep(
            source_url=source_of(topic),
            title=topic.title,
            question_html=question.html if question else "",
            html=answer.html,
            strands=topic.strands,
            indicators=topic.indicators,
            credits=credits,
            members_only=topic.space.visibility != Visibility.OPEN,
            by=by,
        )
    )
    topic.save(update_fields=["resource_url"])
    return topic.resource_url


def tell_where_it_stands(resource: PublishedResource) -> None:
    """What was made from a topic's answer was published, taken back or thrown away."""
    found = _TOPIC.match(resource.source_url)
    if found:
        Topic.objects.filter(pk=int(found[1])).update(resource_url=resource.url[:300])
