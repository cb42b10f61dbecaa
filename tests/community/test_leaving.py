"""What stays of somebody who leaves: their posts, and no trace of who they were in any column of any table."""

from __future__ import annotations

import zipfile
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from belonging.accounts import services as accounts
from belonging.accounts.archive import archive_of, safe_name
from belonging.core.hooks import gather
from belonging.files.models import StoredFile, StoredImage
from belonging.moderation import services as moderation
from belonging.notifications.models import Notification
from community import services
from community.models import Attachment, Draft, Mention, Post, PostRevision, Topic
from community.services.recount import recount, recount_spaces
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db

NAME, HANDLE, EMAIL = "Zebedee Quillfeather", "zeb-quillfeather", "zq.private@example.net"
EXCEPTIONS = {
    "moderation_report.note": "what somebody reported stays as evidence, in the words of whoever reported it",
    "moderation_evidence.words": "what was reported stays as evidence for a year at most, then a job removes it",
}


def texts_with(*traces: str) -> set[str]:
    """Every table.column of words or JSON in which one of the traces stands, whatever the case."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.table_name, c.column_name FROM information_schema.columns c
               JOIN information_schema.tables t USING (table_schema, table_name)
               WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
                 AND (c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'tsvector', 'bytea'))"""
        )
        for table, column in cursor.fetchall():
            for trace in traces:
                cursor.execute(
                    f'SELECT 1 FROM "{table}" WHERE position(%s IN lower("{column}"::text)) > 0 LIMIT 1',
                    [trace.lower()],
                )
                if cursor.fetchone():
                    found.add(f"{table}.{column}")
    return found


@pytest.fixture
def leaver() -> Any:
    return person(NAME, handle=HANDLE, email=EMAIL)


def a_life(leaver: Any) -> dict[str, Any]:
    """Writes, is named, quoted, thanked, reported, edited and drafted about."""
    where, friend, other = space(), person("Friend One"), person("Friend Two")
    services.join(leaver, where)
    own = services.start_topic(leaver, where, title="What helps?", source=f"I am {NAME}. Ask me.")
    mentioned = services.start_topic(friend, where, title="Thanks", source=f"@{HANDLE} and I began. So said {NAME}.")
    quote = f"> {NAME} wrote:\n> Ask me.\n\n[@{HANDLE}](/members/{HANDLE}/) is right: see /members/{HANDLE}/"
    quoted = services.reply(friend, own.pk, source=quote)
    answer = services.reply(leaver, mentioned.pk, source="Gladly.")
    services.thank(leaver, quoted)
    services.thank(friend, answer)
    services.follow(leaver, own, on=True)
    changed = services.reply(other, own.pk, source=f"Hello @{HANDLE}")
    services.edit_post(changed.pk, source="Hello everybody")
    services.edit_post(answer.pk, source=f"Gladly, yours {NAME}")
    gone = services.reply(other, own.pk, source=f"Again @{HANDLE}!")
    services.delete_post(gone.pk, by=other)
    now = timezone.now()
    Draft.objects.create(
        user=friend,
        place="new",
        title=f"For @{HANDLE}",
        source=f"Dear @{HANDLE}",
        values={"a": [f"@{HANDLE}"]},
        saved_at=now,
    )
    Draft.objects.create(user=leaver, place="new", title="Mine", source="Secret plans", saved_at=now)
    moderation.report(friend, kind="post", object_id=answer.pk, reason="other", note=f"Is this {NAME} again?")
    for posted, name in ((answer, "zebedee-cv.pdf"), (None, "never-sent.pdf")):
        file = StoredFile(owner=leaver, purpose="post", extension="pdf", name=name, size_bytes=1, sha256="0" * 64)
        file.file.save("", ContentFile(b"%PDF-1.4"), save=False)
        file.save()
        Attachment.objects.create(owner=leaver, post=posted, file=file, created_at=now)
    return {
        "own": own,
        "mentioned": mentioned,
        "quoted": quoted,
        "answer": answer,
        "friend": friend,
        "changed": changed,
    }


