"""Things of the demo that fill the parts of an address."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.db.models import Model

from audit.models import Action
from audit.models import Round as AuditRound
from belonging.accounts.models import User
from belonging.moderation.models import Appeal, Case, Restriction
from belonging.moderation.restricting import restrict
from belonging.notifications.models import Notification
from belonging.outbox.services import unsubscribe_token
from belonging.schools.models import Invitation, Membership, School
from belonging.schools.services import invitation_url, invite
from community.models import Attachment, Draft, Follow, Post, Space, SpaceMembership, Topic
from community.services import start_topic
from community.services.attachments import attach
from events.models import EventPage
from events.services import calendar_feed
from questionnaire.models import Round as QuestionnaireRound
from resources.models import Collection, CollectionItem, Credit, ResourcePage
from training.models import Certificate, CoursePage, LessonPage, ModulePage


def user(login: str) -> User:
    return User.objects.get(email=f"{login}@demo.example")


def northlight() -> School:
    """The school whose lead is lead@."""
    return School.objects.get(urn="900010")


def _audit_round() -> AuditRound:
    return AuditRound.objects.open().get(school=northlight())


def _open_questionnaire() -> QuestionnaireRound:
    return QuestionnaireRound.objects.get(school=northlight(), instrument__code="belonging-core", closed_at=None)


def _post() -> Post:
    """A reply in a members' space by somebody who cannot sign in."""
    logins = User.objects.filter(email__endswith="@demo.example", last_login=None).values("pk")
    found = Post.objects.filter(topic__space__slug="senco-network", number=2).exclude(author__in=logins)
    return found.order_by("pk").first() or Post.objects.filter(topic__space__slug="senco-network", number=2)[0]


def _helpful_post() -> Post:
    """A reply to a question in a members' space by somebody who cannot sign in."""
    return Post.objects.filter(
        topic__kind="question", topic__space__slug="senco-network", number__gt=1, author__email__endswith="@example.org"
    ).order_by("pk")[0]


def _asked_topic() -> Topic:
    """A question of practitioner@ that waits for expert@, who also looks after its space."""
    return Topic.objects.get(slug="supply-staff-on-a-return")


def _answered_topic() -> Topic:
    """A question of lead@ in an open space, whose accepted answer trainer@ wrote."""
    return Topic.objects.get(slug="school-council-neat-handwriting")


def _topic() -> Topic:
    return Topic.objects.filter(space__slug="senco-network").order_by("pk")[0]


def _attachment() -> Attachment:
    """A file in a post of a closed space."""
    where = Space.objects.get(slug="marlshire-task-and-finish")
    facilitator = SpaceMembership.objects.facilitators().filter(space=where)[0].user
    found = Attachment.objects.filter(post__topic__space=where).first()
    if found is None:
        found = attach(facilitator, io.BytesIO(b"list"), name="list.txt")
        post = Post.objects.filter(topic__space=where).first()
        post = post or Post.objects.get(topic=start_topic(facilitator, where, title="List", source="List"))
        Attachment.objects.filter(pk=found.pk).update(post=post)
    return found


def _draft() -> Draft:
    topic = _topic()
    values = {"topic": topic, "source": "Half a thought", "saved_at": topic.created_at}
    return Draft.objects.get_or_create(user=user("lead"), place=f"topic:{topic.pk}", defaults=values)[0]


def _membership() -> int:
    """Somebody in a confidential space."""
    found: int = _pk(SpaceMembership.objects.active().filter(space__slug="marlshire-task-and-finish").first())
    return found


def _invitation_token() -> str:
    found = Invitation.objects.first() or invite(
        northlight(), by=user("lead"), address="somebody@example.org", role="member"
    )
    return invitation_url(found).rstrip("/").rsplit("/", 1)[1]


def _collected() -> CollectionItem:
    """In the SENCO network's collection, which every member may read."""
    return CollectionItem.objects.filter(collection__space__slug="senco-network").order_by("position")[0]


def _ordinary_case() -> dict[str, Any]:
    return {"case_id": _pk(Case.objects.open().filter(kind="post", safeguarding_at=None).first())}


def _restriction() -> Restriction:
    """Of somebody who cannot sign in, so that nobody of the table is suspended."""
    someone = User.objects.filter(last_login=None, is_superuser=False, groups=None).exclude(
        email__endswith="@demo.example"
    )[0]
    made = Restriction.objects.of(someone).first()
    by = user("admin")
    return made or restrict(someone.pk, by=by, kind="silence", reason="The same advert, twice.", until=None)


def _pk(found: Model | None) -> Any:
    assert found is not None
    return found.pk


