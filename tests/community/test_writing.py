"""The form for writing: what it holds, what each button does, and that nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from belonging.core.cards import describe, with_cards
from belonging.core.html import from_markdown
from belonging.moderation import limits, naming
from community import services
from community.composing import by_of
from community.guarding import Refused
from community.models import Draft, Kind, Post, Space, SpaceMembership, SpaceRole, Topic, Visibility
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about the form: what moderation finds in a text and counts is said by each test."""
    monkeypatch.setattr(limits, "check_may_write", lambda user: None)
    monkeypatch.setattr(limits, "check_rate", lambda user, action: None)
    monkeypatch.setattr(limits, "check_new_member", lambda user, **counts: None)
    monkeypatch.setattr(naming, "signs", lambda text: [])


def new_url(where: Space) -> str:
    return reverse("community:new_topic", args=[where.slug])


def full(**fields: Any) -> dict[str, Any]:
    return {"title": "How do you greet?", "source": "By name.", "token": str(uuid4()), **fields}


def topic_in(where: Space, author: Any = None, **fields: Any) -> Topic:
    values = {"title": "How do you greet?", "source": "Tell me.", **fields}
    return services.start_topic(author or person(), where, **values)


def test_a_topic_keeps_its_kind_strands_indicators_tags_and_phases() -> None:
    where, author = space(), person()
    sent = full(
        kind="question",
        strands=["F1", "P11"],
        indicators=["P11.3"],
        tags="Part-Time timetables, #Moves,part time TIMETABLES",
        phases=["primary"],
    )

    signed_in(author).post(new_url(where), sent)

    topic = Topic.objects.get(space=where)
    assert (topic.kind, topic.strands, topic.indicators) == (Kind.QUESTION, ["F1", "P11"], ["P11.3"])
    assert (topic.tags, topic.phases) == (["part time timetables", "moves"], ["primary"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("strands", ["F1", "F2", "P8", "P11"]),
        ("strands", ["Z9"]),
        ("indicators", ["P11.1", "P11.2", "P11.3", "P8.1", "P8.2", "P8.3"]),
        ("tags", "a,b,c,d,e,f"),
        ("tags", "x" * 41),
        ("phases", ["nursery of dragons"]),
        ("title", ""),
        ("title", "x" * 161),
        ("kind", "announcement"),
    ],
)
def test_a_wrong_value_is_answered_beside_its_field_and_everything_typed_is_kept(name: str, value: Any) -> None:
    where = space()
    sent = full(tags="moves") | {name: value}

    response = signed_in(person()).post(new_url(where), sent)

    assert response.status_code == 422
    form = response.context["form"]
    assert form.errors[name]
    assert form["source"].value() == "By name."
    assert form[name].value() == value
    assert "Error:" in response.content.decode()
    assert not Topic.objects.filter(space=where).exists()


def test_only_who_looks_after_the_space_announces() -> None:
    where, leader = space(), person()
    SpaceMembership.objects.create(
        space=where, user=leader, role=SpaceRole.FACILITATOR, confirmed_at="2026-01-01T00:00Z"
    )

    signed_in(leader).post(new_url(where), full(kind="announcement"))

    assert Topic.objects.get(space=where).kind == Kind.ANNOUNCEMENT
    assert b'value="announcement"' not in signed_in(person()).get(new_url(where)).content


def test_a_topic_begins_with_its_space_and_keeps_what_the_link_said() -> None:
    where, expert = space(), person("Nisha Raman")
    client = signed_in(person())

    asked = client.get("/topics/new/", {"ask": expert.handle, "kind": "question", "title": "Where?"})
    assert asked.status_code == 200
    assert where.title in asked.content.decode()

    moved = client.get("/topics/new/", {"space": where.slug, "ask": expert.handle, "title": "Where?"}, follow=True)
    form = moved.context["form"]
    assert moved.redirect_chain[0][0].startswith(new_url(where))
    assert (form["title"].value(), form["kind"].value()) == ("Where?", "question")
    assert form["source"].value() == f"@{expert.handle} "
    assert "You are asking Nisha Raman" in moved.content.decode()


def test_a_space_one_may_not_read_is_no_choice_and_no_address() -> None:
    hidden = space(Visibility.CONFIDENTIAL, title="Quiet group")
    client = signed_in(person())

    assert b"Quiet group" not in client.get("/topics/new/").content
    assert client.get("/topics/new/", {"space": hidden.slug}).status_code == 422
    assert client.get(new_url(hidden)).status_code == 404


def test_a_title_is_edited_with_the_first_post_only() -> None:
    author = person()
    topic = topic_in(space(), author)
    second = services.reply(author, topic.pk, source="And more.")
    client = signed_in(author)

    page = client.get(reverse("community:edit_post", args=[second.pk]))
    client.post(
        reverse("community:edit_post", args=[Post.objects.get(topic=topic, number=1).pk]), full(title="New words")
    )
    topic.refresh_from_db()

    assert "title" not in page.context["form"].fields
    assert topic.title == "New words"
    assert Post.objects.get(topic=topic, number=1).heading == "New words"