def test_no_column_of_any_table_holds_a_trace_of_who_left(leaver: Any) -> None:
    a_life(leaver)
    assert texts_with(NAME, HANDLE, EMAIL) > {"community_post.source", "notifications_notification.text"}

    accounts.erase(leaver)

    assert texts_with(NAME, HANDLE, EMAIL, "quillfeath", "zebede") <= set(EXCEPTIONS)


def test_words_of_others_name_a_former_member_and_are_not_marked_as_edited(leaver: Any) -> None:
    life = a_life(leaver)

    accounts.erase(leaver)

    quoted, first = Post.objects.get(pk=life["quoted"].pk), Post.objects.get(topic=life["mentioned"], number=1)
    assert quoted.source.startswith("> Former member wrote:\n> Ask me.")
    assert "Former member is right" in quoted.source
    assert "Former member" in quoted.html
    assert quoted.edited_at is None
    assert first.source == "Former member and I began. So said Former member."
    assert Topic.objects.get(pk=life["mentioned"].pk).first_words == first.source
    assert Draft.objects.get(user=life["friend"]).values == {"a": ["Former member"]}
    told = Notification.objects.filter(user=life["friend"], text__startswith="Former member").values_list(
        "text", flat=True
    )
    assert "Former member thanked you for a post" in told
    assert not Mention.objects.filter(user=leaver).exists()


def test_posts_stay_and_revisions_drafts_and_unposted_files_of_the_person_go(leaver: Any) -> None:
    life = a_life(leaver)
    storages = [(row.file.storage, row.file.name) for row in StoredFile.objects.filter(owner=leaver)]

    accounts.erase(leaver)

    assert Post.objects.get(pk=life["answer"].pk).source == "Gladly, yours Former member"
    assert not PostRevision.objects.filter(post__author=leaver).exists()
    assert not Draft.objects.filter(user=leaver).exists()
    assert [row.post_id for row in Attachment.objects.filter(owner=leaver)] == [life["answer"].pk]
    assert [row.name for row in StoredFile.objects.filter(owner=leaver)] == ["file.pdf"]
    assert len(storages) == 2


def test_search_no_longer_finds_the_name_and_counters_are_right(leaver: Any) -> None:
    life = a_life(leaver)
    reader = person()

    accounts.erase(leaver)

    assert [row for source in gather("search_sources") for row in source.search(reader, "quillfeather")] == []
    assert [str(row) for row in recount(Topic.objects.values_list("pk", flat=True))] == []
    assert recount_spaces() == []
    page = signed_in(reader).get(life["own"].get_absolute_url()).content.decode()
    assert "Former member" in page
    assert NAME not in page


def test_a_word_that_happens_to_be_a_name_or_a_handle_stays_in_other_peoples_posts() -> None:
    leaver, friend, where = person("May", handle="reading"), person(), space()
    topic = services.start_topic(
        friend, where, title="Books", source="May I ask who is reading? @reading and May wrote: yes"
    )

    accounts.erase(leaver)

    source = Post.objects.get(topic=topic).source
    assert source == "May I ask who is reading? Former member and Former member wrote: yes"


def test_the_archive_holds_own_posts_as_markdown_own_files_and_nothing_of_others(leaver: Any) -> None:
    life = a_life(leaver)
    image = StoredImage(owner=leaver, purpose="post", extension="png", width=1, height=1)
    image.file.save("", ContentFile(b"picture"), save=False)
    image.save()

    found = zipfile.ZipFile(archive_of(leaver))

    names = found.namelist()
    assert len(names) == len(set(names))
    own = found.read(f"community/topics/{life['own'].pk}-what-helps.md").decode()
    assert own.startswith("# What helps?")
    assert f"I am {NAME}. Ask me." in own
    assert "Hello everybody" not in own
    assert f"files/post/{image.pk}.png" in names
    assert any(name.endswith("zebedee-cv.pdf") for name in names)
    assert b"Gladly, yours" in found.read("my-data.json")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/root/x", "root/x"),
        ("a\\..\\b", "a/b"),
        ("topics/1-é b.md", "topics/1-é-b.md"),
        ("...", "file"),
        ("a\x00b", "a-b"),
    ],
)
def test_a_name_in_the_archive_stays_inside_it(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_a_visitor_downloads_nothing(client: Any) -> None:
    response = client.post("/me/data/export/", {"format": "zip"})

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