THINGS: dict[str, Callable[[], dict[str, Any]]] = {
    "attachments/<uuid:key>/": lambda: {"key": _attachment().key},
    "certificates/<uuid:certificate_id>/": lambda: {"certificate_id": _pk(Certificate.objects.first())},
    "drafts/<int:draft_id>/delete/": lambda: {"draft_id": _draft().pk},
    "drafts/<int:draft_id>/other/": lambda: {"draft_id": _draft().pk},
    "drafts/restore/<str:key>/": lambda: {"key": "nothing-is-kept-here"},
    "credits/<int:credit_id>/": lambda: {"credit_id": _pk(Credit.objects.order_by("pk").first())},
    "events/<int:event_id>/book/": lambda: {"event_id": EventPage.objects.get(slug="expert-clinic-nisha-raman").pk},
    "events/<int:event_id>/give-back/": lambda: {
        "event_id": EventPage.objects.get(slug="expert-clinic-nisha-raman").pk
    },
    "framework/<str:code>/": lambda: {"code": "P11"},
    "library/collections/<slug:slug>/": lambda: {"slug": Collection.objects.get(space__slug="senco-network").slug},
    "library/collections/items/<int:item_id>/move/": lambda: {"item_id": _collected().pk},
    "library/collections/items/<int:item_id>/note/": lambda: {"item_id": _collected().pk},
    "library/collections/items/<int:item_id>/remove/": lambda: {"item_id": _collected().pk},
    "library/resources/<int:resource_id>/collect/": lambda: {
        "resource_id": ResourcePage.objects.get(slug="planning-a-return-to-school").pk
    },
    "me/calendar/<str:token>.ics": lambda: {"token": calendar_feed(user("lead")).token},
    "me/notifications/<int:notification_id>/": lambda: {
        "notification_id": _pk(Notification.objects.filter(user=user("lead")).first())
    },
    "media/<path:path>": lambda: {"path": "nothing-here.jpg"},
    "members/<slug:handle>/": lambda: {"handle": user("practitioner").handle},
    "members/<slug:handle>/photo/": lambda: {"handle": user("practitioner").handle},
    "moderation/appeal/<slug:kind>/<int:pk>/": lambda: {"kind": "decision", "pk": _pk(Appeal.objects.get().decision)},
    "moderation/appeals/<int:appeal_id>/": lambda: {"appeal_id": _pk(Appeal.objects.get())},
    "moderation/cases/<int:case_id>/": _ordinary_case,
    "moderation/cases/<int:case_id>/answer/": _ordinary_case,
    "moderation/cases/<int:case_id>/claim/": _ordinary_case,
    "moderation/cases/<int:case_id>/decide/": _ordinary_case,
    "moderation/cases/<int:case_id>/escalate/": _ordinary_case,
    "moderation/cases/<int:case_id>/give-back/": _ordinary_case,
    "moderation/cases/<int:case_id>/undo/": _ordinary_case,
    "moderation/people/<slug:handle>/": lambda: {"handle": user("stranger").handle},
    "moderation/restrictions/<int:restriction_id>/lift/": lambda: {"restriction_id": _restriction().pk},
    "moderation/report/<slug:kind>/<int:object_id>/": lambda: {"kind": "post", "object_id": _post().pk},
    "posts/<int:post_id>/": lambda: {"post_id": _post().pk},
    "posts/<int:post_id>/delete/": lambda: {"post_id": _post().pk},
    "posts/<int:post_id>/history/": lambda: {"post_id": _post().pk},
    "posts/<int:post_id>/accept/": lambda: {"post_id": _post().pk},
    "posts/<int:post_id>/edit/": lambda: {"post_id": _post().pk},
    "posts/<int:post_id>/helped/": lambda: {"post_id": _helpful_post().pk},
    "posts/<int:post_id>/thank/": lambda: {"post_id": _post().pk},
    "programmes/<slug:slug>/": lambda: {"slug": "belonging-matters-demo-cohort"},
    "q/<str:code>/": lambda: {"code": "BCDFGHJK"},
    "schools/invitations/<str:token>/": lambda: {"token": _invitation_token()},
    "schools/memberships/<int:membership_id>/change/": lambda: {
        "membership_id": Membership.objects.active().get(school=northlight(), user=user("lead")).pk
    },
    "schools/memberships/<int:membership_id>/decide/": lambda: {
        "membership_id": _pk(Membership.objects.asked().filter(school=northlight()).first())
    },
    "spaces/<slug:slug>/": lambda: {"slug": "belonging-matters-cohort"},
    "spaces/<slug:slug>/feed.atom": lambda: {"slug": "belonging-matters-cohort"},
    "spaces/<slug:slug>/follow/": lambda: {"slug": "belonging-matters-cohort"},
    "spaces/<slug:slug>/members/": lambda: {"slug": "marlshire-task-and-finish"},
    "spaces/<slug:slug>/quiet/": lambda: {"slug": "marlshire-task-and-finish"},
    "spaces/<slug:slug>/settings/": lambda: {"slug": "marlshire-task-and-finish"},
    "spaces/<slug:slug>/welcomed/": lambda: {"slug": "belonging-matters-cohort"},
    "spaces/members/<int:membership_id>/remove/": lambda: {"membership_id": _membership()},
    "spaces/members/<int:membership_id>/role/": lambda: {"membership_id": _membership()},
    "tags/<path:tag>/": lambda: {"tag": "house rules"},
    "me/following/<int:follow_id>/": lambda: {"follow_id": _pk(Follow.objects.filter(user=user("lead")).first())},
    "members/<slug:handle>/follow/": lambda: {"handle": user("practitioner").handle},
    "topics/<int:topic_id>/feed.atom": lambda: {"topic_id": _topic().pk},
    "spaces/<slug:slug>/join/": lambda: {"slug": "belonging-matters-cohort"},
    "spaces/<slug:slug>/leave/": lambda: {"slug": "belonging-matters-cohort"},
    "spaces/<slug:slug>/moderate/": lambda: {"slug": "marlshire-task-and-finish"},
    "spaces/<slug:slug>/new/": lambda: {"slug": "marlshire-task-and-finish"},
    "spaces/members/<int:membership_id>/decide/": lambda: {
        "membership_id": _pk(
            SpaceMembership.objects.filter(space=Space.objects.get(slug="marlshire-task-and-finish")).first()
        )
    },
    "topics/<int:topic_id>/": lambda: {"topic_id": _topic().pk},
    "topics/<int:topic_id>/<slug:slug>/": lambda: {"topic_id": _topic().pk, "slug": _topic().slug},
    "topics/<int:topic_id>/ask/": lambda: {"topic_id": _asked_topic().pk},
    "topics/<int:topic_id>/follow/": lambda: {"topic_id": _topic().pk},
    "topics/<int:topic_id>/moderate/": lambda: {"topic_id": _topic().pk},
    "topics/<int:topic_id>/keep/": lambda: {"topic_id": _answered_topic().pk},
    "topics/<int:topic_id>/pass/": lambda: {"topic_id": _asked_topic().pk},
    "topics/<int:topic_id>/reply/": lambda: {"topic_id": _topic().pk},
    "topics/<int:topic_id>/seen/": lambda: {"topic_id": _topic().pk},
    "training/courses/<int:course_id>/enrol/": lambda: {"course_id": CoursePage.objects.get(slug="audit-to-action").pk},
    "training/lessons/<int:lesson_id>/done/": lambda: {
        "lesson_id": LessonPage.objects.descendant_of(CoursePage.objects.get(slug="listening-to-pupils"))
        .order_by("path")[0]
        .pk
    },
    "training/modules/<int:module_id>/quiz/": lambda: {
        "module_id": ModulePage.objects.child_of(CoursePage.objects.get(slug="listening-to-pupils"))
        .order_by("path")[0]
        .pk
    },
    "unsubscribe/<str:token>/": lambda: {"token": unsubscribe_token(user_id=user("lead").pk, kind="digest")},
    "schools/<int:school_id>/audit/<int:round_id>/lock/": lambda: {"round_id": _audit_round().pk},
    "schools/<int:school_id>/audit/<int:round_id>/<str:code>/": lambda: {
        "round_id": _audit_round().pk,
        "code": "P11.3",
    },
    "schools/<int:school_id>/audit/<int:round_id>/<str:code>/agree/": lambda: {
        "round_id": _audit_round().pk,
        "code": "P11.3",
    },
    "schools/<int:school_id>/plan/<int:action_id>/": lambda: {
        "action_id": _pk(Action.objects.filter(school=northlight()).first())
    },
    "schools/<int:school_id>/questionnaire/<int:round_id>/": lambda: {"round_id": _open_questionnaire().pk},
    "schools/<int:school_id>/questionnaire/<int:round_id>/codes/": lambda: {"round_id": _open_questionnaire().pk},
    "schools/<int:school_id>/questionnaire/<int:round_id>/close/": lambda: {"round_id": _open_questionnaire().pk},
}


def address(route: str) -> str:
    """The route with its parts filled. Raises ``KeyError`` for a route whose parts nobody has named here."""
    import re

    if "<" not in route:
        return f"/{route}"
    parts = dict(THINGS[route]()) if route in THINGS else {}
    if "<int:school_id>" in route:
        parts["school_id"] = northlight().pk
    return "/" + re.sub(r"<\w+:(\w+)>", lambda match: str(parts[match[1]]), route)