def test_a_quotation_begins_with_who_wrote_it_and_leaves_out_what_they_quoted() -> None:
    author = person()
    topic = topic_in(space(), author, source="> somebody else\n\nWe meet at the **door**.\n\nEvery day.")
    post = Post.objects.get(topic=topic, number=1)

    page = signed_in(person()).get(f"{topic.get_absolute_url()}?quote={post.pk}")

    source = page.context["form"]["source"].value()
    assert source == f"> @{author.handle} wrote:\n>\n> We meet at the **door**.\n>\n> Every day.\n\n"
    assert page.context["form"]["reply_to"].value() == post.pk


def test_a_post_of_another_topic_or_a_hidden_one_is_not_quoted() -> None:
    closed, topic = space(Visibility.CLOSED), topic_in(space())
    secret = Post.objects.get(topic=topic_in(closed, source="The secret."))
    gone = services.reply(person(), topic.pk, source="The rude one.")
    services.hide_post(gone)
    client = signed_in(person())

    for post in (secret, gone):
        page = client.get(f"{topic.get_absolute_url()}?quote={post.pk}")
        assert page.context["blank"], "nothing stands in the form"


def test_the_reply_form_costs_one_query_and_a_reply_at_most_twelve() -> None:
    from django.test import RequestFactory

    from community.views.writing import reply_context

    author, topic = person(), topic_in(space())
    request = RequestFactory().get("/")
    request.user = author
    with CaptureQueriesContext(
        connection,
    ) as asked:
        made = reply_context(request, topic)
        str(made["blank"])
    with CaptureQueriesContext(connection) as replied:
        services.reply(author, topic.pk, source="By name.", token=uuid4())

    assert len(asked) == 1
    assert len(replied) <= 12, [row["sql"][:90] for row in replied]


def test_the_empty_reply_form_is_drawn_once_and_each_page_has_its_own_values() -> None:
    people, topics = [person(), person()], [topic_in(space()), topic_in(space())]

    pages = [signed_in(user).get(topic.get_absolute_url()) for user in people for topic in topics]
    found = [
        re.findall(r'name="(place|by|token|csrfmiddlewaretoken)" value="([^"]+)"', page.context["blank"])
        for page in pages
    ]
    values = [dict(pairs) for pairs in found]

    assert [value["place"] for value in values] == [f"topic:{topic.pk}" for _user in people for topic in topics]
    assert [value["by"] for value in values] == [by_of(user) for user in people for _topic in topics]
    assert len({value["token"] for value in values}) == 4
    for page, topic in zip(pages, topics * 2, strict=True):
        assert f'action="/topics/{topic.pk}/reply/"' in page.context["blank"]
        assert page.context["blank"] in page.content.decode()
        assert "zzmould" not in page.content.decode()


def test_the_same_form_changed_after_going_back_is_a_second_post() -> None:
    topic, client = topic_in(space()), signed_in(person())
    url, token = reverse("community:reply", args=[topic.pk]), str(uuid4())

    for source in ("First thought.", "Second thought.", "Second thought."):
        client.post(url, {"source": source, "token": token})

    written = Post.objects.filter(topic=topic, number__gt=1).order_by("number").values_list("source", flat=True)
    assert list(written) == ["First thought.", "Second thought."]


# --- pupils, limits ---------------------------------------------------------------------------------------------------
class Sign:
    kind, excerpt, message = "phone", "07700 900123", "This looks like a phone number."


def test_a_text_that_seems_to_name_a_pupil_is_warned_about_once_and_never_blocked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(naming, "signs", lambda text: [Sign()] if "07700" in text else [])
    topic, client = topic_in(space()), signed_in(person())
    url, sent = reverse("community:reply", args=[topic.pk]), {"source": "Ring 07700 900123.", "token": str(uuid4())}

    warned = client.post(url, sent)
    mark = warned.context["compose"].mark
    changed = client.post(url, {**sent, "source": "Ring 07700 900999.", "warned": mark})
    back = client.post(url, {**sent, "change": "1"})
    posted = client.post(url, {**sent, "warned": mark})

    assert warned.status_code == changed.status_code == 422
    assert "07700 900123" in warned.content.decode()
    assert warned.context["form"]["source"].value() == sent["source"]
    assert changed.context["compose"].mark != mark
    assert back.status_code == 200
    assert "autofocus" not in back.content.decode()
    assert back.context["form"]["source"].value() == sent["source"]
    assert posted.status_code == 302
    assert Post.objects.filter(topic=topic).count() == 2


@pytest.mark.parametrize(("error", "status"), [("TooMany", 429), ("Silenced", 422), ("NewMemberLimit", 422)])
def test_a_limit_says_why_and_keeps_what_was_typed(monkeypatch: pytest.MonkeyPatch, error: str, status: int) -> None:
    from belonging.moderation import errors

    def refuse(user: Any, action: str) -> None:
        assert action == "topic"
        raise getattr(errors, error)("Send it again after 14:32.")

    monkeypatch.setattr(limits, "check_rate", refuse)
    where = space()

    response = signed_in(person()).post(new_url(where), full())

    assert response.status_code == status
    assert "Send it again after 14:32." in response.content.decode()
    assert response.context["form"]["source"].value() == "By name."
    assert not Topic.objects.filter(space=where).exists()


