"""A topic: its first post asks or tells, the others answer. Lists never join posts: what they show stands on the row."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from belonging.accounts.models import MODERATORS, SAFEGUARDING_LEADS
from belonging.framework.fields import StrandCodesField
from community.models.spaces import Space, SpaceMembership, is_moderator

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
        "new",
        "mention",
        "pass",
        "keep",
    }
)
"""Addresses of their own below a topic's: no topic's slug may be one of them."""


def topic_url(pk: int, slug: str) -> str:
    """The address of a topic, without asking the resolver: a list makes twenty of them."""
    global _topic_url
    if not _topic_url:
        _topic_url = reverse("community:topic", args=[1, "x"]).replace("/1/x/", "/{pk}/{slug}/")
    return _topic_url.format(pk=pk, slug=slug)


_topic_url = ""


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

    def for_reader(self, user: Any) -> Self:
        """With its space, and what the page needs of the reader, in the same query.

        ``my_read`` is the highest post number seen, ``my_follow`` whether the topic is muted (``None``: neither followed
        nor muted), ``i_lead`` whether the person looks after the space.
        """
        rows = self.select_related("space")
        if not user.is_authenticated:
            return rows.annotate(
                my_read=Value(None, output_field=models.IntegerField()),
                my_follow=Value(None, output_field=models.BooleanField()),
                i_lead=Value(False, output_field=models.BooleanField()),
            )
        model = apps.get_model
        read = model("community", "ReadState").objects.filter(user=user, topic=OuterRef("pk"))
        follow = model("community", "Follow").objects.filter(user=user, topic=OuterRef("pk"))
        lead = SpaceMembership.objects.facilitators().filter(user=user, space=OuterRef("space_id"))
        staff = user.groups.through.objects.filter(user=user, group__name__in=[MODERATORS, SAFEGUARDING_LEADS])
        return rows.annotate(
            my_read=Subquery(read.values("last_number")[:1]),
            my_follow=Subquery(follow.values("muted")[:1]),
            i_lead=Value(True, output_field=models.BooleanField())
            if user.is_superuser
            else Exists(lead) | Exists(staff),
        )

    def moderated_by(self, user: Any) -> Self:
        return self.filter(space__in=Space.objects.moderated_by(user).values("pk"))

    def manageable_by(self, user: Any) -> Self:
        """What the person may pin, lock, close, move, split and merge: not what its author deleted or what went into
        another topic; and what a moderator hid is for moderators, so that no facilitator brings it back."""
        rows = self.moderated_by(user).filter(merged_into__isnull=True, deleted_at__isnull=True)
        return rows if is_moderator(user) else rows.shown()

    def unmuted_by(self, user: Any) -> Self:
        """Without what the person has muted: the topic itself, its space, its tags or its author."""
        if not user.is_authenticated:
            return self
        muted = apps.get_model("community", "Follow").objects.of(user).muted_only()
        return (
            self.exclude(pk__in=muted.filter(topic__isnull=False).values("topic"))
            .exclude(space__in=muted.filter(space__isnull=False).values("space"))
            .exclude(author__in=muted.filter(person__isnull=False).values("person"))
            .exclude(tags__overlap=ArraySubquery(muted.exclude(tag="").values("tag")))
        )

    def followed_by(self, user: Any) -> Self:
        """What the person follows: the topic itself, its space, one of its tags or its author."""
        follows = apps.get_model("community", "Follow").objects.of(user).wanted()
        return self.filter(
            Q(pk__in=follows.filter(topic__isnull=False).values("topic"))
            | Q(space__in=follows.filter(space__isnull=False).values("space"))
            | Q(author__in=follows.filter(person__isnull=False).values("person"))
            | Q(tags__overlap=ArraySubquery(follows.exclude(tag="").values("tag")))
        )

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

    # What ``for_reader`` adds.
    my_read: int | None
    my_follow: bool | None
    i_lead: bool

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
                fields=["-helpful_count", "-id"],
                name="topic_unanswered_helpful",
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
        return topic_url(self.pk, self.slug)

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
