from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from belonging.core.hooks import (
    DashboardCard,
    DemoContent,
    DigestItem,
    Mail,
    MailKind,
    MailRow,
    NotWanted,
    PersonalData,
    ScaleData,
)
from belonging.schools import demo, permissions, scale, services
from belonging.schools.models import (
    Invitation,
    Membership,
    MembershipState,
    OrganisationRole,
    Programme,
    ProgrammeRole,
    School,
)

hooks.register("second_factor_required", permissions.sees_others_schools)


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [DemoContent("schools", 20, demo.create)]


@hooks.register("mail_kinds")
def mail_kinds() -> list[MailKind]:
    return [
        MailKind(
            services.INVITATION_KIND,
            "Invitation to a school",
            _invitation_wanted,
            _invitation_mail,
            exempt_from_caps=True,
        )
    ]


def _invitation_wanted(row: MailRow) -> str:
    waiting = Invitation.objects.filter(pk=row.context["invitation"], accepted_by__isnull=True).exists()
    return "" if waiting else "the invitation was accepted or withdrawn"


def _invitation_mail(row: MailRow) -> Mail:
    found = Invitation.objects.select_related("school", "invited_by").filter(pk=row.context["invitation"]).first()
    if found is None:
        raise NotWanted("the invitation was withdrawn")
    url = settings.BASE_URL + services.invitation_url(found)
    subject = _("%(name)s invites you to the team of %(school)s") % {
        "name": found.invited_by.display_name,
        "school": found.school.name,
    }
    text = _(
        "%(subject)s on %(site)s.\n\nOpen this address and press the button to accept:\n%(url)s\n\n"
        "It runs until %(until)s. If you do not know why you got this, do nothing."
    ) % {"subject": subject, "site": settings.SITE_NAME, "url": url, "until": _date(found.runs_until)}
    return Mail(subject=subject, text=text)


def _date(moment: datetime) -> str:
    return f"{moment:%d %B %Y}".lstrip("0")


@hooks.register("dashboard_cards")
def dashboard_cards(user: Any) -> list[DashboardCard]:
    """Requests that wait for the person's decision; programmes they have a part in."""
    waiting = Membership.objects.confirmable_by(user).select_related("user", "school")[:5]
    cards = []
    if waiting:
        items = [
            DigestItem(
                row.user.display_name,
                f"/schools/{row.school_id}/team/",
                text=row.school.name,
                meta=row.get_role_display(),
            )
            for row in waiting
        ]
        cards.append(DashboardCard(15, _("Waiting for your decision"), items, column="aside"))
    programmes = [DigestItem(p.name, p.get_absolute_url()) for p in permissions.programmes_of(user)[:5]]
    if programmes:
        cards.append(DashboardCard(60, _("Your programmes"), programmes, column="aside"))
    return cards


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    labels = ["schools.Membership", "schools.Invitation", "schools.ProgrammeRole", "schools.OrganisationRole"]
    return [PersonalData("schools", labels, export=_export, erase=_erase)]


def _export(user: Any) -> Mapping[str, Any]:
    return {
        "memberships": [
            {"school": row.school.name, "role": row.role, "state": row.state, "from": row.from_on, "to": row.to_on}
            for row in Membership.objects.filter(user=user).select_related("school")
        ],
        "programme_roles": [
            {"programme": row.programme.name, "role": row.role}
            for row in ProgrammeRole.objects.filter(user=user).select_related("programme")
        ],
        "officer_of": list(OrganisationRole.objects.filter(user=user).values_list("organisation__name", flat=True)),
        "invitations_sent": Invitation.objects.filter(invited_by=user).count(),
    }


def _erase(user: Any) -> None:
    """Memberships end and stay as the school's history; roles go; invitations to the address go."""
    active = Membership.objects.filter(user=user, state__in=[MembershipState.ACTIVE, MembershipState.ASKED])
    active.update(state=MembershipState.ENDED)
    ProgrammeRole.objects.filter(user=user).delete()
    OrganisationRole.objects.filter(user=user).delete()
    Invitation.objects.filter(address=user.email.lower()).delete()


class ProgrammeViewSet(SnippetViewSet):
    """Cohorts: their schools and dates."""

    model = Programme
    icon = "group"
    menu_label = gettext_lazy("Programmes")
    add_to_admin_menu = True
    menu_order = 260
    list_display = ["name", "starts_on", "ends_on"]
    search_fields = ["name"]
    panels = [FieldPanel(name) for name in ("name", "slug", "summary", "starts_on", "ends_on")]

    def get_queryset(self, request: Any) -> QuerySet[Programme]:
        return Programme.objects.all()


class SchoolViewSet(SnippetViewSet):
    """The register as it was imported; a school that is not in it can be added by hand."""

    model = School
    icon = "home"
    menu_label = gettext_lazy("Schools")
    add_to_admin_menu = True
    menu_order = 270
    list_display = ["urn", "name", "la_name", "closed"]
    search_fields = ["name", "urn", "postcode"]
    panels = [
        FieldPanel(name) for name in ("urn", "name", "phase", "type", "la_name", "postcode", "closed", "organisation")
    ]


register_snippet(ProgrammeViewSet)
register_snippet(SchoolViewSet)


@hooks.register("scale_data")
def scale_data() -> list[ScaleData]:
    return [ScaleData("schools", 20, scale.fill)]
