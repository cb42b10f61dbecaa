"""What people type comes in as people see it: one line where it is one line, and nothing that no page can show."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from belonging.files.documents import tidy_name
from belonging.moderation.forms import AppealForm, ComplaintForm, ReportForm
from community.composing import typed_from
from community.forms import AttachForm, EditForm, MarkdownField, TagsField, TopicForm
from community.forms_moderating import SplitForm
from community.models import Draft, Joining, Space, SpaceMembership, SpaceRole, Topic
from community.services import drafts
from community.space_forms import JoinForm, SpaceForm
from tests.moderation.things import post_by
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db

UNSEEN = "How\u202e do\x07\ud800 you\u2028greet\x00?\r\n "
SEEN = "How do you greet?"
NOTHING = ["\u200b", "\u202e\u2066", "\x07\x00", " \r\n\t", "\u2028\ufeff", "\ud800"]


def topic_form(**fields: Any) -> TopicForm:
    return TopicForm({"title": "A title", "source": "Words", "token": str(uuid4()), **fields})


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: topic_form(title=UNSEEN), "title"),
        (lambda: EditForm({"title": UNSEEN, "source": "x"}, with_title=True), "title"),
        (lambda: SplitForm({"title": UNSEEN, "reason": "x"}), "title"),
        (lambda: SplitForm({"title": "x", "reason": UNSEEN}), "reason"),
        (lambda: JoinForm({"note": UNSEEN}), "note"),
        (lambda: AttachForm({"alt": UNSEEN}), "alt"),
        (lambda: ComplaintForm({"about": UNSEEN, "words": "x"}), "about"),
    ],
)
def test_one_line_comes_in_as_one_line_of_what_people_see(make: Any, name: str) -> None:
    form = make()
    form.is_valid()

    assert form.cleaned_data[name] == SEEN


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: ReportForm({"reason": "unkind", "note": "one\u202e\x00\ud800\r\ntwo"}), "note"),
        (lambda: AppealForm({"words": "one\u202e\x00\ud800\r\ntwo"}), "words"),
        (lambda: ComplaintForm({"about": "x", "words": "one\u202e\x00\ud800\r\ntwo"}), "words"),
        (lambda: topic_form(source="one\u202e\x00\ud800\r\ntwo"), "source"),
    ],
)
def test_longer_words_keep_their_lines_and_lose_what_nobody_sees(make: Any, name: str) -> None:
    form = make()
    form.is_valid()

    assert form.cleaned_data[name] == "one\ntwo"


@pytest.mark.parametrize("typed", NOTHING)
def test_what_holds_nothing_that_people_see_is_empty(typed: str) -> None:
    assert "title" in topic_form(title=typed).errors
    assert "source" in topic_form(source=typed).errors
    assert "about" in ComplaintForm({"about": typed, "words": "x"}).errors
    assert TagsField(required=False).clean(f"{typed},moves,mo{typed}ves") in (["moves"], ["moves", "mo ves"])


def test_a_title_of_nothing_is_answered_beside_its_field_and_the_rest_is_kept() -> None:
    where = space()

    response = signed_in(person()).post(
        reverse("community:new_topic", args=[where.slug]),
        {"title": "\u200b\u202e", "source": "By name.", "tags": "moves", "token": str(uuid4())},
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "Write a title that says what you ask." in page
    assert "By name." in page
    assert 'value="moves"' in page
    assert not Topic.objects.filter(space=where).exists()


def facilitated() -> tuple[Space, Any]:
    where, user = space(), person()
    SpaceMembership.objects.create(space=where, user=user, role=SpaceRole.FACILITATOR, confirmed_at="2026-01-01T00:00Z")
    return where, user


def test_a_space_has_its_words_on_one_line_on_the_site_and_in_the_admin() -> None:
    where, user = facilitated()
    sent = {
        "title": UNSEEN.replace("\ud800", ""), "description": "For\u202e people\r\nwho draft", "prompt": "What\u2028now?",
        "welcome": "# Hello\r\n\r\nyou\u202e", "joining": Joining.FREE, "visibility": "members",
    }  # fmt: skip

    signed_in(user).post(reverse("community:space_settings", args=[where.slug]), sent)

    where.refresh_from_db()
    assert where.title == SEEN
    assert (where.description, where.prompt) == ("For people who draft", "What now?")
    assert where.welcome == "# Hello\n\nyou"
    assert "title" in SpaceForm({**sent, "title": "\u200b"}, instance=where, user=user).errors

    admin = signed_in(person(is_superuser=True, is_staff=True))
    url = f"/admin/snippets/community/space/edit/{where.pk}/"
    changed = {**sent, "title": "From\u202e the\nadmin", "slug": where.slug, "position": 0, "strands": ""}
    response = admin.post(url, changed)
    assert response.status_code == 302, response.context["form"].errors
    where.refresh_from_db()
    assert where.title == "From the admin"


def test_file_names_lose_what_turns_or_breaks_them() -> None:
    assert tidy_name("inv\u202efdp\ud800\x00\u2028.exe\n.pdf") == "invfdp .exe.pdf"


# --- nothing that comes in by HTTP is half a character ---------------------------------------------------------------

HALF = b"ab+2AA-cd"  # a lone surrogate in UTF-7


def multipart(**fields: bytes) -> bytes:
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--x--\r\n"


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "unicode_escape"])
def test_no_charset_brings_half_characters_into_any_form(charset: str) -> None:
    where, writer = space(), person()
    post = post_by()
    client = signed_in(writer)
    kind = f"multipart/form-data; boundary=x; charset={charset}"

    for url in (
        reverse("community:new_topic", args=[where.slug]),
        reverse("community:reply", args=[post.topic_id]),
        reverse("community:preview"),
        reverse("community:save_draft"),
        reverse("moderation:report", args=["post", post.pk]),
        reverse("moderation:complaint"),
        "/me/profile/",
        reverse("community:tag", args=["x"]),
    ):
        sent = multipart(
            title=HALF, source=HALF, note=HALF, tags=HALF, about=HALF, words=HALF, name=HALF, bio=HALF, reason=b"unkind",
            place=f"space:{where.pk}".encode(), time_zone=b"Europe/London", visibility=b"members", level=b"follow",
        )  # fmt: skip
        assert client.post(url, sent, content_type=kind).status_code < 500, url
    for url in ("/search/", "/members/", "/topics/", "/topics/mention/"):
        response = client.get(
            url, {"q": "ab+2AA-cd", "tag": "+2AA-"}, headers={"content-type": f"text/plain; charset={charset}"}
        )
        assert response.status_code < 500, url


def test_a_draft_holds_nothing_that_no_database_takes() -> None:
    where, writer = space(), person()
    typed = typed_from({"title": "a\ud800", "source": "b\x00\ud800\nc", "tags": "d\ud800"})

    drafts.save(writer, drafts.place_for(writer, f"space:{where.pk}"), typed)

    kept = Draft.objects.get(user=writer)
    assert (kept.title, kept.source, kept.values["tags"]) == ("a", "b\nc", "d")


def test_a_message_of_half_characters_is_no_error_of_ours() -> None:
    assert MarkdownField().clean("ab\ud800") == "ab"
