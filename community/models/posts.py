"""Posts. A post has a number within its topic, so that the last page of a long topic costs what the first costs."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.models.spaces import Space, is_moderator
from community.models.topics import Topic

POSTS_PAGE = 20


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: Any) -> Self:
        """In readable spaces, not hidden and not deleted."""
        return self.filter(
            topic__space__in=Space.objects.visible_to(user).values("pk"),
            hidden_at__isnull=True,
            deleted_at__isnull=True,
            topic__hidden=False,
        )

    def editable_by(self, user: Any) -> Self:
        return self.visible_to(user).filter(author=user, topic__locked=False, topic__closed_at__isnull=True)

    def block_of(self, number: int) -> Self:
        """The page of posts that holds ``number``, in order."""
        start = (max(number, 1) - 1) // POSTS_PAGE * POSTS_PAGE + 1
        return self.filter(number__gte=start, number__lt=start + POSTS_PAGE).order_by("number")

    def listed(self) -> Self:
        return self.select_related("author", "author__profile", "author__profile__photo")


class Post(models.Model):
    """``html`` was made from ``source`` when it was written and is never cleaned on read.

    A deleted post keeps its row and its number, so that the thread stays readable; its words are gone from it. A hidden
    one keeps its words for moderators, and ``was_accepted_at`` if it was the answer. ``heading`` is the topic's title on the first post, so that one index finds both.
    """

    # No index of its own: topic and number together have one, and PostgreSQL would take the wrong one of the two.
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="posts", db_index=False)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(  # post_by_author has it
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", db_index=False
    )
    heading = models.CharField(max_length=160, blank=True)
    source = models.TextField()
    html = models.TextField()
    cleaner_version = models.PositiveSmallIntegerField()
    reply_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_text = models.CharField(max_length=300, blank=True)
    was_accepted_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    thank_count = models.PositiveIntegerField(default=0)
    helped_count = models.PositiveIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)
    search = models.GeneratedField(
        expression=SearchVector("heading", config="english", weight="A")
        + SearchVector("source", config="english", weight="B"),
        output_field=SearchVectorField(),
        db_persist=True,
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
            models.Index(fields=["cleaner_version", "id"], name="post_by_cleaner"),
        ]

    def __str__(self) -> str:
        return f"post {self.pk}"

    def get_absolute_url(self) -> str:
        """Leads to the post wherever it stands by then: a number may change when a topic is split or merged."""
        return reverse("community:post", args=[self.pk])

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class PostRevision(models.Model):
    """What a post said before it was edited or deleted. Moderators read it; it goes with the author's erasure."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    source = models.TextField()
    heading = models.CharField(max_length=160, blank=True)
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-replaced_at", "-pk"]
        indexes = [models.Index(fields=["post", "-replaced_at"], name="revisions_of_post")]

    def __str__(self) -> str:
        return f"revision {self.pk} of {self.post_id}"


class Mention(models.Model):
    """Who is named or quoted in a post, so that a name can be taken out of other people's words when somebody leaves."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="mention_once")]
        indexes = [models.Index(fields=["user"], name="mentions_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.post_id}"


class ThankKind(models.TextChoices):
    THANK = "thank", _("Thank")
    HELPED = "helped", _("This helped")


class Thank(models.Model):
    """A thank for a post, or "this helped" for a reply to a question: each once a person."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="thanks", db_index=False)  # thank_once has it
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=ThankKind.choices, default=ThankKind.THANK)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user", "kind"], name="thank_once")]
        indexes = [models.Index(fields=["user"], name="thanks_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.post_id}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: Any) -> Self:
        """Of posts the person may read; and what they uploaded themselves and have not posted yet.

        Moderators also reach what was hidden, where they may read the space: it is the evidence.
        """
        readable = Q(
            post__topic__space__in=Space.objects.visible_to(user).values("pk"),
            post__hidden_at__isnull=True,
            post__deleted_at__isnull=True,
            post__topic__hidden=False,
            hidden_at__isnull=True,
        )
        if not user.is_authenticated:
            return self.filter(readable)
        own = Q(owner=user, post__isnull=True, hidden_at__isnull=True)
        if is_moderator(user):
            return self.filter(readable | own | Q(post__topic__space__in=Space.objects.visible_to(user).values("pk")))
        return self.filter(readable | own)

    def unposted(self) -> Self:
        return self.filter(post__isnull=True)

    def listed(self) -> Self:
        return self.select_related("file", "post__topic")


class Attachment(models.Model):
    """A picture or a file of a post. ``post`` is empty until the post is sent; what is never sent is swept away."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="attachments")
    image = models.ForeignKey("files.StoredImage", models.PROTECT, null=True, blank=True, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    alt = models.CharField(_("what the picture shows"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(image__isnull=False, file__isnull=True) | Q(image__isnull=True, file__isnull=False),
                name="attachment_is_picture_or_file",
            )
        ]
        indexes = [
            models.Index(fields=["created_at"], name="attachments_unposted", condition=Q(post__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"

    @property
    def words(self) -> str:
        """What the picture shows, or what the file is called."""
        return self.file.name if self.file else self.alt

    @property
    def url_of_post(self) -> str:
        """Where it is shown; its own address while it is in no post."""
        if self.post is None:
            return reverse("community:attachment", args=[self.key])
        return self.post.topic.url_of_post(self.post.number)
