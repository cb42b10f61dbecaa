"""Signing in: allauth's backend (e-mail address and password) with Django's permissions."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from belonging.accounts.models import User
from belonging.core.prepared import Prepared

_FIELDS = [field.attname for field in User._meta.concrete_fields]


class MemberBackend(AuthenticationBackend):
    """One backend for members and editors, so that rate limits and second factors hold for both."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of the session: every member's page asks, so the SQL is made once."""
        rows = _BY_ID.rows(pk=user_id)
        found = User.from_db("default", _FIELDS, rows[0]) if rows else None
        return found if found and self.user_can_authenticate(found) else None


_BY_ID = Prepared(lambda pk: User.objects.filter(pk=pk).order_by().values_list(*_FIELDS))
