"""A topic: its first post asks or tells, the others answer. Lists never join posts: what they show stands on the row."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from belonging.framework.fields import StrandCodesField
from community.models.spaces import Space

TOPICS_PAGE = 20
OWN_ADDRESSES = frozenset(
    {
        "reply",
        "follow",
        "seen",
        "ask",
        "edit",
        "moderate",
        "move",
        "split",
        "merge",
        "answer",
        "helped",
        "unread",
        "pass",
        "keep",
    }
)
"""Addresses of their own below a topic's: no topic's slug may be one of them."""


class Kind(models.TextChoices):
    DISCUSSION = "discussion", _("Discussion")
    QUESTION = "question", _("Question")
    PRACTICE = "practice", _("Practice share")
    ANNOUNCEMENT = "announcement", _("Announcement")


class Phase(models.TextChoices):
    EARLY_YEARS = "early years", _("Early years")
    PRIMARY = "primary", _("Primary")
    SECONDARY = "secondary", _("Secondary")
    POST_16 = "post-16", _("Post-16")
    SPECIAL = "special", _("Special")
    AP = "ap", _("Alternative provision")


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(space__in=Space.objects.visible_to(user).values("pk"))

    def shown(self) -> Self:
        """Without hidden, deleted and merged topics: the first are reached by their address only."""
        return self.filter(hidden=False)

    def listed(self) -> Self:
        return self.select_related("space", "author", "author__profile")

    def moderated_by(self, user: Any) -> Self:
        return self.filter(space__in=Space.objects.moderated_by(user).values("pk"))

    def unanswered(self) -> Self:
        """Nobody has replied yet, and somebody still may."""
        return self.filter(reply_count=0, locked=False, closed_at__isnull=True)

    def open_questions(self) -> Self:
        """Questions with no accepted answer that still take one."""
        return self.filter(
            kind=Kind.QUESTION, accepted_post__isnull=True, locked=False, closed_at__isnull=True, hidden=False
        )

    def newest(self) -> Self:
        return self.order_by("-last_post_at", "-pk")

    def on_strands(self, codes: list[str]) -> Self:
        return self.filter(strands__overlap=codes)


class Topic(models.Model):
    """``hidden`` keeps it out of every list: a moderator hid it, its author deleted it, or it went into another."""

    space = models.ForeignKey(Space, models.PROTECT, related_name="topics")
    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.DISCUSSION)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="topics")
    strands = StrandCodesField(verbose_name=_("strands"))
    indicators = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    phases = ArrayField(models.CharField(max_length=12, choices=Phase.choices), default=list, blank=True)
    pinned = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    state_reason = models.CharField(_("why it was locked or closed"), max_length=300, blank=True)
    hidden = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_post = models.ForeignKey("Post", models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    resource_url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    last_post_at = models.DateTimeField()
    last_number = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    helpful_count = models.PositiveIntegerField(default=0)
    follow_count = models.PositiveIntegerField(default=0)
    reader_count = models.PositiveIntegerField(default=0)
    view_count = models.PositiveBigIntegerField(default=0)
    first_words = models.CharField(max_length=240, blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["-last_post_at", "-pk"]
        indexes = [
            models.Index(fields=["space", "-last_post_at", "-id"], name="topic_active_in_space", condition=Q(hidden=False)),
            models.Index(fields=["space", "-created_at", "-id"], name="topic_newest_in_space", condition=Q(hidden=False)),
            models.Index(fields=["space", "-helpful_count", "-id"], name="topic_helpful_in_space", condition=Q(hidden=False)),
            models.Index(fields=["-last_post_at", "-id"], name="topic_active", condition=Q(hidden=False)),
            models.Index(fields=["-created_at", "-id"], name="topic_newest", condition=Q(hidden=False)),
            models.Index(fields=["-helpful_count", "-id"], name="topic_helpful", condition=Q(hidden=False)),
            models.Index(
                fields=["-created_at", "-id"],
                name="topic_unanswered",
                condition=Q(hidden=False, locked=False, reply_count=0, closed_at__isnull=True),
            ),
            models.Index(
                fields=["-created_at", "-id"],
                name="topic_open_questions",
                condition=Q(
                    kind="question", accepted_post__isnull=True, locked=False, hidden=False, closed_at__isnull=True
                ),
            ),
            models.Index(fields=["space"], name="topic_pinned", condition=Q(pinned=True)),
            models.Index(fields=["author", "-last_post_at", "-id"], name="topic_by_author"),
            GinIndex(fields=["strands"], name="topic_strands"),
            GinIndex(fields=["indicators"], name="topic_indicators"),
            GinIndex(fields=["tags"], name="topic_tags"),
            GinIndex(fields=["phases"], name="topic_phases"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slugify(self.title)[:80].strip("-") or "topic"
        if self.slug in OWN_ADDRESSES:
            self.slug = f"{self.slug}-topic"
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("community:topic", args=[self.pk, self.slug])

    def url_of_post(self, number: int) -> str:
        return f"{self.get_absolute_url()}?post={number}#post-{number}"

    @property
    def is_answered(self) -> bool:
        return self.accepted_post_id is not None

    @property
    def is_question(self) -> bool:
        return self.kind == Kind.QUESTION

    @property
    def is_open_question(self) -> bool:
        """A question without an accepted answer that still takes one."""
        return self.is_question and not self.is_answered and self.takes_posts

    @property
    def library_url(self) -> str:
        """Where the published resource stands that was made from the answer; "" while there is none."""
        return "" if self.is_kept_as_draft else self.resource_url

    @property
    def is_kept_as_draft(self) -> bool:
        """Until it is published ``resource_url`` is the address at which editors work on it."""
        return self.resource_url.startswith("/admin/")

    @property
    def takes_posts(self) -> bool:
        """Whether members may reply, as far as the topic itself says; the space may be closed besides."""
        return not (self.locked or self.closed_at or self.hidden)
