"""Who gets in where: every route of our own, every role, GET and POST. Generated from the resolver: a route without a row fails.

``in`` is any answer that is no refusal; ``login`` the way to sign in; ``*`` is everybody who is not named. A refusal that
turns into another (404 into 403) is a change of what outsiders learn, so it fails too.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.demo_things import address
from tests.probe import ask
from tests.routes import own_routes

ROLES = [
    "visitor",
    "practitioner",
    "lead",
    "trainer",
    "expert",
    "moderator",
    "safeguarding",
    "manager",
    "officer",
    "evaluator",
    "stranger",
    "admin",
]

TABLE = """
attachments/<uuid:key>/ | GET login: visitor; 404: *; in: moderator officer admin | POST 405: all
attachments/add/ | GET 405: all | POST login: visitor; in: *
certificates/<uuid:certificate_id>/ | GET in: all | POST 405: all
credits/<int:credit_id>/ | GET login: visitor; 404: * | POST login: visitor; 404: *
drafts/<int:draft_id>/delete/ | GET 405: all | POST login: visitor; in: *
drafts/<int:draft_id>/other/ | GET 405: all | POST login: visitor; in: *
drafts/preview/ | GET 405: all | POST login: visitor; in: *
drafts/restore/<str:key>/ | GET login: visitor; in: * | POST 405: all
drafts/save/ | GET 405: all | POST login: visitor; in: *
events/<int:event_id>/book/ | GET 405: all | POST login: visitor; in: *
events/<int:event_id>/give-back/ | GET 405: all | POST login: visitor; in: practitioner; 404: *
events/calendar.ics | GET in: all | POST 405: all
framework/ | GET in: all | POST 405: all
framework/<str:code>/ | GET in: all | POST 405: all
healthz | GET in: all | POST 405: all
i18n/setlang/ | GET in: all | POST in: all
language/ | GET in: all | POST 405: all
library/collections/ | GET in: all | POST 405: all
library/collections/<slug:slug>/ | GET login: visitor; in: * | POST 405: all
library/collections/items/<int:item_id>/move/ | GET 405: all | POST login: visitor; 403: *; in: expert moderator safeguarding admin
library/collections/items/<int:item_id>/note/ | GET 405: all | POST login: visitor; 403: *; in: expert moderator safeguarding admin
library/collections/items/<int:item_id>/remove/ | GET 405: all | POST login: visitor; 403: *; in: expert moderator safeguarding admin
library/resources/<int:resource_id>/collect/ | GET 405: all | POST login: visitor; 403: *; in: trainer expert moderator safeguarding manager officer admin
me/ | GET login: visitor; in: * | POST 405: all
me/calendar/<str:token>.ics | GET in: all | POST 405: all
me/calendar/renew/ | GET 405: all | POST login: visitor; in: *
me/data/ | GET login: visitor; in: * | POST 405: all
me/data/export/ | GET 405: all | POST login: visitor; in: *
me/data/leave/ | GET login: visitor; in: * | POST login: visitor; in: *
me/drafts/ | GET login: visitor; in: * | POST 405: all
me/feeds/ | GET login: visitor; in: * | POST 405: all
me/feeds/renew/ | GET 405: all | POST login: visitor; in: *
me/following/ | GET login: visitor; in: * | POST 405: all
me/following/<int:follow_id>/ | GET 405: all | POST login: visitor; 404: *
me/notifications/ | GET login: visitor; in: * | POST 405: all
me/notifications/<int:notification_id>/ | GET 405: all | POST login: visitor; 404: *; in: lead
me/notifications/read/ | GET 405: all | POST login: visitor; in: *
me/notifications/settings/ | GET login: visitor; in: * | POST login: visitor; in: *
me/profile/ | GET login: visitor; in: * | POST login: visitor; in: *
media/<path:path> | GET 404: all | POST 405: all
members/ | GET login: visitor; in: * | POST 405: all
members/<slug:handle>/ | GET login: visitor; in: * | POST 405: all
members/<slug:handle>/follow/ | GET 405: all | POST login: visitor; 404: *
members/<slug:handle>/photo/ | GET 404: all | POST 405: all
moderation/ | GET login: visitor; 404: *; in: moderator safeguarding admin | POST 405: all
moderation/appeal/<slug:kind>/<int:pk>/ | GET login: visitor; 404: * | POST login: visitor; 404: *
moderation/appeals/<int:appeal_id>/ | GET login: visitor; 404: *; in: moderator safeguarding admin | POST login: visitor; 404: *; in: moderator safeguarding admin
moderation/cases/<int:case_id>/ | GET login: visitor; 404: *; in: moderator safeguarding admin | POST 405: all
moderation/cases/<int:case_id>/answer/ | GET 405: all | POST login: visitor; 404: *; in: moderator safeguarding admin
moderation/cases/<int:case_id>/claim/ | GET 405: all | POST login: visitor; 404: *; in: moderator safeguarding admin
moderation/cases/<int:case_id>/decide/ | GET 405: all | POST login: visitor; 404: *; in: moderator safeguarding admin
moderation/cases/<int:case_id>/escalate/ | GET 405: all | POST login: visitor; 404: *; in: moderator safeguarding admin
moderation/cases/<int:case_id>/give-back/ | GET 405: all | POST login: visitor; 404: *; in: moderator safeguarding admin
moderation/cases/<int:case_id>/undo/ | GET 405: all | POST login: visitor; 404: *; in: moderator safeguarding admin
moderation/complaint/ | GET in: all | POST in: all
moderation/people/<slug:handle>/ | GET login: visitor; 404: *; in: moderator safeguarding admin | POST login: visitor; 404: *; in: moderator safeguarding admin
moderation/report/<slug:kind>/<int:object_id>/ | GET login: visitor; in: * | POST login: visitor; in: *
moderation/restrictions/<int:restriction_id>/lift/ | GET 405: all | POST login: visitor; 404: *; in: moderator safeguarding admin
posts/<int:post_id>/ | GET login: visitor; in: * | POST 405: all
posts/<int:post_id>/accept/ | GET 405: all | POST login: visitor; 403: *; in: expert moderator safeguarding admin
posts/<int:post_id>/delete/ | GET login: visitor; 403: * | POST login: visitor; 403: *
posts/<int:post_id>/edit/ | GET login: visitor; 403: * | POST login: visitor; 403: *
posts/<int:post_id>/helped/ | GET 405: all | POST login: visitor; in: *
posts/<int:post_id>/history/ | GET login: visitor; 403: *; in: expert moderator safeguarding admin | POST 405: all
posts/<int:post_id>/thank/ | GET 405: all | POST login: visitor; in: *
programmes/<slug:slug>/ | GET login: visitor; 404: *; in: expert manager evaluator admin | POST 405: all
q/ | GET in: all | POST in: all
q/<str:code>/ | GET in: all | POST in: all
readyz | GET any: all | POST 405: all
robots.txt | GET in: all | POST 405: all
schools/ | GET login: visitor; in: * | POST 405: all
schools/<int:school_id>/ | GET login: visitor; in: * | POST 405: all
schools/<int:school_id>/audit/ | GET login: visitor; 404: *; in: lead expert manager admin | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/<int:school_id>/audit/<int:round_id>/<str:code>/ | GET login: visitor; 404: *; in: lead expert manager admin | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/<int:school_id>/audit/<int:round_id>/<str:code>/agree/ | GET 405: all | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/<int:school_id>/audit/<int:round_id>/lock/ | GET 405: all | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/<int:school_id>/data/ | GET login: visitor; 404: *; in: lead expert manager admin | POST 405: all
schools/<int:school_id>/join/ | GET 405: all | POST login: visitor; in: *
schools/<int:school_id>/plan/ | GET login: visitor; 404: *; in: lead expert manager admin | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/<int:school_id>/plan/<int:action_id>/ | GET login: visitor; 404: *; in: lead expert manager admin | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/<int:school_id>/questionnaire/ | GET login: visitor; 404: *; in: lead expert manager admin | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/<int:school_id>/questionnaire/<int:round_id>/ | GET login: visitor; 404: *; in: lead expert manager admin | POST 405: all
schools/<int:school_id>/questionnaire/<int:round_id>/close/ | GET 405: all | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/<int:school_id>/questionnaire/<int:round_id>/codes/ | GET 405: all | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/<int:school_id>/team/ | GET login: visitor; 404: *; in: lead expert manager admin | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/invitations/<str:token>/ | GET login: visitor; in: * | POST login: visitor; in: *
schools/memberships/<int:membership_id>/change/ | GET 405: all | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/memberships/<int:membership_id>/decide/ | GET 405: all | POST login: visitor; 404: *; in: lead; 403: expert manager admin
schools/mine/ | GET login: visitor; in: * | POST 405: all
search/ | GET in: all | POST 405: all
sitemap.xml | GET in: all | POST in: all
spaces/ | GET in: all | POST 405: all
spaces/<slug:slug>/ | GET login: visitor; in: * | POST 405: all
spaces/<slug:slug>/feed.atom | GET 404: all | POST 405: all
spaces/<slug:slug>/follow/ | GET 405: all | POST login: visitor; 404: *
spaces/<slug:slug>/join/ | GET 405: all | POST login: visitor; in: *
spaces/<slug:slug>/leave/ | GET 405: all | POST login: visitor; in: *; 404: safeguarding officer stranger
spaces/<slug:slug>/members/ | GET login: visitor; 404: *; in: moderator officer admin | POST login: visitor; 404: *; in: moderator officer admin
spaces/<slug:slug>/moderate/ | GET login: visitor; 404: *; in: moderator officer admin | POST login: visitor; 404: *; in: moderator officer admin
spaces/<slug:slug>/new/ | GET login: visitor; 404: *; in: moderator officer admin | POST login: visitor; 404: *; in: moderator officer admin
spaces/<slug:slug>/quiet/ | GET login: visitor; 404: *; in: moderator officer admin | POST login: visitor; 404: *; in: moderator officer admin
spaces/<slug:slug>/settings/ | GET login: visitor; 404: *; in: moderator officer admin | POST login: visitor; 404: *; in: moderator officer admin
spaces/<slug:slug>/welcomed/ | GET 405: all | POST login: visitor; in: *; 404: safeguarding officer stranger
spaces/members/<int:membership_id>/decide/ | GET 405: all | POST login: visitor; 404: *; in: moderator officer admin
spaces/members/<int:membership_id>/remove/ | GET 405: all | POST login: visitor; 404: *; in: moderator officer admin
spaces/members/<int:membership_id>/role/ | GET 405: all | POST login: visitor; 404: *; in: moderator officer admin
tags/<path:tag>/ | GET in: all | POST login: visitor; 404: *
topics/ | GET in: all | POST 405: all
topics/<int:topic_id>/ | GET login: visitor; in: * | POST 405: all
topics/<int:topic_id>/<slug:slug>/ | GET login: visitor; in: * | POST 405: all
topics/<int:topic_id>/ask/ | GET login: visitor; 403: *; in: practitioner expert moderator safeguarding admin | POST login: visitor; 403: *; in: practitioner expert moderator safeguarding admin
topics/<int:topic_id>/feed.atom | GET 404: all | POST 405: all
topics/<int:topic_id>/follow/ | GET 405: all | POST login: visitor; in: *
topics/<int:topic_id>/keep/ | GET 405: all | POST login: visitor; 403: *; in: lead trainer moderator safeguarding admin
topics/<int:topic_id>/moderate/ | GET login: visitor; 403: *; in: expert moderator safeguarding admin | POST login: visitor; 403: *; in: expert moderator safeguarding admin
topics/<int:topic_id>/pass/ | GET login: visitor; 403: *; in: expert | POST login: visitor; 403: *; in: expert
topics/<int:topic_id>/reply/ | GET 405: all | POST login: visitor; in: *
topics/<int:topic_id>/seen/ | GET 405: all | POST login: visitor; in: *
topics/feed.atom | GET in: all | POST 405: all
topics/mention/ | GET login: visitor; in: * | POST 405: all
topics/new/ | GET login: visitor; in: * | POST 405: all
topics/read/ | GET 405: all | POST login: visitor; in: *
topics/unanswered/ | GET in: all | POST 405: all
training/courses/<int:course_id>/enrol/ | GET 405: all | POST login: visitor; in: *
training/lessons/<int:lesson_id>/done/ | GET 405: all | POST login: visitor; 404: *; in: lead
training/modules/<int:module_id>/quiz/ | GET login: visitor; 404: *; in: lead | POST login: visitor; 404: *; in: lead
transparency.csv | GET in: all | POST 405: all
transparency/ | GET in: all | POST 405: all
unsubscribe/<str:token>/ | GET in: all | POST in: all
"""


def parse(cell: str) -> dict[str, str]:
    """ "login: visitor; in: *" as role -> outcome."""
    found: dict[str, str] = {}
    rest = ""
    for part in cell.split(";"):
        outcome, _colon, roles = part.strip().partition(": ")
        if roles in {"*", "all"}:
            rest = outcome
        else:
            found |= dict.fromkeys(roles.split(), outcome)
    return {role: found.get(role, rest) for role in ROLES}


ROWS: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
for line in TABLE.strip().splitlines():
    route, get, post = (cell.strip() for cell in line.split(" | "))
    ROWS[route] = (parse(get.removeprefix("GET ")), parse(post.removeprefix("POST ")))


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(ROWS) == own_routes()


@pytest.mark.parametrize("route", sorted(ROWS))
def test_route_lets_in_whom_the_table_says(route: str, client_of: Callable[[str], Client]) -> None:
    url = address(route)
    wrong = []

    for role in ROLES:
        client = client_of(role)
        for method, expected in zip(("GET", "POST"), ROWS[route], strict=True):
            happened = ask(client, method, url)
            if expected[role] not in {happened, "any"}:
                wrong.append(f"{method} {url} as {role}: {happened}, not {expected[role]}")

    assert wrong == []
