"""What people type, where it leaves the page: mail, calendars, addresses, headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

import pytest
from django.template.loader import render_to_string
from django.test import Client
from icalendar import Calendar

from belonging.accounts.forms import ProfileForm
from belonging.core import html
from belonging.core.hooks import DigestItem, DigestSection
from events.feeds import calendar
from events.models import EventPage
from tests.people import person, signed_in

NASTY = 'Tea"><script>x</script>\r\nBcc: all@example.org\u202e'
LISTS = [
    "/topics/",
    "/members/",
    "/library/",
    "/spaces/",
    "/search/",
    "/schools/",
    "/events/",
    "/framework/",
    "/training/",
    "/",
]


def _digest(template: str) -> str:
    item = DigestItem(title=NASTY, url="/topics/1/x/", text=NASTY, meta=NASTY)
    return render_to_string(
        template,
        {"sections": [DigestSection(1, NASTY, [item])], "until": datetime(2026, 11, 2, tzinfo=UTC), "base_url": "https://ours.example",
         "site_name": "Commons", "person": SimpleNamespace(get_short_name=NASTY)},
    )  # fmt: skip


def test_a_title_in_a_mail_is_escaped_in_html_and_one_line_in_text() -> None:
    assert "<script>" not in _digest("emails/digest.html")
    text = _digest("emails/digest.txt")
    assert not any(line.strip().startswith("Bcc:") for line in text.splitlines())
    assert "\u202e" not in text


def test_a_title_with_line_breaks_adds_no_line_to_a_calendar() -> None:
    now = datetime(2026, 11, 2, 15, tzinfo=UTC)
    nasty = "Tea\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Mine"
    event = SimpleNamespace(pk=1, last_published_at=now, starts_at=now, ends_at=now + timedelta(hours=1), title=nasty, summary=nasty,
                            venue_name=nasty, venue_address=nasty, get_url=lambda: "/events/tea/")  # fmt: skip

    feed = calendar([cast("EventPage", event)], name=nasty)

    assert len(Calendar.from_ical(feed).walk("VEVENT")) == 1
    assert b"\nSUMMARY:Mine" not in feed


@pytest.mark.django_db
def test_a_profile_keeps_no_letter_that_turns_the_line_round() -> None:
    someone = person("Amara Osei")
    given = {"name": "Amara\u202e\u200b  Osei", "role": "SENCo\u2066\nLead", "organisation": "Hall\x1fey", "bio": "One\r\nTwo\u202e", "time_zone": "Europe/London",
             "visibility": someone.profile.visibility}  # fmt: skip
    form = ProfileForm(given, instance=someone.profile)

    form.is_valid()

    cleaned = form.cleaned_data
    assert [cleaned[name] for name in ("name", "role", "organisation", "bio")] == [
        "Amara Osei",
        "SENCo Lead",
        "Halley",
        "One\nTwo",
    ]


@pytest.mark.django_db
def test_a_name_of_nothing_that_can_be_seen_is_no_name() -> None:
    someone = person("Amara Osei")

    assert "name" in ProfileForm({"name": "\u200b\u202e"}, instance=someone.profile).errors


@pytest.mark.django_db
@pytest.mark.parametrize("address", LISTS)
def test_no_query_is_an_error_of_ours(address: str) -> None:
    windows = Client(), signed_in(person())
    for given in (
        "\x00",
        "'",
        '"',
        "a & | ! (b",
        "C++",
        "%",
        "\\",
        "\u202e",
        "😀" * 300,
        "x" * 5000,
        "../../etc/passwd",
        "-1",
        "99999999999999999999",
    ):
        query = "&".join(
            f"{name}={quote(given)}" for name in ("q", "page", "show", "kind", "tag", "space", "strand", "sort", "before", "after", "role", "sector", "region")
        )  # fmt: skip
        for window in windows:
            response = window.get(f"{address}?{query}")
            assert response.status_code < 500, (address, given)
    for raw in ("%", "%ff", "%ed%a0%80", "%00", "%c0%af"):
        for window in windows:
            assert window.get(f"{address}?q={raw}&tag={raw}&page={raw}").status_code < 500, (address, raw)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:x", "///evil.example", "/\t/evil.example"],
)
def test_no_address_sends_a_reader_to_another_host(address: str) -> None:
    window = signed_in(person())

    for response in (
        window.get(f"/accounts/login/?next={quote(address)}"),
        window.post("/i18n/setlang/", {"language": "cy", "next": address}),
        window.get(f"/admin/login/?next={quote(address)}"),
    ):
        where = response.get("Location", "/")
        assert where.startswith("/")
        assert not where.startswith(("//", "/\\", "/\t"))
    assert f'value="{address}"' not in window.get(f"/language/?next={quote(address)}").content.decode()


@pytest.mark.django_db
def test_a_page_that_is_not_there_repeats_nothing_of_its_address() -> None:
    response = Client().get("/nothing-<script>window.__pwned=1</script>/?<script>x=1</script>")

    assert response.status_code == 404
    assert b"<script>window" not in response.content
    assert b"<script>x=1" not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*LISTS, "/nothing-is-here/", "/accounts/login/", "/language/"])
def test_every_page_says_what_may_run(address: str) -> None:
    headers: Any = Client().get(address).headers

    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_one_line_is_one_line() -> None:
    assert html.one_line(" a\u2028b\r\nc\u202e\x00\td ") == "a b c d"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nothing%00/", "/members/%00/", "/topics/1/%00/", "/library/%00/", "/events/%ff/", "/q/%00/", "/%ed%a0%80/",
                                     "/media/%00", "/documents/1/%00", "/framework/%00/", "/static/%00", "/unsubscribe/%00/", "/certificates/%00/",
                                     "/schools/99999999999999999999/", "/topics/99999999999999999999/", "/topics/99999999999999999999/x/",
                                     "/posts/99999999999999999999/edit/", "/me/calendar/%00.ics", "/spaces/%00/"])  # fmt: skip
def test_no_path_is_an_error_of_ours(address: str) -> None:
    for window in (Client(), signed_in(person())):
        response = window.get(address)
        assert response.status_code < 500
        assert "default-src 'none'" in response["Content-Security-Policy"] or response.status_code == 405
