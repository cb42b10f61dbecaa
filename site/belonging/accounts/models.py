"""People who sign in. Pupils, parents and carers never do."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

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

    def has_group(self, *names: str) -> bool:
        """Whether the person is in one of the groups; asked once for each request and person."""
        if not hasattr(self, "_group_names"):
            self._group_names = set(self.groups.values_list("name", flat=True))
        return bool(self._group_names.intersection(names))
