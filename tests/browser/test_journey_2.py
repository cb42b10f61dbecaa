"""Journey 2 in a real browser: a question names an expert, waits, is answered, helps, and becomes a library resource."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

TITLE = "How short can a handover card be?"
ANSWER = "One card for each pupil: name, greeting, one thing that helps."
WAITS = f"Still waiting for you: “{TITLE}”"


def reminders(page: Page, site: str) -> int:
    page.goto(f"{site}/me/notifications/")
    return page.get_by_role("button", name=WAITS).count()


def test_a_question_finds_its_expert_and_its_answer_the_library(
    site: str, signed_in: Callable[..., BrowserContext], manage: Callable[..., str], tables: psycopg.Connection
) -> None:
    member, expert = signed_in("practitioner").new_page(), signed_in("expert").new_page()
    other, visitor = signed_in("lead").new_page(), signed_in().new_page()

    # a member finds the expert in the directory and asks; the question is a topic that others can read
    member.goto(f"{site}/members/")
    member.get_by_label("Words").fill("Nisha")
    member.get_by_role("button", name="Find").click()
    member.get_by_role("link", name="Dr Nisha Raman").click()
    member.get_by_role("link", name="Ask this person").click()
    expect(member.get_by_text("You are asking Dr Nisha Raman")).to_be_visible()
    member.get_by_label("SENCO network").check()
    member.get_by_role("button", name="Next").click()
    expect(member.get_by_text("Dr Nisha Raman is told when you post.")).to_be_visible()
    expect(member.get_by_role("radio", name="Question")).to_be_checked()
    member.get_by_label("Title").fill(TITLE)
    member.get_by_label("Message", exact=True).press("Control+End")
    member.keyboard.type("our cover staff have two minutes.")
    member.get_by_text("Strands of the framework").click()
    member.locator("input[name=strands][value=P10]").check()
    member.get_by_role("button", name="Post it").click()
    expect(member.get_by_role("heading", level=1)).to_have_text(TITLE)
    topic = member.url

    # the expert is told at once, and reminded once after two working days, on the site and by mail
    row = tables.execute(
        "SELECT nudge_at FROM community_expertrequest JOIN community_topic t ON t.id = topic_id WHERE t.title = %s",
        [TITLE],
    ).fetchone()
    assert row is not None
    due = row[0]
    expert.goto(f"{site}/me/notifications/")
    expect(expert.get_by_role("button", name=f"asks you: “{TITLE}”")).to_be_visible()
    manage("tick", "--at", (due - timedelta(minutes=1)).isoformat())
    assert reminders(expert, site) == 0
    manage("tick", "--at", due.isoformat())
    manage("tick", "--at", (due + timedelta(minutes=5)).isoformat())
    assert reminders(expert, site) == 1
    # a browser cannot wait two days for a mail that is planned for then
    tables.execute("UPDATE outbox_outgoingemail SET next_try_at = now() WHERE kind = 'expert_nudge' AND next_try_at > now()")  # fmt: skip
    manage("drain_outbox")
    visitor.goto(f"{site}/styleguide/mail/")
    visitor.get_by_role("link", name=f"Still waiting for you: {TITLE}").first.click()
    expect(visitor.get_by_text("expert@demo.example").first).to_be_visible()
    expect(visitor.locator("pre")).to_contain_text(topic)

    # the expert answers
    expert.get_by_role("button", name=WAITS).click()
    expect(expert.get_by_role("heading", level=1)).to_have_text(TITLE)
    expert.get_by_label("Message", exact=True).fill(ANSWER)
    expert.get_by_role("button", name="Post reply").click()
    expect(expert.get_by_text("Your reply has been posted.")).to_be_visible()
    expert.goto(f"{site}/topics/unanswered/?show=asked")
    expect(expert.get_by_role("link", name=TITLE)).to_have_count(0)

    # the member accepts, and somebody else says that it helped
    member.goto(topic)
    member.get_by_role("button", name="This answered it").click()
    expect(member.get_by_role("article", name="The accepted answer: Dr Nisha Raman")).to_contain_text(ANSWER)
    other.goto(topic)
    helped = other.get_by_role("article", name="The accepted answer").get_by_role("button", name="This helped")
    helped.click()
    expect(helped).to_have_attribute("aria-pressed", "true")
    expect(helped).to_contain_text("1")

    # one step makes a draft of it, credited to both; an editor looks at it before anybody else does
    expect(other.get_by_text("Good enough to keep?")).to_have_count(0)
    expect(member.get_by_text("Dr Nisha Raman and Sarah Coombes")).to_be_visible()
    member.goto(topic)
    member.get_by_role("button", name="Turn this answer into a library resource").click()
    expect(member.get_by_text("An editor looks at it before it is in the library.")).to_be_visible()
    expect(member.get_by_text("An editor is making a library resource")).to_be_visible()
    other.goto(f"{site}/library/?q=handover+card")
    expect(other.get_by_role("link", name=TITLE)).to_have_count(0)
    publish(site, signed_in("admin").new_page())

    # it stands in the library with both names, and the topic leads to it
    member.goto(topic)
    in_library = member.locator(".note--ok").filter(has_text="In the library:")
    in_library.get_by_role("link", name=TITLE).click()
    expect(member).to_have_url(re.compile("/library/how-short-can-a-handover-card-be/$"))
    other.goto(f"{site}/library/?q=handover+card")
    other.get_by_role("link", name=TITLE).click()
    expect(other.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(other.get_by_role("main")).to_contain_text(ANSWER)
    credits = other.get_by_role("complementary")
    expect(credits.get_by_role("link", name="Sarah Coombes")).to_be_visible()
    expect(credits.get_by_role("link", name="Dr Nisha Raman")).to_be_visible()
    answer = visitor.goto(other.url)
    assert answer is not None
    assert visitor.get_by_text(ANSWER).count() == 0, "it came from a space for members"


def publish(site: str, page: Page) -> None:
    """In the Wagtail admin, as an editor does it."""
    page.goto(f"{site}/admin/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_text("One card for each pupil").first).to_be_attached()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Approve and Publish", exact=True).click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(f"'{TITLE}' has been")
