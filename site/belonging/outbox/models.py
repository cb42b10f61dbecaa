"""Mail that waits, and what became of it. The table is the truth; Redis only rings the bell."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    PLANNED = "planned", _("planned")
    CLAIMED = "claimed", _("taken by a worker")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed, will be tried again")
    DEAD = "dead", _("given up")
    SKIPPED = "skipped", _("skipped")
    UNKNOWN = "unknown", _("unknown: may have been sent")


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def due(self, now: datetime) -> Self:
        """What a worker may take: planned or to be tried again by ``now``, or held by a worker whose lease ran out."""
        return self.filter(
            Q(state__in=[State.PLANNED, State.FAILED], next_try_at__lte=now)
            | Q(state=State.CLAIMED, claimed_until__lt=now)
            | Q(state=State.SENDING, claimed_until__lt=now, at_most_once=False)
        )

    def stuck(self, now: datetime) -> Self:
        """At-most-once mail whose worker died between "send" and "sent": nobody knows, so nobody sends it again."""
        return self.filter(state=State.SENDING, claimed_until__lt=now, at_most_once=True)


class OutgoingEmail(models.Model):
    """One mail to one address. ``kind`` and ``key`` say what it is about; planning the same twice changes nothing."""

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=160)
    address = models.EmailField(_("address"), max_length=254)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    context = models.JSONField(default=dict, blank=True)
    secret_payload = models.BinaryField(null=True, blank=True, editable=False)
    priority = models.PositiveSmallIntegerField(default=5, help_text=_("0 goes first: secret mail; 9 last: digests"))
    at_most_once = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    planned_at = models.DateTimeField(_("planned"), auto_now_add=True)
    next_try_at = models.DateTimeField(_("next try"))
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["address", "kind", "key"], name="mail_once")]
        indexes = [
            models.Index(
                fields=["priority", "next_try_at"],
                name="mail_due",
                condition=Q(state__in=["planned", "failed", "claimed", "sending"]),
            ),
            models.Index(fields=["user", "-planned_at"], name="mail_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def message_id(self) -> str:
        """The same for every try, so that a reader's mail program can fold a double."""
        host = str(settings.BASE_URL).split("://", 1)[-1].split(":")[0].split("/")[0]
        return f"<outbox-{self.pk}@{host}>"

    def as_dict(self) -> dict[str, Any]:
        """The row for a person's own export."""
        return {
            "kind": self.kind,
            "address": self.address,
            "state": self.state,
            "planned_at": self.planned_at.isoformat(),
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "reason": self.reason,
        }


class Unsubscription(models.Model):
    """A person does not want one kind of mail. Transactional kinds take no notice of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="unsubscriptions")
    kind = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="unsubscribe_once")]

    def __str__(self) -> str:
        return f"{self.user_id} without {self.kind}"
