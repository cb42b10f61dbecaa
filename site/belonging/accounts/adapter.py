"""How allauth meets our house."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.mail import EmailMessage
from django.http import HttpRequest

from belonging.accounts.models import Profile, User
from belonging.accounts.names import free_handle
from belonging.outbox.backend import KIND_HEADER


class AccountAdapter(DefaultAccountAdapter):
    """Account mail is a secret kind of the outbox; a new person gets a handle and a profile."""

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        message.extra_headers[KIND_HEADER] = "account"
        return message

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.handle = free_handle(user.name)
        user.email = form.cleaned_data["email"].strip().lower()
        password = form.cleaned_data.get("password1")
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        if commit:
            user.save()
            Profile.objects.get_or_create(user=user)
        return user

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).strip().lower()


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names the person in an authenticator app by their address."""
