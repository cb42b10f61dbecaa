from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from belonging.accounts.models import MODERATORS
from belonging.moderation import appealing, restricting, services
from belonging.moderation.errors import AlreadyDecided, CannotAppeal, CannotRestrict, NotYours, OwnDecision, Silenced
from belonging.moderation.limits import check_may_write
from belonging.moderation.models import Appeal, AppealState, Decision, Restriction, State
from belonging.notifications.models import Notification
from belonging.outbox.models import OutgoingEmail
from belonging.trail.models import Entry
from tests.moderation.things import administrator, lead, moderator, post_by, reported
from tests.people import PASSWORD, person, signed_in

pytestmark = pytest.mark.django_db


def restrict(who: Any, *, by: Any = None, kind: str = "suspend", hours: int | None = 24, **fields: Any) -> Restriction:
    now = timezone.now()
    until = now + timedelta(hours=hours) if hours else None
    made = restricting.restrict(who.pk, by=by or moderator(), kind=kind, reason="Three adverts", until=until, **fields)
    who.refresh_from_db()
    return made


def test_a_suspended_person_sees_why_until_when_and_how_to_appeal_and_nothing_else() -> None:
    who = person()
    made = restrict(who)

    response = signed_in(who).get("/spaces/")

    page = response.content.decode()
    assert response.status_code == 403
    assert "Three adverts" in page
    assert "It ends by itself on" in page
    assert f"/moderation/appeal/restriction/{made.pk}/" in page


@pytest.mark.parametrize("path", ["/me/data/", "/moderation/complaint/", "/transparency/", "/language/"])
def test_a_suspended_person_may_still_take_their_data_and_complain(path: str) -> None:
    who = person()
    restrict(who)

    assert signed_in(who).get(path).status_code == 200


def test_a_suspended_person_may_export_leave_and_sign_out() -> None:
    who = person(password=PASSWORD)
    restrict(who)
    client = signed_in(who)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert client.post("/me/data/export/")["Content-Type"].startswith("application/json")
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/spaces/").status_code == 200


def test_a_suspended_person_writes_nothing_not_even_by_post() -> None:
    who = person()
    restrict(who)

    assert signed_in(who).post("/me/profile/", {"name": "X"}).status_code == 403
    with pytest.raises(Silenced):
        check_may_write(who)


def test_a_restriction_ends_by_its_date_with_no_job() -> None:
    who = person()
    restrict(who, kind="silence")
    later = timezone.now() + timedelta(hours=25)

    with pytest.raises(Silenced, match="until"):
        check_may_write(who)
    check_may_write(who, now=later)

    assert who.silenced_until is not None
    assert not who.is_silenced(later)


def test_without_an_end_it_stands_far_in_the_future() -> None:
    who = person()
    restrict(who, kind="silence", hours=None)

    assert who.is_silenced(timezone.now() + timedelta(days=36500))
    with pytest.raises(Silenced, match="at the moment"):
        check_may_write(who)


def test_lifting_the_longer_of_two_leaves_the_shorter() -> None:
    who = person()
    long, short = restrict(who, hours=None), restrict(who, hours=5)

    restricting.lift(long.pk, by=moderator(), reason="Enough")

    who.refresh_from_db()
    assert who.suspended_until == short.until


def test_a_silenced_person_reads_reports_and_does_not_change_their_profile() -> None:
    who, post = person("Before"), post_by()
    restrict(who, kind="silence")
    client = signed_in(who)

    assert client.get("/spaces/").status_code == 200
    assert client.post(f"/moderation/report/post/{post.pk}/", {"reason": "unkind"}).status_code == 302
    form = {"name": "After", "time_zone": "Europe/London", "visibility": "members"}
    assert client.post("/me/profile/", form).status_code == 422
    who.refresh_from_db()
    assert who.name == "Before"


def test_who_may_restrict_whom() -> None:
    first, admin, member = moderator(), administrator(), person()

    for by, who in ((first, first), (first, admin), (first, moderator()), (member, person()), (admin, admin)):
        with pytest.raises(CannotRestrict):
            restrict(who, by=by)
    restrict(moderator(), by=admin)

    assert Restriction.objects.count() == 1


def test_a_restricted_moderator_s_own_restriction_is_not_theirs_to_lift() -> None:
    other = moderator()
    made = restrict(other, by=administrator(), kind="silence")

    assert signed_in(other).post(f"/moderation/restrictions/{made.pk}/lift/", {"reason": "x"}).status_code == 404
    for by in (other, moderator()):
        with pytest.raises(CannotRestrict):
            restricting.lift(made.pk, by=by, reason="x")


