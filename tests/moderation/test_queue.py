from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from belonging.core.errors import BelongingError
from belonging.moderation import handling, services
from belonging.moderation.errors import ClaimedByAnother, NotPossible, NotYours
from belonging.moderation.models import Case, Evidence, State
from belonging.notifications.models import Notification
from belonging.trail.models import Entry
from community.models import Post
from tests.moderation.things import administrator, lead, moderator, post_by, reported
from tests.people import person, signed_in

pytestmark = pytest.mark.django_db


def actions(case: Case) -> list[str]:
    return list(Entry.objects.about("moderation.Case", str(case.pk)).values_list("action", flat=True))


def test_the_words_are_kept_as_they_were_however_they_change_later() -> None:
    post = post_by(words="What it said first")
    case = reported(post)

    Post.objects.filter(pk=post.pk).update(source="Harmless", html="<p>Harmless</p>")
    reported(post)

    assert [row.words for row in case.evidence.all()] == ["What it said first", "Harmless"]
    page = signed_in(moderator()).get(f"/moderation/cases/{case.pk}/").content.decode()
    assert "What it said first" in page


def test_the_same_words_are_kept_once() -> None:
    post = post_by()

    reported(post)
    reported(post)

    assert Evidence.objects.count() == 1


def test_a_claim_keeps_others_out_and_lapses_after_two_hours() -> None:
    case, first, second = reported(), moderator(), moderator()
    now = timezone.now()
    handling.claim(case.pk, by=first, now=now)

    with pytest.raises(ClaimedByAnother):
        services.decide(case.pk, by=second, hide=False, now=now + timedelta(minutes=119))
    handling.claim(case.pk, by=second, now=now + timedelta(minutes=121))

    assert list(Case.objects.claimed_by(second, now=now + timedelta(minutes=122))) == [case]


def test_a_case_that_is_given_back_is_free() -> None:
    case, first, second = reported(), moderator(), moderator()
    handling.claim(case.pk, by=first)

    with pytest.raises(NotPossible):
        handling.give_back(case.pk, by=second)
    handling.give_back(case.pk, by=first)

    assert handling.claim(case.pk, by=second).claimed_by == second


def test_taking_a_decision_back_puts_everything_as_it_was() -> None:
    post = post_by()
    case = reported(post)
    services.decide(case.pk, by=moderator(), hide=True, public_text="No.", warning="Please.", restriction="silence")
    post.author.refresh_from_db()
    assert post.author.is_silenced()

    services.undo(case.pk, by=moderator(), reason="Read it again")

    post.refresh_from_db()
    post.author.refresh_from_db()
    case.refresh_from_db()
    assert not post.is_hidden
    assert not post.author.is_silenced()
    assert case.state == State.OPEN
    assert case.decisions.get().undo_reason == "Read it again"


def test_taking_back_what_was_hidden_at_once_hides_it_as_before() -> None:
    post, boss = post_by(), lead()
    case = reported(post, reason="safeguarding")
    post.refresh_from_db()
    before = post.hidden_text
    services.decide(case.pk, by=boss, hide=False)

    services.undo(case.pk, by=boss, reason="Not sure")

    post.refresh_from_db()
    assert post.is_hidden
    assert post.hidden_text == before


def test_a_decision_about_what_was_reported_again_is_not_taken_back() -> None:
    post = post_by()
    case = reported(post)
    services.decide(case.pk, by=moderator(), hide=False)
    reported(post)

    with pytest.raises(NotPossible):
        services.undo(case.pk, by=moderator(), reason="?")


def test_handing_up_to_administrators_tells_them_and_leaves_it_in_the_queue() -> None:
    admin, case, first = administrator(), reported(), moderator()

    handling.escalate(case.pk, by=first, to="administrators", note="Above my head")

    assert Notification.objects.filter(user=admin, key__startswith=f"case:{case.pk}").exists()
    assert "Above my head" in signed_in(first).get(f"/moderation/cases/{case.pk}/").content.decode()
    assert str(case.pk) in signed_in(first).get("/moderation/?show=escalated").content.decode()


def test_handing_up_to_the_leads_hides_it_and_takes_it_from_the_moderators() -> None:
    post, first, boss = post_by(), moderator(), lead()
    case = reported(post)

    client = signed_in(first)
    client.post(f"/moderation/cases/{case.pk}/escalate/", {"up-to": "leads", "up-note": "Sounds like harm"})

    post.refresh_from_db()
    assert post.is_hidden
    assert client.get(f"/moderation/cases/{case.pk}/").status_code == 404
    assert Notification.objects.filter(user=boss, key=f"case:{case.pk}:urgent").exists()


