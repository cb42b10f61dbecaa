"""Writing in a real browser: drafts that survive, the keyboard alone, people after "@", a picture, and no scripts at all."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

Opened = Callable[..., BrowserContext]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(out, "PNG")
    return out.getvalue()


def open_topic_form(site: str, context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(f"{site}/spaces/senco-network/new/")
    return page


def test_what_is_typed_survives_a_reload_and_goes_when_it_is_posted(
    site: str, signed_in: Opened, parts: dict[str, object]
) -> None:
    page = signed_in("lead").new_page()
    topic = f"{site}/topics/{parts['topic']}/{parts['topic_slug']}/"
    page.goto(topic)

    page.locator("#id_source").press_sequentially("We keep two adults free.")
    expect(page.locator("[data-status]")).to_contain_text("Draft saved", timeout=15_000)
    page.reload()
    expect(page.locator("#id_source")).to_have_value("We keep two adults free.")
    expect(page.get_by_text("This is your draft")).to_be_visible()

    page.locator("#id_source").press("Control+End")
    page.keyboard.type(" And it works.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_text("We keep two adults free. And it works.")).to_be_visible()
    page.goto(topic)
    expect(page.locator("#id_source")).to_have_value("")


def test_what_was_not_saved_yet_survives_when_the_page_goes(site: str, signed_in: Opened) -> None:
    page = open_topic_form(site, signed_in("expert"))

    page.get_by_label("Title").fill("Half a title")
    page.goto(f"{site}/spaces/")
    page.goto(f"{site}/spaces/senco-network/new/")

    expect(page.get_by_label("Title")).to_have_value("Half a title")


def test_an_unreachable_server_loses_nothing_in_the_window(
    site: str, signed_in: Opened, parts: dict[str, object]
) -> None:
    context = signed_in("trainer")
    page = context.new_page()
    topic = f"{site}/topics/{parts['topic']}/{parts['topic_slug']}/"
    page.goto(topic)
    context.route("**/drafts/save/", lambda route: route.abort())

    page.locator("#id_source").press_sequentially("On the train.")
    expect(page.locator("[data-status]")).to_contain_text("Not saved on the server", timeout=15_000)
    context.unroute("**/drafts/save/")
    page.goto(topic)

    expect(page.locator("#id_source")).to_have_value("On the train.")
    expect(page.locator("[data-status]")).to_contain_text("Draft saved", timeout=15_000)


def test_the_toolbar_is_one_tab_stop_and_works_by_keyboard(site: str, signed_in: Opened) -> None:
    page = open_topic_form(site, signed_in("manager"))
    page.get_by_label("Title").focus()
    for _step in range(12):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("data-tool"):
            break

    expect(page.locator(":focus")).to_have_attribute("data-tool", "bold")
    page.keyboard.press("Enter")
    page.keyboard.type("door")
    expect(page.locator("#id_source")).to_have_value("**door**")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(":focus")).to_have_attribute("data-tool", "file")
    page.keyboard.press("Home")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_attribute("data-tool", "list")
    page.keyboard.press("Space")

    expect(page.locator("#id_source")).to_have_value("- **door**")
    expect(page.locator("#id_source")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#id_source")).to_have_value("**door**")


def test_people_are_suggested_and_chosen_by_keyboard(site: str, signed_in: Opened, parts: dict[str, object]) -> None:
    page = open_topic_form(site, signed_in("officer"))
    handle = str(parts["member"])

    page.locator("#id_source").press_sequentially(f"Thank you @{handle[:4]}")
    option = page.get_by_role("option").first
    expect(option).to_have_attribute("aria-selected", "true")
    names = page.get_by_role("option").all_inner_texts()
    at = next(number for number, name in enumerate(names) if f"@{handle}" in name)
    for _step in range(at):
        page.keyboard.press("ArrowDown")
    active = page.locator("#id_source").get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_contain_text(f"@{handle}")
    page.keyboard.press("Enter")

    expect(page.locator("#id_source")).to_have_value(f"Thank you @{handle} ")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.type("@zzzzqq")
    page.wait_for_timeout(600)
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_picture_is_added_at_the_caret_once_it_is_described(site: str, signed_in: Opened) -> None:
    page = open_topic_form(site, signed_in("evaluator"))
    page.get_by_label("Title").fill("A plan of the room")
    page.locator("#id_source").fill("Before. After.")
    page.locator("#id_source").evaluate("area => area.setSelectionRange(7, 7)")

    page.get_by_role("button", name="Picture or file").click()
    expect(page.locator("#id_file")).to_be_focused()
    page.set_input_files("#id_file", {"name": "room.png", "mimeType": "image/png", "buffer": picture()})
    page.get_by_role("button", name="Add it to the message").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what the picture shows")
    expect(page.locator("#id_alt")).to_be_focused()
    page.keyboard.type("One chair is free")
    page.get_by_role("button", name="Add it to the message").click()
    expect(page.locator("#id_source")).to_have_value(
        re.compile(r"^Before\.\n\n!\[One chair is free\]\(/attachments/[0-9a-f-]{36}/\)\n\n After\.$")
    )

    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_focused()
    page.get_by_role("button", name="Post it").click()
    shown = page.get_by_role("img", name="One chair is free")
    expect(shown).to_be_visible()
    assert shown.evaluate("picture => picture.naturalWidth") == 80


@pytest.mark.parametrize("width", [1280, 390])
def test_a_topic_is_written_previewed_saved_and_posted_without_scripts(
    site: str, signed_in: Opened, width: int
) -> None:
    page = open_topic_form(site, signed_in("practitioner", width=width, scripts=False))
    expect(page.get_by_role("toolbar")).to_have_count(0)
    page.get_by_label("Title").fill(f"Who greets whom at {width}?")
    page.get_by_label("Message", exact=True).fill("We **ask** each pupil.")
    page.get_by_text("Indicators of the framework").click()
    page.locator(".compose__group summary").first.click()
    page.locator("input[name=indicators]").first.check()

    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".compose__preview strong")).to_have_text("ask")
    page.get_by_text("Add a picture or file").click()
    page.set_input_files("#id_file", {"name": "list.csv", "mimeType": "text/csv", "buffer": b"a,b\n"})
    page.get_by_role("button", name="Add it to the message").click()
    expect(page.get_by_label("Message", exact=True)).to_have_value(re.compile(r"\[list\.csv\]\(/attachments/"))
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("This is your draft")).to_be_visible()
    expect(page.locator("input[name=indicators]").first).to_be_checked()
    page.get_by_role("button", name="Post it").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Who greets whom at {width}?")
    expect(page.get_by_role("link", name="list.csv")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_session_that_ended_gives_the_words_back(site: str, signed_in: Opened, parts: dict[str, object]) -> None:
    context = signed_in("safeguarding")
    page = context.new_page()
    page.goto(f"{site}/topics/{parts['topic']}/{parts['topic_slug']}/")
    page.locator("#id_source").fill("Three long paragraphs.")
    kept = [cookie for cookie in context.cookies() if cookie["name"] != "sessionid"]
    context.clear_cookies()
    context.add_cookies(kept)  # type: ignore[arg-type]

    page.get_by_role("button", name="Post reply").click()
    page.fill("input[name=login]", "safeguarding@demo.example")
    page.fill("input[name=password]", "belonging-demo")
    page.click("main button[type=submit]")

    expect(page.get_by_text("It is not posted yet")).to_be_visible()
    expect(page.locator("#id_source")).to_have_value("Three long paragraphs.")
