"""Those who look at several schools: local authorities and trusts, and programmes with their milestones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from belonging.core.hooks import Viewer
from belonging.schools.models.school import School


class CurrentQuerySet(models.QuerySet["ProgrammeSchool"]):
    def current(self) -> Self:
        return self.filter(left_on__isnull=True)


class RoleQuerySet(models.QuerySet["ProgrammeRole"]):
    def active(self) -> Self:
        return self.filter(to_on__isnull=True)

    def of(self, user: Viewer) -> Self:
        return self.filter(user=user.pk)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: Viewer) -> Self:
        """For its officers."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(roles__user=user.pk, roles__to_on__isnull=True).distinct()


class Organisation(models.Model):
    """A local authority or a trust. ``code`` is what schools carry as la_code or trust_code."""

    class Kind(models.TextChoices):
        LOCAL_AUTHORITY = "local-authority", _("Local authority")
        TRUST = "trust", _("Trust")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200, unique=True)
    code = models.CharField(_("code"), max_length=20, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def schools(self) -> models.QuerySet[School]:
        """Its open schools by the register."""
        if not self.code:
            return School.objects.none()
        field = "la_code" if self.kind == self.Kind.LOCAL_AUTHORITY else "trust_code"
        return School.objects.open().filter(**{field: self.code})


class OrganisationRole(models.Model):
    class Role(models.TextChoices):
        OFFICER = "officer", _("Officer")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="organisation_roles")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.OFFICER)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("role in an organisation")
        verbose_name_plural = _("roles in organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user", "role"], condition=Q(to_on__isnull=True), name="organisation_role_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.organisation}"


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: Viewer) -> Self:
        """For people with a role in it and for officers of its partner organisations."""
        if not user.is_authenticated:
            return self.none()
        roles = ProgrammeRole.objects.active().filter(user=user.pk).values("programme")
        partners = Organisation.objects.visible_to(user)
        return self.filter(Q(pk__in=roles) | Q(partners__in=partners)).distinct()

    def named_to(self, user: Viewer) -> Self:
        """Programmes whose schools the person sees by name: as a manager or an adviser."""
        if not user.is_authenticated:
            return self.none()
        roles = ProgrammeRole.objects.active().filter(
            user=user.pk, role__in=[ProgrammeRole.Role.MANAGER, ProgrammeRole.Role.ADVISER]
        )
        return self.filter(pk__in=roles.values("programme"))

    def managed_by(self, user: Viewer) -> Self:
        if not user.is_authenticated:
            return self.none()
        roles = ProgrammeRole.objects.active().filter(user=user.pk, role=ProgrammeRole.Role.MANAGER)
        return self.filter(pk__in=roles.values("programme"))


class Programme(models.Model):
    """A cohort of schools with dated milestones. ``partners`` see it in aggregate."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), blank=True)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    timeline_heading = models.CharField(max_length=80, blank=True)
    schools = models.ManyToManyField(School, through="ProgrammeSchool", related_name="programmes")
    partners = models.ManyToManyField(Organisation, blank=True, related_name="programmes", verbose_name=_("partners"))
    source_data = models.JSONField(default=dict, blank=True, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["-starts_on", "title"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="programme_dates_in_order")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("schools:programme", args=[self.slug])

    def current_schools(self) -> models.QuerySet[School]:
        return School.objects.filter(pk__in=ProgrammeSchool.objects.current().filter(programme=self).values("school"))


class ProgrammeSchool(models.Model):
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="memberships")
    school = models.ForeignKey(School, models.PROTECT, related_name="programme_memberships")
    joined_on = models.DateField(_("joined"))
    left_on = models.DateField(_("left"), null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("school in a programme")
        verbose_name_plural = _("schools in programmes")
        ordering = ["school__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "school"], condition=Q(left_on__isnull=True), name="programme_school_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.programme}"


class ProgrammeRole(models.Model):
    class Role(models.TextChoices):
        MANAGER = "manager", _("Manager")
        ADVISER = "adviser", _("Adviser")
        EVALUATOR = "evaluator", _("Evaluator")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="programme_roles")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in a programme")
        verbose_name_plural = _("roles in programmes")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "user", "role"], condition=Q(to_on__isnull=True), name="programme_role_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.programme}"


class Milestone(models.Model):
    """What every school of a programme reaches by ``due_on``, that day included."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="milestones")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    label = models.CharField(_("when, in words"), max_length=60, blank=True)
    starts_on = models.DateField(_("starts"))
    due_on = models.DateField(_("due"))
    asks_schools = models.BooleanField(_("each school reports on it"), default=True)
    source_data = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["programme", "position"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "position"], name="milestone_position_once"),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("starts_on")), name="milestone_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_over(self, *, today: date) -> bool:
        return self.due_on < today

    def is_now(self, *, today: date) -> bool:
        return self.starts_on <= today <= self.due_on

    def due_soon(self, *, today: date) -> bool:
        return today <= self.due_on <= today + timedelta(days=14)


class MilestoneProgress(models.Model):
    """Where a school stands with a milestone; no row means not started."""

    class State(models.TextChoices):
        UNDER_WAY = "under-way", _("Under way")
        DONE = "done", _("Done")

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="progress")
    school = models.ForeignKey(School, models.PROTECT, related_name="milestone_progress")
    state = models.CharField(_("state"), max_length=10, choices=State)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("progress with a milestone")
        verbose_name_plural = _("progress with milestones")
        constraints = [
            models.UniqueConstraint(fields=["milestone", "school"], name="milestone_progress_once"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | Q(state="under-way", done_on__isnull=True),
                name="milestone_done_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.milestone}, {self.get_state_display()}"