def test_everybody_else_pays_no_query_for_the_check() -> None:
    who = person()

    with CaptureQueriesContext(connection) as asked:
        check_may_write(who)

    assert len(asked) == 0


def test_restricting_and_lifting_through_the_page() -> None:
    who, client = person(), signed_in(moderator())
    url = f"/moderation/people/{who.handle}/"

    assert client.post(url, {"kind": "suspend", "days": "7"}).status_code == 422
    client.post(url, {"kind": "suspend", "days": "7", "reason": "Adverts"})
    made = Restriction.objects.get()
    client.post(f"/moderation/restrictions/{made.pk}/lift/", {"reason": ""})
    made.refresh_from_db()
    assert made.stands
    client.post(f"/moderation/restrictions/{made.pk}/lift/", {"reason": "Talked about it"})

    who.refresh_from_db()
    assert who.suspended_until is None
    kinds = Entry.objects.filter(target_type="moderation.Restriction").values_list("action", flat=True)
    assert list(kinds) == ["moderation.suspend", "moderation.lifted"]


def test_members_do_not_see_what_moderators_know_of_somebody() -> None:
    assert signed_in(person()).get(f"/moderation/people/{person().handle}/").status_code == 404


# --- appeals ---------------------------------------------------------------------------------------------------------
def hidden(author: Any = None, *, by: Any = None, reason: str = "unkind") -> Decision:
    case = reported(post_by(author), reason=reason)
    services.decide(case.pk, by=by or moderator(), hide=True, public_text="Aimed at one person.", warning="Be kind.")
    return case.decisions.get()


def test_the_author_reads_why_and_appeals_once_from_the_notification() -> None:
    author = person()
    made = hidden(author)
    client = signed_in(author)
    url = Notification.objects.get(user=author, reason="moderation").url

    page = client.get(url).content.decode()
    assert "Some words" in page
    assert "Be kind." in page
    client.post(url, {"words": "It was a joke"})
    client.post(url, {"words": "Again"})

    assert Appeal.objects.get(decision=made).words == "It was a joke"


def test_nobody_else_reads_or_appeals() -> None:
    made = hidden()

    assert signed_in(person()).get(f"/moderation/appeal/decision/{made.pk}/").status_code == 404
    with pytest.raises(CannotAppeal):
        appealing.appeal(person(), kind="decision", pk=made.pk, words="x")


def test_somebody_else_decides_and_a_granted_appeal_puts_it_back() -> None:
    author, first, second = person(), moderator(), moderator()
    made = hidden(author, by=first)
    appeal = appealing.appeal(author, kind="decision", pk=made.pk, words="A joke")

    with pytest.raises(OwnDecision):
        appealing.decide(appeal.pk, by=first, grant=True, answer="x")
    appealing.decide(appeal.pk, by=second, grant=True, answer="You are right")

    made.case.refresh_from_db()
    assert made.case.state == State.KEPT
    post = services.reportable("post").everything().get(pk=made.case.object_id)
    assert not post.is_hidden
    keys = Notification.objects.filter(key=f"appeal:{appeal.pk}:decided").values_list("user_id", flat=True)
    assert set(keys) == {author.pk, first.pk}
    with pytest.raises(AlreadyDecided):
        appealing.decide(appeal.pk, by=second, grant=False, answer="x")


def test_a_refused_appeal_leaves_the_decision_and_says_why() -> None:
    author = person()
    made = hidden(author)
    appeal = appealing.appeal(author, kind="decision", pk=made.pk, words="A joke")

    client = signed_in(moderator())
    assert client.post(f"/moderation/appeals/{appeal.pk}/", {"outcome": "refuse"}).status_code == 422
    client.post(f"/moderation/appeals/{appeal.pk}/", {"outcome": "refuse", "answer": "Not funny to him"})

    made.refresh_from_db()
    assert made.undone_at is None
    assert "Not funny to him" in signed_in(author).get(f"/moderation/appeal/decision/{made.pk}/").content.decode()


def test_a_suspended_person_appeals_and_a_granted_appeal_lifts_it() -> None:
    who = person()
    made = restrict(who)
    signed_in(who).post(f"/moderation/appeal/restriction/{made.pk}/", {"words": "Not me"})

    appealing.decide(Appeal.objects.get().pk, by=moderator(), grant=True, answer="Sorry")

    assert signed_in(who).get("/spaces/").status_code == 200


