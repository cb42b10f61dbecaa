from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from belonging.accounts import services as accounts
from belonging.accounts.models import Profile
from belonging.moderation import appealing, complaints, restricting, retention, services
from belonging.moderation.models import Case, Complaint, Evidence, Report
from tests.moderation.things import moderator, post_by, reported
from tests.people import person, signed_in

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)


def decided(author: Any = None, **at: Any) -> Case:
    case = reported(post_by(author, "Words of the author"), note="He said it about me", **at)
    return services.decide(case.pk, by=moderator(), hide=True, warning="Stop it", note="Private", **at)


def test_evidence_goes_a_year_after_the_decision_and_stays_while_a_case_is_open() -> None:
    old = timezone.now() - YEAR
    decided(now=old)
    still_open = reported(now=old)
    decided()

    assert retention.let_go(timezone.now()) > 0
    assert retention.let_go(timezone.now()) == 0

    assert Evidence.objects.count() == 2
    assert Evidence.objects.filter(case=still_open).exists()


def test_evidence_stays_while_an_appeal_waits() -> None:
    author = person()
    case = decided(author, now=timezone.now() - YEAR)
    appealing.appeal(author, kind="decision", pk=case.decisions.get().pk, words="x")

    retention.let_go(timezone.now())

    assert Evidence.objects.filter(case=case).exists()


def test_an_answered_complaint_loses_its_words_and_address_after_a_year() -> None:
    old = timezone.now() - YEAR
    made = complaints.complain(about="/", words="w", email="a@example.org", now=old)
    complaints.answer(Case.objects.get().pk, by=moderator(), words="a", now=old)
    waiting = complaints.complain(about="/", words="w", email="b@example.org", now=old)

    retention.let_go(timezone.now())

    made.refresh_from_db()
    waiting.refresh_from_db()
    assert (made.words, made.email, made.answer) == ("", "", "")
    assert waiting.words == "w"


def test_who_leaves_leaves_no_words_about_them_in_closed_cases() -> None:
    author, reporter = person(), person()
    case = decided(author)
    mine = reported(by=reporter, note="Mine")
    services.decide(mine.pk, by=moderator(), hide=False)

    accounts.erase(author)
    accounts.erase(reporter)

    made = case.decisions.get()
    assert (made.warning, made.note, made.public_text) == ("", "", "")
    assert not Evidence.objects.filter(case=case).exists()
    assert not Report.objects.filter(case=case).exclude(note="").exists()
    assert Report.objects.get(case=mine).note == ""
    assert Report.objects.get(case=mine).reporter.display_name == "Former member"


def test_of_an_open_case_the_words_go_when_it_is_closed() -> None:
    author = person()
    case = reported(post_by(author), note="About harm", reason="identifies")
    accounts.erase(author)
    assert Evidence.objects.filter(case=case).exists()

    services.decide(case.pk, by=moderator(), hide=True)
    retention.let_go(timezone.now())

    assert not Evidence.objects.filter(case=case).exists()
    assert Report.objects.get(case=case).note == ""


def test_restrictions_and_complaints_lose_what_they_say_when_the_person_leaves() -> None:
    who = person()
    made = restricting.restrict(who.pk, by=moderator(), kind="silence", reason="Adverts", until=None)
    complaints.complain(about="/", words="mine", email=who.email, user=who)

    accounts.erase(who)

    made.refresh_from_db()
    assert made.reason == ""
    assert Complaint.objects.get().email == ""


def test_an_export_says_what_was_decided_about_the_person_and_never_who_reported_it() -> None:
    author, reporter = person(), person("Rae Porter")
    case = reported(post_by(author), by=reporter, note="Secret note")
    services.decide(case.pk, by=moderator(), hide=True, public_text="Unkind")

    text = str(accounts.export(author)["rooms"]["moderation"])

    assert "Unkind" in text
    assert "Rae Porter" not in text
    assert "Secret note" not in text


# --- profiles ----------------------------------------------------------------------------------------------------------
def test_a_hidden_profile_shows_neither_words_nor_photo_until_it_is_restored() -> None:
    who = person("Ama Osei")
    profile = Profile.objects.get(user=who)
    Profile.objects.filter(pk=profile.pk).update(bio="Buy my course", role="Seller", organisation="Shop")
    client = signed_in(person())
    url = f"/moderation/report/profile/{profile.pk}/"
    assert url in client.get(who.get_absolute_url()).content.decode()

    client.post(url, {"reason": "advert"})
    case = Case.objects.get()
    services.decide(case.pk, by=moderator(), hide=True, public_text="An advert stood here.")

    page = client.get(who.get_absolute_url()).content.decode()
    listed = client.get("/members/").content.decode()
    assert "An advert stood here." in page
    for words in ("Buy my course", "Seller", "Shop"):
        assert words not in page + listed
    assert client.get("/members/", {"q": "Seller"}).context["people"] == []
    assert "Buy my course" in case.evidence.get().words
    services.undo(case.pk, by=moderator(), reason="r")
    assert "Buy my course" in client.get(who.get_absolute_url()).content.decode()


def test_nobody_is_offered_to_report_themselves() -> None:
    who = person()

    assert "/moderation/report/" not in signed_in(who).get(who.get_absolute_url()).content.decode()
