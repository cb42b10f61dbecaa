"""People who sign in. Pupils, parents and carers never do."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from belonging.framework.fields import StrandCodesField

# Django groups, made by a migration; the table of roles says who they are for.
TRAINERS = "Trainers"
EXPERTS = "Experts"
MODERATORS = "Moderators"
SAFEGUARDING_LEADS = "Safeguarding leads"
EDITORS = "Editors"
GROUPS = (TRAINERS, EXPERTS, MODERATORS, SAFEGUARDING_LEADS, EDITORS)

FORMER_MEMBER = _("Former member")
HANDLE = RegexValidator(r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", _("Use small letters, digits and hyphens."))


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True, erased_at__isnull=True)

    def in_group(self, name: str) -> Self:
        return self.filter(groups__name=name)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("A user needs an e-mail address.")
        from belonging.accounts.names import free_handle

        email = email.strip().lower()
        fields.setdefault("handle", free_handle(fields.get("name") or email.partition("@")[0]))
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Signs in with an e-mail address, which nobody else sees; ``handle`` is the public name in @mentions.

    A person who leaves keeps the row, emptied (``erased_at``), so that what they wrote can stay under "Former member".
    """

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    handle = models.CharField(_("handle"), max_length=40, unique=True, validators=[HANDLE])
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Kept here by moderation, so that no request asks a second table; without an end they lie far in the future.
    silenced_until = models.DateTimeField(null=True, blank=True, editable=False)
    suspended_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]
        indexes = [
            models.Index(fields=["name", "id"], name="user_by_name"),
            # For suggestions while somebody types: the beginning of a name, in any collation. The handle has its own.
            models.Index(OpClass(Lower("name"), name="text_pattern_ops"), name="user_name_begins"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        if self.erased_at:
            return str(FORMER_MEMBER)
        return self.name or f"@{self.handle}"

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name.partition(" ")[0]

    def get_absolute_url(self) -> str:
        return reverse("accounts:member", args=[self.handle])

    def is_silenced(self, now: datetime | None = None) -> bool:
        """Whether the person may read and not write; a silence ends by itself."""
        return self.silenced_until is not None and self.silenced_until > (now or timezone.now())

    def is_suspended(self, now: datetime | None = None) -> bool:
        """Whether the person sees nothing but why, until when and how to appeal."""
        return self.suspended_until is not None and self.suspended_until > (now or timezone.now())

    def has_group(self, *names: str) -> bool:
        """Whether the person is in one of the groups; asked once for each request and person."""
        if not hasattr(self, "_group_names"):
            self._group_names = set(self.groups.values_list("name", flat=True))
        return bool(self._group_names.intersection(names))


class Sector(models.TextChoices):
    SCHOOL = "school", _("School")
    SCHOOL_TRUST = "school trust", _("School trust")
    LOCAL_AUTHORITY = "local authority", _("Local authority")
    HEALTH = "health", _("Health")
    SOCIAL_CARE = "social care", _("Social care")
    YOUTH_JUSTICE = "youth justice", _("Youth justice")
    VOLUNTARY_SECTOR = "voluntary sector", _("Voluntary sector")
    ACADEMIC = "academic", _("University or research")
    EXPERT = "expert", _("Independent expert")
    GOVERNANCE = "governance", _("Governance")
    PARENTS_AND_CARERS = "parents and carers", _("Parents and carers")
    TRAINING = "training", _("Training")


class Visibility(models.TextChoices):
    MEMBERS = "members", _("Members who are signed in")
    PUBLIC = "public", _("Anyone")


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("Choose a time zone from the list."))


class ProfileField(models.TextChoices):
    """What a person may keep from other members although they filled it in."""

    ROLE = "role", _("Role")
    SECTOR = "sector", _("Sector")
    ORGANISATION = "organisation", _("Organisation")
    REGION = "region", _("Region")
    BIO = "bio", _("About you")
    INTERESTS = "interests", _("Strands you are interested in")
    STRENGTHS = "strengths", _("Strands you can help with")
    LANGUAGES = "languages", _("Languages")
    OPEN_TO_VISITS = "open_to_visits", _("Happy to be visited")


class ProfileQuerySet(models.QuerySet["Profile"]):
    def visible_to(self, viewer: object) -> Self:
        """Members see every member; visitors only who chose to be seen by anyone."""
        present = self.filter(user__is_active=True, user__erased_at__isnull=True)
        if getattr(viewer, "is_authenticated", False):
            return present
        return present.filter(visibility=Visibility.PUBLIC)

    def showing(self, **values: Any) -> Self:
        """Where each field fits and its owner does not hide it: nobody is found by what they keep to themselves.

        ``showing(sector="health", strengths__contains=["P11"])``
        """
        found = self.filter(**values, hidden_at__isnull=True)
        for lookup in values:
            found = found.exclude(hidden_fields__contains=[lookup.partition("__")[0]])
        return found

    def with_words(self, words: str) -> Self:
        """Each word stands in the name or in what is shown of role, organisation and bio."""
        found = self
        for word in words.split()[:8]:
            fits = Q(user__name__icontains=word) | Q(user__handle__iexact=word.removeprefix("@"))
            for name in (ProfileField.ROLE, ProfileField.ORGANISATION, ProfileField.BIO):
                shown = Q(hidden_at__isnull=True) & ~Q(hidden_fields__contains=[name.value])
                fits |= Q(**{f"{name.value}__icontains": word}) & shown
            found = found.filter(fits)
        return found

    def by_name(self) -> Self:
        return self.order_by("user__name", "user_id")

    def after(self, name: str, user_id: int) -> Self:
        """Those who come later than this person in ``by_name``."""
        return self.filter(Q(user__name__gt=name) | Q(user__name=name, user_id__gt=user_id))


class Profile(models.Model):
    """What a person tells about themselves. Visitors see none of it unless the person chose so."""

    user = models.OneToOneField(User, models.PROTECT, related_name="profile")
    photo = models.ForeignKey("files.StoredImage", models.SET_NULL, null=True, blank=True, related_name="+")
    role = models.CharField(_("role"), max_length=120, blank=True)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector.choices, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    bio = models.TextField(_("about you"), max_length=1000, blank=True)
    interests = StrandCodesField(verbose_name=_("strands you are interested in"))
    strengths = StrandCodesField(verbose_name=_("strands you can help with"))
    languages = models.CharField(_("languages"), max_length=120, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="Europe/London", validators=[validate_time_zone]
    )
    visibility = models.CharField(
        _("who can see your profile"), max_length=10, choices=Visibility.choices, default=Visibility.MEMBERS
    )
    open_to_visits = models.BooleanField(_("happy to be visited"), default=False)
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_text = models.CharField(max_length=300, blank=True, editable=False)
    hidden_fields = ArrayField(
        models.CharField(max_length=20, choices=ProfileField.choices),
        verbose_name=_("keep to yourself"),
        default=list,
        blank=True,
        help_text=_("Nobody sees these, and nobody is found by them. You may still use them for yourself."),
    )

    objects = ProfileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.user.display_name

    @property
    def is_hidden(self) -> bool:
        """What the person wrote about themselves and the photo are out of sight; the name and the handle are not."""
        return self.hidden_at is not None

    @property
    def shown(self) -> dict[str, Any]:
        """The profile as others see it: empty where the person keeps something to themselves.

        ``sector_words`` is the sector as it is read.
        """
        hidden = set(ProfileField.values) if self.is_hidden else set(self.hidden_fields)
        found = {name: "" if name in hidden else getattr(self, name) for name in ProfileField.values}
        return {**found, "sector_words": self.get_sector_display() if found["sector"] else ""}

    @property
    def photo_url(self) -> str:
        shown = self.photo_id and not self.is_hidden
        return reverse("accounts:photo", args=[self.user.handle]) if shown else ""
