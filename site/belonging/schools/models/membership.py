"""Who belongs to a school, in which role, since when; and who was invited by mail."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from belonging.core.hooks import Viewer
from belonging.schools.models.school import School

INVITATION_DAYS = 60
INVITATION_SALT = "schools.invitation"


class Role(models.TextChoices):
    MEMBER = "member", _("Team member")
    LEAD = "lead", _("School lead")
    GOVERNOR = "governor", _("Governor")
    ADVISER = "adviser", _("Adviser")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, user: Viewer) -> Self:
        return self.filter(user=user.pk)

    def active(self) -> Self:
        return self.filter(state=Membership.State.ACTIVE)

    def asked(self) -> Self:
        return self.filter(state=Membership.State.ASKED)

    def leads(self) -> Self:
        return self.filter(role=Role.LEAD)

    def visible_to(self, user: Viewer) -> Self:
        """One's own, and those of the schools one may enter."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(user=user.pk) | Q(school__in=School.objects.workspace_of(user)))

    def answered_by(self, user: Viewer) -> Self:
        """Requests the person may answer."""
        return self.asked().filter(school__in=School.objects.team_run_by(user)).exclude(user=user.pk)


class Membership(models.Model):
    """A person's role in a school. History stays: who moves school has an ended row here and a new one there."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked to join")
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")
        REFUSED = "refused", _("Refused")

    Role = Role

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="school_memberships")
    school = models.ForeignKey(School, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    message = models.CharField(_("message"), max_length=300, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("to"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    confirmed_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["school", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "school", "role"], condition=Q(state__in=["asked", "active"]), name="membership_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(from_on__isnull=False, to_on__isnull=True), name="membership_active_from"
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(from_on__isnull=False, to_on__isnull=False), name="membership_ended_dates"
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on")), name="membership_dates_in_order"
            ),
        ]
        indexes = [models.Index(fields=["school", "state"], name="membership_of_school")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.school}"

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; may have expired, which its page and the team's page then say."""
        return self.filter(state=Invitation.State.WAITING)


class Invitation(models.Model):
    """An invitation to a school by mail. Only somebody with that address, verified, can accept it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    school = models.ForeignKey(School, models.PROTECT, related_name="invitations")
    address = models.EmailField(_("e-mail address"), max_length=254)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    times_sent = models.PositiveSmallIntegerField(default=1)
    expires_on = models.DateField(_("expires on"))
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("address"), "school", condition=Q(state="waiting"), name="invitation_waiting_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.school}"

    @property
    def token(self) -> str:
        return signing.dumps(self.pk, salt=INVITATION_SALT)

    def has_expired(self, *, today: date) -> bool:
        """Whether the last day, which still counts, has passed."""
        return self.expires_on < today

    def get_absolute_url(self) -> str:
        return reverse("schools:invitation", args=[self.token])
