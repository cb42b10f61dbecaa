"""What only a browser can tell: the menu without scripts, the keyboard alone, the pupil's way, what is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

pytestmark = pytest.mark.browser


def test_the_menu_opens_on_a_phone_without_scripts(site: str, signed_in: Callable[..., BrowserContext]) -> None:
    page = signed_in(width=390, scripts=False).new_page()
    page.goto(site)

    page.get_by_role("button", name="Menu").click()

    expect(page.get_by_role("link", name="Library").first).to_be_visible()


def test_the_filters_of_the_library_work_on_a_phone_without_scripts(
    site: str, signed_in: Callable[..., BrowserContext]
) -> None:
    page = signed_in(width=390, scripts=False).new_page()
    page.goto(f"{site}/library/")
    page.get_by_role("button", name="Filters").click()

    page.locator("input[name=strand][value=P11]").check()
    page.get_by_role("button", name="Show results").click()

    assert "strand=P11" in page.url
    expect(page.get_by_role("status")).to_contain_text("resources")


def test_a_visitor_reaches_the_content_and_the_library_by_keyboard_alone(
    site: str, signed_in: Callable[..., BrowserContext]
) -> None:
    page = signed_in().new_page()
    page.goto(site)

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    for _step in range(30):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text().strip() == "Library":
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Library")


def test_a_pupil_answers_the_easy_read_questions_without_scripts_and_the_code_is_used_up(
    site: str, signed_in: Callable[..., BrowserContext]
) -> None:
    context = signed_in(width=390, scripts=False)
    page = context.new_page()
    page.goto(f"{site}/q/")
    page.get_by_label("Your code").fill("fghj-klmn")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Start").click()
    for number in range(6):
        if number == 2:
            page.get_by_role("button", name="I don't know").click()
            continue
        page.locator('input[name=value][value="3"]').check()
        page.get_by_role("button", name="Next" if number < 5 else "Finish").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert context.cookies() == []
    page.goto(f"{site}/q/FGHJKLMN/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("does not open anything")


def test_a_topic_that_was_opened_counts_as_read(
    site: str, signed_in: Callable[..., BrowserContext], parts: dict[str, object]
) -> None:
    page = signed_in("stranger").new_page()

    with page.expect_response(lambda response: response.url.endswith("/seen/")) as sent:
        page.goto(f"{site}/topics/{parts['topic']}/{parts['topic_slug']}/")

    assert sent.value.status == 204


def test_an_error_moves_the_focus_to_what_has_to_be_mended(site: str, signed_in: Callable[..., BrowserContext]) -> None:
    page = signed_in("stranger").new_page()
    page.goto(f"{site}/spaces/senco-network/new/")

    page.get_by_role("button", name="Post it").click()

    assert page.title().startswith("Error:")
    expect(page.get_by_role("link", name="Write a title that says what you ask.")).to_be_visible()
