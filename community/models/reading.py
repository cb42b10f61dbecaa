"""What people keep of topics: how far they read, what they follow, what they do not want to hear of."""

from __future__ import annotations

import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from community.models.spaces import Space
from community.models.topics import Topic


class ReadState(models.Model):
    """The highest post number somebody has seen of a topic. There is no row for each post."""

    user = models.ForeignKey(  # read_state_once has it
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    last_number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="read_state_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.topic_id}"


class SpaceRead(models.Model):
    """ "Mark all read": what was posted in the space up to ``read_at`` counts as seen."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    space = models.ForeignKey(Space, models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "space"], name="space_read_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.space_id}"


class FollowQuerySet(models.QuerySet["Follow"]):
    def of(self, user: Any) -> Self:
        return self.filter(user_id=user.pk or 0)

    def wanted(self) -> Self:
        return self.filter(muted=False)

    def muted_only(self) -> Self:
        return self.filter(muted=True)


class Follow(models.Model):
    """One thing somebody follows, or has muted: a topic, a space, a tag or a person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, related_name="follows")
    space = models.ForeignKey(Space, models.CASCADE, null=True, blank=True, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    tag = models.CharField(max_length=40, blank=True)
    muted = models.BooleanField(default=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(topic__isnull=False, space__isnull=True, person__isnull=True, tag="")
                    | Q(topic__isnull=True, space__isnull=False, person__isnull=True, tag="")
                    | Q(topic__isnull=True, space__isnull=True, person__isnull=False, tag="")
                    | (Q(topic__isnull=True, space__isnull=True, person__isnull=True) & ~Q(tag=""))
                ),
                name="follow_one_thing",
            ),
            models.UniqueConstraint(fields=["topic", "user"], name="follow_once"),
            models.UniqueConstraint(fields=["space", "user"], name="follow_space_once"),
            models.UniqueConstraint(fields=["person", "user"], name="follow_person_once"),
            models.UniqueConstraint(fields=["tag", "user"], name="follow_tag_once", condition=~Q(tag="")),
        ]
        indexes = [models.Index(fields=["user"], name="follow_by_user")]

    def __str__(self) -> str:
        return f"follow {self.pk}"

    @property
    def name(self) -> str:
        """What it is about, in words."""
        thing = self.topic or self.space or self.person
        return str(thing) if thing else self.tag


def _token() -> str:
    return secrets.token_urlsafe(24)


class FeedToken(models.Model):
    """Opens a person's feeds to a feed reader, which cannot sign in. A new one makes the old one useless."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token = models.CharField(max_length=40, unique=True, default=_token)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"feed token of {self.user_id}"

    @classmethod
    def renew(cls, user: Any) -> FeedToken:
        made, _fresh = cls.objects.update_or_create(
            user=user, defaults={"token": _token(), "created_at": timezone.now()}
        )
        return made
