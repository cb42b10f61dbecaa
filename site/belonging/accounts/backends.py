"""Signing in: allauth's backend (e-mail address and password) with Django's permissions."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend


class MemberBackend(AuthenticationBackend):
    """One backend for members and editors, so that rate limits and second factors hold for both."""
