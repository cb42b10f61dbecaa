"""The keyboard alone: nobody presses a mouse button here. Each control on the way is seen and has a ring."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.keyboard import Keyboard

pytestmark = pytest.mark.browser

Opened = Callable[..., BrowserContext]


def fail_first(page: Page, keyboard: Keyboard, button: str, error: str) -> None:
    """Send a form too early: the summary has the focus and leads to what has to be mended."""
    keyboard.press(page.get_by_role("main").get_by_role("button", name=button, exact=True))
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    keyboard.press(summary.get_by_role("link", name=error))


def report(page: Page, keyboard: Keyboard, site: str, parts: dict[str, object], reason: str) -> None:
    """From the topic: one press on "Report", a reason, one press on "Send the report"."""
    page.goto(f"{site}/topics/{parts['topic']}/{parts['topic_slug']}/?post=2")
    keyboard.press(page.locator(f"main a[href='/moderation/report/post/{parts['post']}/']").first)
    keyboard.choose(page.get_by_label(reason))
    keyboard.press(page.get_by_role("button", name="Send the report"))
    expect(page).to_have_url(f"{site}/topics/{parts['topic']}/{parts['topic_slug']}/?post=2#post-2")
    expect(page.get_by_text("Thank you. A moderator reads it")).to_be_visible()


def test_a_member_starts_a_topic_and_replies_by_keyboard_alone(site: str, signed_in: Opened) -> None:
    page = signed_in("trainer").new_page()
    keyboard = Keyboard(page)
    page.goto(f"{site}/spaces/")

    keyboard.press(page.get_by_role("main").get_by_role("link", name="SENCO network"))
    keyboard.press(page.get_by_role("link", name="Start a topic"))
    fail_first(page, keyboard, "Post it", "Write a title that says what you ask.")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Who holds the door at ten past eight?")
    keyboard.choose(page.get_by_role("radio", name="Question"))
    keyboard.write(page.get_by_label("Message", exact=True), "Two of us do. Is that enough?")
    keyboard.press(page.get_by_role("button", name="Post it"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Who holds the door at ten past eight?")
    expect(page.get_by_text("Your topic has been posted.")).to_be_visible()

    keyboard.write(page.get_by_label("Message", exact=True), "On Mondays there are three.")
    keyboard.press(page.get_by_role("button", name="Post reply"))
    expect(page.get_by_role("article").get_by_text("On Mondays there are three.")).to_be_visible()


@pytest.mark.parametrize(("login", "scripts"), [("lead", True), ("expert", False)])
def test_a_post_is_reported_in_two_presses_with_scripts_and_without(
    login: str, scripts: bool, site: str, signed_in: Opened, parts: dict[str, object]
) -> None:
    page = signed_in(login, scripts=scripts).new_page()

    report(page, Keyboard(page), site, parts, "Unkind, or against the house rules")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_report_without_a_reason_says_what_is_missing(
    scripts: bool, site: str, signed_in: Opened, parts: dict[str, object]
) -> None:
    page = signed_in("officer", scripts=scripts).new_page()
    page.goto(f"{site}/moderation/report/post/{parts['post']}/")

    fail_first(page, Keyboard(page), "Send the report", "Choose what is wrong.")

    expect(page.get_by_label("Somebody may be at risk of harm")).to_be_focused()


def test_a_moderator_hides_a_post_and_takes_it_back_by_keyboard_alone(
    site: str, signed_in: Opened, parts: dict[str, object], tables: psycopg.Connection
) -> None:
    member, page = signed_in("manager").new_page(), signed_in("moderator").new_page()
    keyboard = Keyboard(page)
    report(member, Keyboard(member), site, parts, "Dangerous or wrong advice")
    row = tables.execute(
        "SELECT max(id) FROM moderation_case WHERE kind = 'post' AND object_id = %s", [parts["post"]]
    ).fetchone()
    assert row is not None
    case = page.locator(f"main a[href='/moderation/cases/{row[0]}/']").first
    page.goto(f"{site}/moderation/")

    keyboard.press(case)
    keyboard.press(page.get_by_role("button", name="Take this case"))
    expect(page.get_by_text("Yours until")).to_be_visible()
    fail_first(page, keyboard, "Decide", "Choose whether to keep it or to hide it.")
    keyboard.choose(page.get_by_label("Hide it", exact=True))
    keyboard.write(page.get_by_label("Words shown in its place"), "It could have hurt a pupil.")
    keyboard.press(page.get_by_role("button", name="Decide"))
    expect(page.get_by_text("Decided. Those who reported it are told")).to_be_visible()
    member.reload()
    expect(member.locator("#post-2")).to_contain_text("It could have hurt a pupil.")

    keyboard.press(page.get_by_role("main").get_by_role("link", name="Decided"))
    keyboard.press(case)
    fail_first(page, keyboard, "Take it back", "Write down why.")
    page.keyboard.type("It was sound advice after all.")
    keyboard.press(page.get_by_role("button", name="Take it back"))
    expect(page.get_by_text("Taken back. Everything is as it was before")).to_be_visible()
    member.reload()
    expect(member.locator("#post-2")).not_to_contain_text("It could have hurt a pupil.")
