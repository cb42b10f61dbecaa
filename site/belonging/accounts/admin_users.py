"""People in the Wagtail admin: one name instead of a first and a last one."""

from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class UsersAppConfig(WagtailUsersAppConfig):
    user_viewset = "belonging.accounts.admin_viewsets.UserViewSet"
