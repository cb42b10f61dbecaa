"""Schools, who belongs to them, and the programmes and organisations around them."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A local authority or a trust."""

    class Kind(models.TextChoices):
        LOCAL_AUTHORITY = "local_authority", _("Local authority")
        TRUST = "trust", _("Trust")

    name = models.CharField(_("name"), max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.LOCAL_AUTHORITY)

    def __str__(self) -> str:
        return self.name


class SchoolQuerySet(models.QuerySet["School"]):
    def open(self) -> Self:
        return self.filter(closed=False)

    def visible_to(self, user: Any) -> Self:
        """A school's entry in the register is public fact; members may look it up."""
        return self.all() if user.is_authenticated else self.none()

    def workspace_of(self, user: Any) -> Self:
        """Schools whose own pages the person may open: active membership, or adviser or manager of its programme.

        Evaluators and officers are left out on purpose: they see schools together, never one.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self.all()
        return self.filter(
            Q(pk__in=Membership.objects.active().filter(user=user).values("school_id"))
            | Q(
                programmes__in=ProgrammeRole.objects.filter(
                    user=user, role__in=[ProgrammeRole.Role.MANAGER, ProgrammeRole.Role.ADVISER]
                ).values("programme_id")
            )
        ).distinct()


class School(models.Model):
    """One establishment of the register (GIAS), or one an administrator entered. No names of people are kept."""

    urn = models.CharField(_("reference number"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=200)
    phase = models.CharField(_("phase"), max_length=60, blank=True)
    type = models.CharField(_("type"), max_length=80, blank=True)
    setting = models.CharField(max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=60, blank=True)
    closed = models.BooleanField(_("closed"), default=False)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    low_age = models.PositiveSmallIntegerField(null=True, blank=True)
    high_age = models.PositiveSmallIntegerField(null=True, blank=True)
    gender = models.CharField(max_length=20, blank=True)
    religious_character = models.CharField(max_length=80, blank=True)
    la_code = models.CharField(max_length=6, blank=True)
    la_name = models.CharField(_("local authority"), max_length=80, blank=True)
    establishment_number = models.CharField(max_length=10, blank=True)
    ukprn = models.CharField(max_length=10, blank=True)
    street = models.CharField(max_length=160, blank=True)
    locality = models.CharField(max_length=160, blank=True)
    address3 = models.CharField(max_length=160, blank=True)
    town = models.CharField(max_length=80, blank=True)
    county = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    website = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=60, blank=True)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="schools")
    source_data = models.JSONField(default=dict, blank=True)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["name"]
        indexes = [
            GinIndex(fields=["name"], name="school_name_trigram", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["postcode"], name="school_postcode"),
            models.Index(fields=["la_name", "name"], name="school_la"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("schools:workspace", args=[self.pk])

    @property
    def short_name(self) -> str:
        return str(self.source_data.get("short_name") or self.name)


class Role(models.TextChoices):
    MEMBER = "member", _("Team member")
    LEAD = "lead", _("School lead")
    GOVERNOR = "governor", _("Governor")
    ADVISER = "adviser", _("Adviser")


class MembershipState(models.TextChoices):
    ASKED = "asked", _("Waiting to be confirmed")
    ACTIVE = "active", _("Active")
    REFUSED = "refused", _("Not confirmed")
    ENDED = "ended", _("Ended")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(state=MembershipState.ACTIVE)

    def asked(self) -> Self:
        return self.filter(state=MembershipState.ASKED)

    def confirmable_by(self, user: Any) -> Self:
        """Requests the person decides: of schools they lead; as programme manager, of schools that have no lead."""
        leads = Membership.objects.active().filter(role=Role.LEAD)
        managed = ProgrammeRole.objects.filter(user=user, role=ProgrammeRole.Role.MANAGER).values("programme_id")
        return (
            self.asked()
            .filter(
                Q(school__in=leads.filter(user=user).values("school_id"))
                | (Q(school__programmes__in=managed) & ~Q(school__in=leads.values("school_id")))
            )
            .distinct()
        )


class Membership(models.Model):
    """A person's part in a school. People move on; the row stays with its dates."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    school = models.ForeignKey(School, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    state = models.CharField(max_length=10, choices=MembershipState.choices, default=MembershipState.ASKED)
    asked_at = models.DateTimeField(auto_now_add=True)
    from_on = models.DateField(null=True, blank=True)
    to_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "school"], condition=Q(state__in=["asked", "active"]), name="membership_once"
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on")), name="membership_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.school_id}"


class Invitation(models.Model):
    """A lead's invitation by e-mail. It runs for sixty days and says so."""

    school = models.ForeignKey(School, models.CASCADE, related_name="invitations")
    address = models.EmailField(_("e-mail address"), max_length=254)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    runs_until = models.DateTimeField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "address"], condition=Q(accepted_by__isnull=True), name="invitation_once"
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Programme(models.Model):
    """A cohort of schools that work together for a time."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    schools = models.ManyToManyField(School, related_name="programmes", blank=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("schools:programme", args=[self.slug])


class Milestone(models.Model):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="milestones")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(blank=True)
    due_on = models.DateField(_("due on"))

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "title", "due_on"], name="milestone_once")]

    def __str__(self) -> str:
        return self.title


class ProgrammeRole(models.Model):
    class Role(models.TextChoices):
        MANAGER = "manager", _("Manager")
        ADVISER = "adviser", _("Adviser")
        EVALUATOR = "evaluator", _("Evaluator")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="programme_roles")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "programme", "role"], name="programme_role_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.programme_id}"


class OrganisationRole(models.Model):
    """An officer of a local authority or trust."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="organisation_roles")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="roles")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="officer_once")]

    def __str__(self) -> str:
        return f"{self.user_id} officer of {self.organisation_id}"


class ImportRun(models.Model):
    """What one import of the register did and refused."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    file_sha256 = models.CharField(max_length=64)
    created = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    refused = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"import {self.pk}"