def test_what_a_new_member_may_hold_is_counted_from_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(limits, "check_new_member", lambda user, **counts: seen.update(counts))

    signed_in(person()).post(
        new_url(space()),
        full(source="@anna-b see https://a.example and www.b.example and /attachments/x/ and /library/"),
    )

    assert seen == {"links": 2, "mentions": 1, "files": 0, "is_topic": True}


def test_a_refusal_is_one_family() -> None:
    assert Refused("x", status=429).status == 429


# --- cards ------------------------------------------------------------------------------------------------------------
def test_a_line_that_is_only_a_link_to_an_open_topic_becomes_a_card() -> None:
    topic = topic_in(space(Visibility.OPEN), title="Doors & <b>names</b>")
    url = topic.get_absolute_url()

    for line in (url, f"[look](<{url}>)", f"http://127.0.0.1:8000{url}"):
        made = str(with_cards(from_markdown(f"Read this:\n{line}\nand tell me.")))
        assert made.count("link-card") == 1, line
        assert "Doors &amp; &lt;b&gt;names&lt;/b&gt;" in made
        assert made.startswith("<p>Read this:</p>")
        assert made.rstrip().endswith("<p>and tell me.</p>")


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.CLOSED, Visibility.CONFIDENTIAL])
def test_a_link_to_what_is_not_public_stays_a_link(visibility: str) -> None:
    topic = topic_in(space(visibility), title="Only for us")

    made = str(with_cards(from_markdown(topic.get_absolute_url())))

    assert "Only for us" not in made
    assert "link-card" not in made
    assert describe(topic.get_absolute_url()) is None


def test_a_link_within_a_sentence_in_code_or_to_another_site_is_no_card() -> None:
    topic = topic_in(space(Visibility.OPEN))
    url = topic.get_absolute_url()

    for text in (
        f"see [{url}]({url}) now",
        f"`{url}`",
        f"```\n{url}\n```",
        f"https://evil.example{url}",
        f"//evil.example{url}",
    ):
        assert "link-card" not in with_cards(from_markdown(text)), text


def test_members_cannot_write_a_card_themselves() -> None:
    assert "<aside" not in with_cards(from_markdown('<aside class="card link-card"><a href="/x/">x</a></aside>'))


# --- mentions ---------------------------------------------------------------------------------------------------------
def test_members_are_suggested_by_handle_or_name_and_nobody_else_is() -> None:
    asking = person()
    seen, gone = person("Zephyrine Obi"), person("Zephyrine Gone", is_active=False)

    found = signed_in(asking).get("/topics/mention/", {"q": "zephyrine o"}).json()["people"]
    by_handle = signed_in(asking).get("/topics/mention/", {"q": seen.handle}).json()["people"]

    assert [row["handle"] for row in found] == [seen.handle]
    assert by_handle[0] == {"handle": seen.handle, "name": "Zephyrine Obi", "role": ""}
    assert gone.handle not in str(signed_in(asking).get("/topics/mention/", {"q": "zeph"}).json())
    assert signed_in(asking).get("/topics/mention/", {"q": "%_\\\x00"}).json() == {"people": []}


def test_at_most_eight_are_suggested_and_not_without_end() -> None:
    for _number in range(9):
        person("Quintilla Same")
    client = signed_in(person())

    assert len(client.get("/topics/mention/", {"q": "quintilla"}).json()["people"]) == 8
    answers = {client.get("/topics/mention/", {"q": ""}).status_code for _number in range(260)}
    assert answers == {200, 429}


def test_visitors_get_no_suggestions(client: Any) -> None:
    response = client.get("/topics/mention/", {"q": "p"})

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_a_preview_for_scripts_is_cleaned_as_the_post_will_be() -> None:
    client = signed_in(person())

    shown = client.post("/drafts/preview/", {"source": "**Soon** <script>x</script>"})

    assert b"<strong>Soon</strong>" in shown.content
    assert b"<script>" not in shown.content
    assert client.post("/drafts/preview/", {"source": "ä" * 30_000}).status_code == 422
    assert not Draft.objects.exists()


def test_suggestions_find_the_beginning_of_names_and_handles_along_indexes() -> None:
    asking = person()
    with CaptureQueriesContext(connection) as asked:
        signed_in(asking).get("/topics/mention/", {"q": "zeph"})
    said = re.compile(r"""[\w."():]*(?:handle|name)[\w."():]* LIKE '[^']*'""")
    conditions = [found[0] for row in asked if (found := said.search(row["sql"]))]
    assert len(conditions) == 2

    plans = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for condition in conditions:
            cursor.execute(f"EXPLAIN SELECT 1 FROM accounts_user WHERE {condition}")
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    for plan, index in zip(plans, ("accounts_user_handle", "user_name_begins"), strict=True):
        assert index in plan, plan
        assert re.search(r"(~>=~|>=) '(zeph)'", plan), plan  # by either of two indexes of the handle