def test_an_appeal_about_harm_is_for_the_leads_alone() -> None:
    author, boss, second = person(), lead(), lead()
    made = hidden(author, by=boss, reason="safeguarding")
    appeal = appealing.appeal(author, kind="decision", pk=made.pk, words="x")
    other = moderator()

    assert signed_in(other).get(f"/moderation/appeals/{appeal.pk}/").status_code == 404
    assert not Notification.objects.filter(user=other, key=f"appeal:{appeal.pk}").exists()
    with pytest.raises(NotYours):
        appealing.decide(appeal.pk, by=other, grant=True, answer="x")
    assert Notification.objects.filter(user=second, key=f"appeal:{appeal.pk}").exists()


def test_taking_the_decision_back_answers_the_appeal() -> None:
    author = person()
    made = hidden(author)
    appeal = appealing.appeal(author, kind="decision", pk=made.pk, words="x")

    services.undo(made.case.pk, by=moderator(), reason="r")

    appeal.refresh_from_db()
    assert appeal.state == AppealState.GRANTED


def test_moderators_read_appeals_in_their_queue_and_members_do_not() -> None:
    author = person()
    appeal = appealing.appeal(author, kind="decision", pk=hidden(author).pk, words="Please ask him")

    assert b"Please ask him" in signed_in(person(groups=(MODERATORS,))).get("/moderation/?show=appeals").content
    assert signed_in(author).get(f"/moderation/appeals/{appeal.pk}/").status_code == 404


def test_a_suspended_person_s_appeal_and_lifting_at_once_do_not_wait_for_each_other() -> None:
    """Both take the person's row before anything that hangs on it."""
    who = person()
    made = restrict(who)
    appeal = appealing.appeal(who, kind="restriction", pk=made.pk, words="x")

    with CaptureQueriesContext(connection) as asked:
        appealing.decide(appeal.pk, by=moderator(), grant=True, answer="a")

    locks = [query["sql"].split("FROM ")[1].split()[0] for query in asked if "FOR UPDATE" in query["sql"]]
    assert locks.index('"accounts_user"') < locks.index('"moderation_appeal"')


# --- suspended: every door ---------------------------------------------------------------------------------------------


def test_a_session_that_was_open_opens_nothing_more_from_the_next_request_on() -> None:
    who = person()
    post = post_by()
    client = signed_in(who)
    assert client.get("/topics/").status_code == 200
    restrict(who)

    asked = [
        client.get("/topics/"),
        client.get("/topics/mention/", {"q": "a"}),
        client.post("/drafts/preview/", {"source": "x"}),
        client.post("/drafts/save/", {"place": f"topic:{post.topic_id}", "source": "x"}),
        client.post("/attachments/add/", {}),
        client.post(f"/topics/{post.topic_id}/reply/", {"source": "x"}),
        client.get("/admin/"),
    ]

    assert [response.status_code for response in asked] == [403] * len(asked)
    assert all("no-store" in response["Cache-Control"] for response in asked)
    lifted = Restriction.objects.get(person=who)
    restricting.lift(lifted.pk, by=moderator(), reason="A mistake")
    assert client.get("/topics/").status_code == 200


def test_no_list_mail_goes_to_who_is_suspended_and_mail_about_the_account_does() -> None:
    from django.core import mail

    from belonging.outbox import draining
    from belonging.outbox import services as outbox
    from tests.outbox.factories import kind

    who = person()
    with kind("letter", transactional=False), kind("account"):
        outbox.plan(kind="letter", key="1", user=who)
        outbox.plan(kind="account", key="1", user=who)
        restrict(who)
        draining.drain()

    assert [message.subject for message in mail.outbox] == ["About 1"]
    assert list(OutgoingEmail.objects.order_by("kind").values_list("kind", "state", "reason")) == [
        ("account", "sent", ""),
        ("letter", "skipped", "the person is suspended"),
    ]


def test_no_digest_is_planned_for_who_is_suspended() -> None:
    from belonging.notifications import services as notifications

    who, other = person(joined_at="2026-01-01T00:00Z"), person(joined_at="2026-01-01T00:00Z")
    now = timezone.now()
    restrict(who, hours=24 * 30)

    notifications.plan_digests(now + timedelta(days=8))

    planned = set(OutgoingEmail.objects.values_list("user_id", flat=True))
    assert other.pk in planned
    assert who.pk not in planned


def test_the_private_addresses_of_who_is_suspended_answer_nothing(client: Any) -> None:
    from community.models import FeedToken
    from events import services as events

    who = person()
    token, calendar = FeedToken.objects.create(user=who).token, events.calendar_feed(who).token
    feeds = [f"/topics/feed.atom?token={token}", f"/me/calendar/{calendar}.ics"]
    assert [client.get(url).status_code for url in feeds] == [200, 200]

    restrict(who)

    assert [client.get(url).status_code for url in feeds] == [404, 404]
