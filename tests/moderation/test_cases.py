from __future__ import annotations

from typing import Any

import pytest

from belonging.accounts.models import MODERATORS, SAFEGUARDING_LEADS
from belonging.moderation import services
from belonging.moderation.models import Case, Report, State
from belonging.notifications.models import Notification
from community import services as community
from community.models import Post, Visibility
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Post:
    topic = community.start_topic(person("Writer"), space(), title="A question", source="Some words")
    return Post.objects.get(topic=topic)


def report(post: Post, reporter: Any, reason: str = "unkind", **fields: Any) -> Any:
    return signed_in(reporter).post(f"/moderation/report/post/{post.pk}/", {"reason": reason, **fields})


def test_reports_on_one_post_are_one_case_and_moderators_are_told(post: Post) -> None:
    moderator = person(groups=(MODERATORS,))

    report(post, person())
    report(post, person())

    assert Case.objects.count() == 1
    assert Report.objects.count() == 2
    assert Notification.objects.filter(user=moderator).count() == 1


def test_reporting_twice_is_one_report(post: Post) -> None:
    reporter = person()

    report(post, reporter)
    report(post, reporter)

    assert Report.objects.count() == 1


def test_a_worry_about_harm_hides_the_post_at_once_and_others_do_not(post: Post) -> None:
    report(post, person(), "unkind")
    post.refresh_from_db()
    assert not post.is_hidden

    report(post, person(), "safeguarding")

    post.refresh_from_db()
    assert post.is_hidden
    assert Case.objects.get().urgent


def test_what_a_moderator_kept_is_not_hidden_again_by_the_next_report(post: Post) -> None:
    report(post, person(), "safeguarding")
    services.decide(Case.objects.get().pk, by=person(groups=(SAFEGUARDING_LEADS,)), hide=False)
    post.refresh_from_db()
    assert not post.is_hidden

    report(post, person(), "safeguarding")

    post.refresh_from_db()
    assert not post.is_hidden


def test_a_decision_is_made_once_and_reporter_and_author_hear_of_it(post: Post) -> None:
    reporter = person()
    report(post, reporter)
    case = Case.objects.get()
    services.decide(case.pk, by=person(groups=(MODERATORS,)), hide=True, public_text="Names a family.")

    with pytest.raises(services.AlreadyDecided):
        services.decide(case.pk, by=person(groups=(MODERATORS,)), hide=False)

    post.refresh_from_db()
    assert post.hidden_text == "Names a family."
    assert {
        row.user_id for row in Notification.objects.filter(key__startswith="case:", reason__in=["report", "moderation"])
    } >= {
        reporter.pk,
        post.author_id,
    }


def test_nobody_decides_about_their_own_words() -> None:
    moderator = person(groups=(MODERATORS,))
    topic = community.start_topic(moderator, space(), title="Mine", source="Mine")
    mine = Post.objects.get(topic=topic)
    report(mine, person())

    with pytest.raises(services.OwnCase):
        services.decide(Case.objects.get().pk, by=moderator, hide=False)

    assert Case.objects.get().state == State.OPEN


def test_nobody_reports_what_they_cannot_see() -> None:
    topic = community.start_topic(person(), space(Visibility.CONFIDENTIAL), title="Quiet", source="Quiet")
    hidden = Post.objects.get(topic=topic)

    assert report(hidden, person()).status_code == 404


@pytest.mark.parametrize("path", ["report/nothing/1/", "report/post/99999999/"])
def test_what_is_not_there_cannot_be_reported(path: str) -> None:
    assert signed_in(person()).get(f"/moderation/{path}").status_code == 404


def test_a_report_without_a_reason_is_answered_beside_the_field(post: Post) -> None:
    response = signed_in(person()).post(f"/moderation/report/post/{post.pk}/", {"note": "Please look"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    assert response.context["form"]["note"].value() == "Please look"


@pytest.mark.parametrize("group", [MODERATORS, SAFEGUARDING_LEADS])
def test_the_queue_is_for_moderators_and_safeguarding_leads(post: Post, group: str) -> None:
    report(post, person(), note="Look at line two")

    assert signed_in(person()).get("/moderation/").status_code == 404
    client = signed_in(person(groups=(group,)))
    assert b"Some words" in client.get("/moderation/").content
    assert b"Look at line two" in client.get(f"/moderation/cases/{Case.objects.get().pk}/").content


def test_transparency_shows_numbers_and_no_names(post: Post, client: Any) -> None:
    reporter = person("Rae Porter")
    report(post, reporter)

    page = client.get("/transparency/").content.decode()

    assert "Rae Porter" not in page
    assert "Some words" not in page
