"""What the groups may do in the admin. Model permissions exist only after all migrations, so ``load_content`` grants them."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from belonging.accounts.models import EDITORS, TRAINERS
from belonging.home.tree import home_page

_PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page")
_OF_EDITORS = {
    "framework": ["add_indicator", "change_indicator", "delete_indicator", "view_indicator"],
    "schools": ["add_programme", "change_programme", "view_programme", "add_school", "change_school", "view_school"],
    "home": ["change_sitetext"],
}


def grant(group_name: str, app_label: str, codenames: list[str]) -> None:
    """Give a group model permissions; twice changes nothing. A permission that is not there is a mistake of ours."""
    group = Group.objects.get(name=group_name)
    found = Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames)
    assert len({permission.codename for permission in found}) == len(codenames), (app_label, codenames)  # noqa: S101
    group.permissions.add(*found)


def grant_pages(group_name: str, page: Page) -> None:
    """Let a group add, change and publish pages from ``page`` downwards."""
    group = Group.objects.get(name=group_name)
    for codename in _PAGE_PERMISSIONS:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def load() -> str:
    for app_label, codenames in _OF_EDITORS.items():
        grant(EDITORS, app_label, codenames)
    grant_pages(EDITORS, home_page())
    for group_name in (EDITORS, TRAINERS):
        grant(group_name, "wagtailadmin", ["access_admin"])
    return "editors and trainers may do their work in the admin"
