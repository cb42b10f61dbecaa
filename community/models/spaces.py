"""A space: who may see it, who may come in, who looks after it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from belonging.accounts.models import MODERATORS, SAFEGUARDING_LEADS
from belonging.core.html import CLEANER_VERSION
from belonging.framework.fields import StrandCodesField
from community.writing import render

UNREAD_WINDOW = timedelta(days=90)
"""What had its last post before this counts as read, and so does what came before the person joined."""


def read_floor(user: Any, *, now: datetime | None = None) -> datetime:
    """Up to when everything counts as read, whatever the person has opened."""
    return max(user.joined_at, (now or timezone.now()) - UNREAD_WINDOW)


class Visibility(models.TextChoices):
    OPEN = "open", _("Anyone can read, members can post")
    MEMBERS = "members", _("All members")
    CLOSED = "closed", _("Members of this space only")
    CONFIDENTIAL = "confidential", _("Members of this space only, and nobody else knows of it")


class Joining(models.TextChoices):
    FREE = "free", _("Any member joins at once")
    ASK = "ask", _("People ask, and a facilitator lets them in")
    INVITED = "invited", _("A facilitator adds people")


_OPENNESS = [Visibility.CONFIDENTIAL, Visibility.CLOSED, Visibility.MEMBERS, Visibility.OPEN]


def opens_up(before: str, after: str) -> bool:
    """Whether more people would read what is there already, or learn that it is there."""
    return _OPENNESS.index(Visibility(after)) > _OPENNESS.index(Visibility(before))


SEEN = {
    Visibility.OPEN: _("Anyone can read this. Every member can post."),
    Visibility.MEMBERS: _("Every member can read this and post."),
    Visibility.CLOSED: _("Only members of this space can read this and post. Others see its name."),
    Visibility.CONFIDENTIAL: _("Only members of this space can read this and post. Nobody else knows of it."),
}
SEEN_WHEN_CLOSED = {
    Visibility.OPEN: _("Anyone can read this. It is closed: nobody posts."),
    Visibility.MEMBERS: _("Every member can read this. It is closed: nobody posts."),
    Visibility.CLOSED: _("Only members of this space can read this. It is closed: nobody posts."),
    Visibility.CONFIDENTIAL: _("Only members of this space can read this, and nobody else knows of it. Nobody posts."),
}
COMES_IN = {
    Joining.FREE: _("Every member can join at once."),
    Joining.ASK: _("You ask to join, and a facilitator decides."),
    Joining.INVITED: _("A facilitator adds people."),
}


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

    def for_reader(self, user: Any, *, floor: datetime | None = None) -> Self:
        """With what a space's page needs of the reader: role, when it was confirmed, how far they have read.

        ``my_follow`` is whether they have muted the space; ``None`` for neither followed nor muted. ``floor`` is ``read_floor(user)`` when left out.
        """
        if not user.is_authenticated:
            nothing = Value(None, output_field=models.DateTimeField())
            return self.annotate(
                my_role=Value(None, output_field=models.CharField()),
                my_confirmed_at=nothing,
                my_welcomed_at=nothing,
                my_read_at=nothing,
                my_follow=Value(None, output_field=models.BooleanField()),
                i_lead=Value(False, output_field=models.BooleanField()),
            )
        mine = SpaceMembership.objects.filter(user=user, space=OuterRef("pk"))
        read = apps.get_model("community", "SpaceRead").objects.filter(user=user, space=OuterRef("pk"))
        follow = apps.get_model("community", "Follow").objects.filter(user=user, space=OuterRef("pk"))
        staff = user.groups.through.objects.filter(user=user, group__name__in=[MODERATORS, SAFEGUARDING_LEADS])
        lead = Exists(mine.facilitators()) | Exists(staff)
        return self.annotate(
            my_role=Subquery(mine.values("role")[:1]),
            my_confirmed_at=Subquery(mine.values("confirmed_at")[:1]),
            my_welcomed_at=Subquery(mine.values("welcomed_at")[:1]),
            my_read_at=Greatest(Subquery(read.values("read_at")[:1]), Value(floor or read_floor(user))),
            my_follow=Subquery(follow.values("muted")[:1]),
            i_lead=Value(True, output_field=models.BooleanField()) if user.is_superuser else lead,
        )

    def kept_by(self, user: Any) -> Self:
        """Where the person is a member or has asked to be one."""
        return self.filter(pk__in=SpaceMembership.objects.filter(user_id=user.pk or 0).values("space"))

    def with_last_post(self) -> Self:
        """Each with ``last_post_at``, read from the index of its topics: no post has to lock its space for it."""
        newest = apps.get_model("community", "Topic").objects.filter(space=OuterRef("pk"), hidden=False)
        return self.annotate(last_post_at=Subquery(newest.order_by("-last_post_at").values("last_post_at")[:1]))

    def quiet_since(self, moment: datetime, *, today: date) -> Self:
        """Open for posts, silent since ``moment``, and nobody has been asked about this silence yet.

        Silence begins with the last post, the opening of the space or a facilitator's "keep it open", whichever is last.
        """
        silent = Greatest("created_at", Coalesce("quiet_kept_at", "created_at"), Coalesce("last_post_at", "created_at"))
        return (
            self.with_last_post()
            .annotate(silent_since=silent)
            .filter(Q(quiet_asked_at__isnull=True) | Q(quiet_asked_at__lt=F("silent_since")))
            .filter(closed_at__isnull=True, silent_since__lte=moment)
            .filter(Q(closes_on__isnull=True) | Q(closes_on__gte=today))
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
    joining = models.CharField(_("who comes in"), max_length=10, choices=Joining.choices, default=Joining.FREE)
    description = models.TextField(_("what it is for"), max_length=600, blank=True)
    prompt = models.CharField(_("a question to start with"), max_length=300, blank=True)
    welcome = models.TextField(
        _("welcome"), max_length=5000, blank=True, help_text=_("Markdown. Shown at the top until somebody has read it.")
    )
    welcome_html = models.TextField(blank=True, editable=False)
    welcome_version = models.PositiveSmallIntegerField(default=0, editable=False)
    event_tag = models.SlugField(
        _("tag of its events"), max_length=40, blank=True, help_text=_("Events with this tag are shown in the space.")
    )
    strands = StrandCodesField(verbose_name=_("strands"))
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    quiet_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    quiet_kept_at = models.DateTimeField(null=True, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    topic_count = models.PositiveIntegerField(default=0, editable=False)
    member_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SpaceQuerySet.as_manager()

    # What ``for_reader`` and ``with_last_post`` add.
    my_role: str | None
    my_confirmed_at: datetime | None
    my_welcomed_at: datetime | None
    my_read_at: datetime | None
    my_follow: bool | None
    i_lead: bool
    last_post_at: datetime | None

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        ordering = ["position", "title"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(joining=Joining.FREE) | Q(visibility__in=[Visibility.OPEN, Visibility.MEMBERS]),
                name="space_private_is_not_free",
                violation_error_message=_("People cannot join a closed space at once: let them ask, or add them."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("community:space", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The welcome's HTML is made whenever the welcome is saved, on the site and in the admin alike."""
        fields = kwargs.get("update_fields")
        if fields is None or "welcome" in fields:
            self.welcome_html = render(self.welcome).html if self.welcome.strip() else ""
            self.welcome_version = CLEANER_VERSION
            if fields is not None:
                kwargs["update_fields"] = {*fields, "welcome_html", "welcome_version"}
        super().save(*args, **kwargs)

    @property
    def members_url(self) -> str:
        return reverse("community:members", args=[self.slug])

    @property
    def quiet_url(self) -> str:
        return reverse("community:quiet", args=[self.slug])

    @property
    def who_can_see(self) -> str:
        """One line: who reads it and who posts."""
        return str((SEEN_WHEN_CLOSED if self.is_closed_for_posts else SEEN)[Visibility(self.visibility)])

    @property
    def who_comes_in(self) -> str:
        return str(COMES_IN[Joining(self.joining)])

    @property
    def closed_on(self) -> date | None:
        """The first day on which nobody could post, in the reader's time zone."""
        if self.closed_at:
            return timezone.localtime(self.closed_at).date()
        return self.closes_on + timedelta(days=1) if self.closes_on and self.is_closed_for_posts else None

    @property
    def is_private(self) -> bool:
        return self.visibility in {Visibility.CLOSED, Visibility.CONFIDENTIAL}

    @property
    def is_closed_for_posts(self) -> bool:
        """Closed by a facilitator, or its day has passed. Everything in it stays readable."""
        return self.closed_at is not None or bool(self.closes_on and self.closes_on < timezone.localdate())


class SpaceRole(models.TextChoices):
    MEMBER = "member", _("Member")
    FACILITATOR = "facilitator", _("Facilitator")


class SpaceMembershipQuerySet(models.QuerySet["SpaceMembership"]):
    def active(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def asked(self) -> Self:
        return self.filter(confirmed_at__isnull=True)

    def facilitators(self) -> Self:
        return self.active().filter(role=SpaceRole.FACILITATOR)


class SpaceMembership(models.Model):
    """``confirmed_at`` is empty while a facilitator has not decided."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="space_memberships")
    role = models.CharField(max_length=12, choices=SpaceRole.choices, default=SpaceRole.MEMBER)
    note = models.CharField(_("why you would like to join"), max_length=300, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    welcomed_at = models.DateTimeField(null=True, blank=True)

    objects = SpaceMembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "user"], name="space_member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.space_id}"
