from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _
from wagtail import hooks

from belonging.accounts import demo, scale, services
from belonging.accounts.models import Profile
from belonging.core.hooks import DemoContent, LinkTarget, PersonalData, Reportable, ScaleData


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [DemoContent("accounts", 10, demo.create)]


@hooks.register("link_targets")
def link_targets() -> list[LinkTarget]:
    return [LinkTarget("member", lambda slug: f"/members/{slug}/")]


@hooks.register("reportable")
def reportable() -> list[Reportable]:
    return [
        Reportable(
            kind="profile",
            label=_("Profile"),
            visible=lambda viewer: Profile.objects.visible_to(viewer).select_related("user"),
            everything=lambda: Profile.objects.select_related("user"),
            author_id=lambda profile: profile.user_id,
            describe=services.profile_words,
            url=lambda profile: profile.user.get_absolute_url(),
            hide=services.hide_profile,
            restore=services.restore_profile,
        )
    ]


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    """The person, the profile, and what allauth and Wagtail keep beside them.

    Wagtail's rows about editors' work (revisions, log entries, locks, comments) point at the person's row, which is
    emptied and stays: they then name "Former member".
    """
    return [
        PersonalData(
            "accounts",
            [
                "accounts.User", "accounts.Profile", "account.EmailAddress", "mfa.Authenticator",
                "usersessions.UserSession", "socialaccount.SocialAccount", "wagtailusers.UserProfile",
            ],
            export=_export,
            erase=services.erase_account,
        )
    ]  # fmt: skip


def _export(user: Any) -> Mapping[str, Any]:
    profile = dict(Profile.objects.filter(user=user).values().first() or {})
    return {
        "email": user.email,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "name": user.name,
        "handle": user.handle,
        "joined_at": user.joined_at.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "groups": [group.name for group in user.groups.all()],
        "profile": profile,
        "second_factors": [factor.get_type_display() for factor in Authenticator.objects.filter(user=user)],
        "sessions": [
            {"ip": row.ip, "user_agent": row.user_agent, "created_at": row.created_at.isoformat()}
            for row in UserSession.objects.filter(user=user)
        ],
    }


@hooks.register("scale_data")
def scale_data() -> list[ScaleData]:
    return [ScaleData("accounts", 10, scale.fill)]
