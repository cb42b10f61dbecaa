from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from belonging.accounts.models import Profile, User


class CreationForm(UserCreationForm):
    """Makes a person whom an administrator vouches for: the address counts as verified."""

    first_name = None
    last_name = None

    class Meta(UserCreationForm.Meta):
        model = User
        fields = {"email", "name", "handle", "is_superuser", "groups"}

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit)
        if commit:
            Profile.objects.get_or_create(user=user)
            EmailAddress.objects.get_or_create(
                user=user, email=user.email, defaults={"verified": True, "primary": True}
            )
        return user


class EditForm(UserEditForm):
    first_name = None
    last_name = None

    class Meta(UserEditForm.Meta):
        model = User
        fields = {"email", "name", "handle", "is_active", "is_superuser", "groups"}


class UserViewSet(WagtailUserViewSet):
    def get_form_class(self, for_update: bool = False) -> Any:
        return EditForm if for_update else CreationForm
