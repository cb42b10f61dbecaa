from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from belonging.accounts.models import User
from belonging.moderation import handling
from belonging.notifications.models import Notification
from belonging.outbox.draining import drain
from belonging.outbox.models import OutgoingEmail
from tests.moderation.things import administrator, lead, moderator, post_by, reported
from tests.people import person, signed_in

pytestmark = pytest.mark.django_db
SECRET = "Something terrible"


def told(user: User) -> int:
    return Notification.objects.filter(user=user, key__startswith="case:").count()


def test_leads_alone_are_told_and_see_it() -> None:
    boss, other, admin = lead(), moderator(), administrator()

    case = reported(reason="safeguarding", note=SECRET)

    assert [told(boss), told(other), told(admin)] == [1, 0, 0]
    url = f"/moderation/cases/{case.pk}/"
    assert [signed_in(who).get(url).status_code for who in (boss, other, admin)] == [200, 404, 200]
    assert signed_in(other).get("/moderation/").context["rows"] == []


def test_with_no_lead_the_administrators_are_told_at_once() -> None:
    admin = administrator()

    case = reported(reason="safeguarding")

    assert told(admin) == 1
    assert OutgoingEmail.objects.filter(user=admin, key__startswith=f"case:{case.pk}").exists()


def test_a_lead_who_wrote_it_is_not_the_one_who_is_told() -> None:
    author, admin = lead(), administrator()

    reported(post_by(author), reason="safeguarding")

    assert [told(author), told(admin)] == [0, 1]


def test_a_moderator_who_was_working_on_it_loses_it_when_harm_is_reported() -> None:
    post, first = post_by(), moderator()
    case = reported(post)
    handling.claim(case.pk, by=first)

    reported(post, reason="safeguarding")

    case.refresh_from_db()
    assert case.claimed_by is None
    assert signed_in(first).get(f"/moderation/cases/{case.pk}/").status_code == 404


def test_its_words_are_shown_once_a_lead_has_opened_it_and_looking_alone_changes_nothing() -> None:
    boss = lead()
    case = reported(post_by(words=SECRET), reason="safeguarding", note="a note about it")
    client = signed_in(boss)

    before = client.get(f"/moderation/cases/{case.pk}/").content.decode()
    queue = client.get("/moderation/").content.decode()
    case.refresh_from_db()
    assert case.seen_at is None
    assert SECRET not in before + queue
    assert "a note about it" not in before + queue
    client.post(f"/moderation/cases/{case.pk}/claim/")

    case.refresh_from_db()
    assert case.seen_at is not None
    assert SECRET in client.get(f"/moderation/cases/{case.pk}/").content.decode()


def test_unopened_for_four_hours_administrators_and_leads_are_called_once() -> None:
    boss, admin, other = lead(), administrator(), moderator()
    now = timezone.now()
    case = reported(reason="safeguarding", note=SECRET, now=now)

    assert handling.escalate_unopened(now + timedelta(hours=3, minutes=59)) == 0
    handling.escalate_unopened(now + timedelta(hours=4, minutes=1))
    handling.escalate_unopened(now + timedelta(hours=4, minutes=2))

    assert [told(boss), told(admin), told(other)] == [2, 1, 0]
    late = OutgoingEmail.objects.filter(kind="safeguarding_waiting", key__contains="unopened")
    assert {row.user_id for row in late} == {boss.pk, admin.pk}
    assert late.count() == 2
    case.refresh_from_db()
    assert case.escalated_at is not None


def test_it_calls_again_every_day_until_somebody_opens_it() -> None:
    boss, now = lead(), timezone.now()
    case = reported(reason="safeguarding", now=now)
    handling.escalate_unopened(now + timedelta(hours=5))
    handling.escalate_unopened(now + timedelta(hours=29))
    assert told(boss) == 3

    handling.claim(case.pk, by=boss)

    assert handling.escalate_unopened(now + timedelta(hours=54)) == 0


def test_the_mail_has_a_link_and_no_word_of_the_report() -> None:
    lead()
    case = reported(post_by(words=SECRET), reason="safeguarding", note="He told me everything")

    drain(limit=20)

    text = mail.outbox[-1].subject + str(mail.outbox[-1].body)
    assert f"/moderation/cases/{case.pk}/" in text
    assert SECRET not in text
    assert "everything" not in text


def test_a_mail_that_waits_is_not_sent_once_the_case_was_opened() -> None:
    boss = lead()
    case = reported(reason="safeguarding")
    handling.claim(case.pk, by=boss)

    drain(limit=20)

    assert not mail.outbox


def test_the_reporter_hears_what_happens_next() -> None:
    post = post_by()

    response = signed_in(person()).post(f"/moderation/report/post/{post.pk}/", {"reason": "safeguarding"}, follow=True)

    assert "safeguarding leads were called" in response.content.decode()
