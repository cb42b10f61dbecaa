"""Drafts: what somebody is writing, kept on the server while they type."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from community.models.posts import Post
from community.models.spaces import Space
from community.models.topics import Topic


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, user: Any) -> Self:
        return self.filter(user_id=user.pk or 0)

    def unsent(self) -> Self:
        """Without those whose form was sent after all: a save on its way may arrive after the post."""
        token = Cast(KT("values__token"), models.UUIDField())
        posts = Post.objects.filter(author_id=OuterRef("user_id"), token=OuterRef("sent_as"))
        return self.alias(sent_as=token).filter(~Exists(posts))


class Draft(models.Model):
    """One for each person and ``place``: "new" or "space:3" for a topic, "topic:12" for a reply, "post:7" for an edit."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    place = models.CharField(max_length=40)
    space = models.ForeignKey(Space, models.CASCADE, null=True, blank=True, related_name="+")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, related_name="+")
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)
    values = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft {self.pk}"
