"""Spaces, topics and posts. A post has a number within its topic, so that page 500 costs what page 1 costs."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from belonging.accounts.models import MODERATORS, SAFEGUARDING_LEADS
from belonging.framework.fields import StrandCodesField

POSTS_PAGE = 20
TOPICS_PAGE = 20


class Visibility(models.TextChoices):
    OPEN = "open", _("Anyone can read, members can post")
    MEMBERS = "members", _("All members")
    CLOSED = "closed", _("Members of this space only")
    CONFIDENTIAL = "confidential", _("Members of this space only, and nobody else knows of it")


class SpaceQuerySet(models.QuerySet["Space"]):
    def visible_to(self, user: Any) -> Self:
        """Whose topics the person may read."""
        if not user.is_authenticated:
            return self.filter(visibility=Visibility.OPEN)
        if user.is_superuser:
            return self.all()
        mine = SpaceMembership.objects.active().filter(user=user).values("space_id")
        return self.filter(Q(visibility__in=[Visibility.OPEN, Visibility.MEMBERS]) | Q(pk__in=mine))

    def listed_for(self, user: Any) -> Self:
        """Whose name the person may know: a closed space is listed with its join page, a confidential one is not."""
        if not user.is_authenticated:
            return self.filter(visibility=Visibility.OPEN)
        return self.filter(
            Q(visibility__in=[Visibility.OPEN, Visibility.MEMBERS, Visibility.CLOSED])
            | Q(pk__in=self.visible_to(user).values("pk"))
        )

    def moderated_by(self, user: Any) -> Self:
        if not user.is_authenticated:
            return self.none()
        if is_moderator(user):
            return self.visible_to(user)
        return self.filter(
            pk__in=SpaceMembership.objects.active().filter(user=user, role=SpaceRole.FACILITATOR).values("space_id")
        )


def is_moderator(user: Any) -> bool:
    return bool(user.is_authenticated and (user.is_superuser or user.has_group(MODERATORS, SAFEGUARDING_LEADS)))


class Space(models.Model):
    """A place for discussions with an own membership. Its counters are kept by the services."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    visibility = models.CharField(
        _("who can see it"), max_length=12, choices=Visibility.choices, default=Visibility.MEMBERS
    )
    description = models.TextField(_("what it is for"), max_length=600, blank=True)
    prompt = models.CharField(_("a question to start with"), max_length=300, blank=True)
    strands = StrandCodesField(verbose_name=_("strands"))
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    topic_count = models.PositiveIntegerField(default=0, editable=False)
    last_post_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("community:space", args=[self.slug])

    @property
    def is_private(self) -> bool:
        return self.visibility in {Visibility.CLOSED, Visibility.CONFIDENTIAL}

    @property
    def is_closed_for_posts(self) -> bool:
        return bool(self.closes_on and self.closes_on < timezone.localdate())


class SpaceRole(models.TextChoices):
    MEMBER = "member", _("Member")
    FACILITATOR = "facilitator", _("Facilitator")


class SpaceMembershipQuerySet(models.QuerySet["SpaceMembership"]):
    def active(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def asked(self) -> Self:
        return self.filter(confirmed_at__isnull=True)


class SpaceMembership(models.Model):
    """``confirmed_at`` is empty while a facilitator has not decided."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="space_memberships")
    role = models.CharField(max_length=12, choices=SpaceRole.choices, default=SpaceRole.MEMBER)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = SpaceMembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "user"], name="space_member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.space_id}"


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(space__in=Space.objects.visible_to(user).values("pk"))

    def shown(self) -> Self:
        """Without topics whose first post is hidden: they are reached by their address only."""
        return self.filter(hidden=False)

    def listed(self) -> Self:
        return self.select_related("space", "author", "author__profile")

    def unanswered(self) -> Self:
        return self.filter(reply_count=0, locked=False)

    def newest(self) -> Self:
        return self.order_by("-last_post_at", "-pk")

    def on_strands(self, codes: list[str]) -> Self:
        return self.filter(strands__overlap=codes)


class Topic(models.Model):
    space = models.ForeignKey(Space, models.PROTECT, related_name="topics")
    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(max_length=80)
    kind = models.CharField(max_length=12, default="discussion")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="topics")
    strands = StrandCodesField(verbose_name=_("strands"))
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    pinned = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    accepted_post = models.ForeignKey("Post", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    last_post_at = models.DateTimeField()
    last_number = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    first_words = models.CharField(max_length=240, blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["-last_post_at", "-pk"]
        indexes = [
            models.Index(fields=["space", "-last_post_at", "-id"], name="topic_newest_in_space"),
            models.Index(fields=["-last_post_at", "-id"], name="topic_newest"),
            models.Index(fields=["author", "-last_post_at"], name="topic_by_author"),
            GinIndex(fields=["strands"], name="topic_strands"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slugify(self.title)[:80] or "topic"
        if self.slug in {"reply", "follow", "seen"}:  # addresses of their own below the topic's
            self.slug = f"{self.slug}-topic"
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("community:topic", args=[self.pk, self.slug])

    def url_of_post(self, number: int) -> str:
        return f"{self.get_absolute_url()}?post={number}#post-{number}"

    @property
    def is_answered(self) -> bool:
        return self.accepted_post_id is not None


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: Any) -> Self:
        """In readable spaces and not hidden."""
        return self.filter(
            topic__space__in=Space.objects.visible_to(user).values("pk"), hidden_at__isnull=True, topic__hidden=False
        )

    def editable_by(self, user: Any) -> Self:
        return self.visible_to(user).filter(author=user, topic__locked=False)

    def block_of(self, number: int) -> Self:
        """The page of posts that holds ``number``, in order."""
        start = (max(number, 1) - 1) // POSTS_PAGE * POSTS_PAGE + 1
        return self.filter(number__gte=start, number__lt=start + POSTS_PAGE).order_by("number")

    def listed(self) -> Self:
        return self.select_related("author", "author__profile", "author__profile__photo")


class Post(models.Model):
    """``html`` was made from ``source`` when it was written and is never cleaned on read."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts")
    source = models.TextField()
    html = models.TextField()
    cleaner_version = models.PositiveSmallIntegerField()
    reply_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_text = models.CharField(max_length=300, blank=True)
    thank_count = models.PositiveIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)
    search = models.GeneratedField(
        expression=SearchVector("source", config="english"), output_field=SearchVectorField(), db_persist=True
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="post_number_once"),
            models.UniqueConstraint(fields=["author", "token"], name="post_sent_once"),
        ]
        indexes = [
            GinIndex(fields=["search"], name="post_search"),
            models.Index(fields=["author", "-created_at"], name="post_by_author"),
        ]

    def __str__(self) -> str:
        return f"post {self.pk}"

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None


class Thank(models.Model):
    post = models.ForeignKey(Post, models.CASCADE, related_name="thanks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="thank_once")]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.post_id}"


class Follow(models.Model):
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="follows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "user"], name="follow_once")]
        indexes = [models.Index(fields=["user"], name="follow_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.topic_id}"


class ReadState(models.Model):
    """The highest post number somebody has seen of a topic."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    last_number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="read_state_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.topic_id}"
