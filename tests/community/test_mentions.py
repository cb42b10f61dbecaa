"""Who is mentioned: a name in ordinary text, and nobody in code, in a link or in an address."""

from __future__ import annotations

from typing import Any

import pytest

from belonging.core import html, markdown
from belonging.notifications.models import Notification
from community import services
from community.models import Mention, Post
from community.writing import counts, render
from tests.people import person, space

pytestmark = pytest.mark.django_db

NOBODY = [
    "Write `@{h}` to name somebody.",
    "Write ``a ` b @{h}`` so.",
    "```\n@{h}\n```",
    "~~~ text\n@{h} hello\n~~~",
    "    @{h} indented",
    "[ask @{h} here](https://example.org/)",
    "[ask](https://example.org/@{h})",
    "[ask](</a @{h}>)",
    '[ask](/library/ "by @{h}")',
    "[ask][1]\n\n[1]: /a/@{h}",
    "<https://example.org/@{h}>",
    "https://example.org/?by=@{h} and www.example.org/@{h}",
    "Write to someone@{h} or some.one+more@{h}.",
    "Write to <someone@{h}.example>",
    "Write to _someone_@{h}.",
    "`someone`@{h}",
    "On another site: @{h}@example.social",
    "\\@{h} and &#64;{h}",
    "@{h}-elsewhere and @{h}_else and @{h}Else",
    "![the sign of @{h}](/media/x.png)",
]
SOMEBODY = [
    "@{h}",
    "(@{h}), thank you",
    "Thanks @{h}.",
    "**@{h}** and *you*",
    "> @{h} wrote:\n>\n> Yes.",
    "- one\n- @{h}",
    "# For @{h}",
    "| a | b |\n|---|---|\n| @{h} | c |",
    "[@{h}]",
    "`code` @{h}",
    "[link](/a/) @{h}",
    "first\n@{h}",
    "@{h}’s plan, @{h}'s plan",
]


@pytest.mark.parametrize("text", NOBODY)
def test_code_links_and_addresses_name_nobody_and_stay_as_typed(text: str) -> None:
    user = person()
    source = text.replace("{h}", user.handle)

    made = render(source)

    assert made.mentioned == []
    assert f"/members/{user.handle}/" not in made.html
    assert made.html == str(html.from_markdown(source))
    assert counts(source).mentions == ("-elsewhere" in source)


@pytest.mark.parametrize("text", SOMEBODY)
def test_a_name_in_ordinary_text_is_a_link_to_the_person(text: str) -> None:
    user = person()
    source = text.replace("{h}", user.handle)

    made = render(source)

    assert made.mentioned == [user.pk]
    assert f'<a href="/members/{user.handle}/" rel="ugc nofollow noopener">@{user.handle}</a>' in made.html
    assert counts(source).mentions == 1


def test_short_names_are_mentioned_too() -> None:
    user = person(handle="jo")

    assert render("Thanks @jo!").mentioned == [user.pk]


def test_only_real_mentions_tell_anybody(django_assert_num_queries: Any) -> None:
    quiet, told, writer = person(), person(), person()

    topic = services.start_topic(
        writer, space(), title="Names", source=f"`@{quiet.handle}` is code, @{told.handle} is a person."
    )

    assert list(Notification.objects.filter(reason="mention").values_list("user_id", flat=True)) == [told.pk]
    assert list(Mention.objects.values_list("user_id", flat=True)) == [told.pk]

    post = Post.objects.get(topic=topic)
    services.edit_post(post.pk, source=f"Now `@{told.handle}` is code as well.")
    assert not Mention.objects.exists()
    with django_assert_num_queries(0):
        render("Nobody is named in `@code`.")


def test_one_question_is_asked_for_all_names_and_ten_people_are_mentioned_at_most() -> None:
    asked: list[list[str]] = []

    def addresses_of(handles: list[str]) -> dict[str, str]:
        asked.append(handles)
        return {"anna": "/members/anna/"}

    made = markdown.render("@anna @bea\n\n> @cleo @anna", addresses_of=addresses_of)

    assert asked == [["anna", "bea", "cleo"]]
    assert made.count('href="/members/anna/"') == 2
    people = [person() for _number in range(12)]
    found = render(" ".join(f"@{user.handle}" for user in people)).mentioned
    assert set(found) == {user.pk for user in people[:10]}