def test_every_step_is_in_the_trail() -> None:
    case, first = reported(), moderator()

    handling.claim(case.pk, by=first)
    handling.give_back(case.pk, by=first)
    handling.escalate(case.pk, by=first, to="administrators", note="n")
    services.decide(case.pk, by=first, hide=True)
    services.undo(case.pk, by=first, reason="r")

    steps = ["reported", "claimed", "given_back", "escalated", "hidden", "undone"]
    assert actions(case) == [f"moderation.{step}" for step in steps]
    page = signed_in(first).get(f"/moderation/cases/{case.pk}/").content.decode()
    assert "took the decision back" in page


def test_the_queue_goes_on_behind_a_case_with_urgent_ones_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belonging.moderation.views.queue.QUEUE_PAGE", 2)
    now = timezone.now()
    late = reported(now=now - timedelta(hours=1))
    early = reported(now=now - timedelta(hours=2))
    urgent = reported(reason="identifies", now=now)
    client = signed_in(moderator())

    first = client.get("/moderation/")
    second = client.get(first.context["next_url"])

    assert [row.case for row in first.context["rows"]] == [urgent, early]
    assert [row.case for row in second.context["rows"]] == [late]
    assert second.context["next_url"] == ""


@pytest.mark.parametrize("show", ["waiting", "mine", "escalated", "appeals", "decided", "nonsense"])
@pytest.mark.parametrize("after", ["", "abc", "-1", "99999999", "9" * 40])
def test_odd_addresses_of_the_queue_open(show: str, after: str) -> None:
    assert signed_in(moderator()).get("/moderation/", {"show": show, "after": after}).status_code == 200


def test_the_queue_costs_the_same_with_one_case_and_with_twenty() -> None:
    client = signed_in(moderator())
    reported()

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/moderation/")
        return len(asked)

    cost()
    one = cost()
    for _number in range(19):
        reported()

    assert cost() <= one


def test_a_moderator_does_not_see_reports_about_what_they_wrote() -> None:
    author = moderator()
    case = reported(post_by(author), note="It was me who told you")
    client = signed_in(author)

    assert client.get(f"/moderation/cases/{case.pk}/").status_code == 404
    assert client.get("/moderation/").context["rows"] == []


@pytest.mark.parametrize("step", ["claim", "give-back", "decide", "undo", "escalate", "answer"])
def test_members_get_nowhere_near_a_case(step: str) -> None:
    case = reported()

    assert signed_in(person()).post(f"/moderation/cases/{case.pk}/{step}/", {"decision": "hide"}).status_code == 404
    assert Case.objects.get().state == State.OPEN


def test_a_warning_without_words_is_answered_beside_the_field_and_nothing_typed_is_lost() -> None:
    case = reported()

    response = signed_in(moderator()).post(
        f"/moderation/cases/{case.pk}/decide/", {"decision": "warn", "public_text": "Not kind.", "note": "my note"}
    )

    assert response.status_code == 422
    assert list(response.context["decide_form"].errors) == ["warning"]
    assert "my note" in response.content.decode()
    assert Case.objects.get().state == State.OPEN


def test_what_is_kept_brings_no_restriction() -> None:
    case = reported()

    response = signed_in(moderator()).post(
        f"/moderation/cases/{case.pk}/decide/", {"decision": "keep", "restriction": "silence", "warning": "w"}
    )

    assert response.status_code == 422


def test_an_ordinary_moderator_cannot_decide_about_harm() -> None:
    case = reported(reason="safeguarding")

    with pytest.raises(NotYours):
        services.decide(case.pk, by=moderator(), hide=True)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("act", ["claim", "decide"])
def test_of_many_moderators_at_once_one_gets_it(act: str) -> None:
    case, people = reported(), [moderator() for _number in range(8)]
    start, done, refused = threading.Barrier(len(people)), [], []

    def work(by: object) -> None:
        try:
            start.wait(10)
            if act == "claim":
                handling.claim(case.pk, by=by)
            else:
                services.decide(case.pk, by=by, hide=True)
            done.append(by)
        except BelongingError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(done) == 1
    assert len(refused) == len(people) - 1
    assert case.decisions.count() == (0 if act == "claim" else 1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_reports_at_once_are_one_case() -> None:
    post, people = post_by(), [person() for _number in range(8)]
    start, wrong = threading.Barrier(len(people)), []

    def work(by: object) -> None:
        try:
            start.wait(10)
            services.report(by, kind="post", object_id=post.pk, reason="unkind")  # type: ignore[arg-type]
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert wrong == []
    assert Case.objects.get().reports.count() == len(people)
