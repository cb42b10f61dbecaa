"""Pictures and files of posts: what is taken, who gets it, whose it is, and when it goes."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from belonging.accounts.models import MODERATORS
from belonging.core.hooks import gather
from belonging.files.models import StoredFile, StoredImage
from community import services
from community.models import Attachment, Draft, Post, Topic, Visibility
from community.services.attachments import attach
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from belonging.moderation import limits, naming

    monkeypatch.setattr(limits, "check_may_write", lambda user: None)
    monkeypatch.setattr(limits, "check_rate", lambda user, action: None)
    monkeypatch.setattr(limits, "check_new_member", lambda user, **counts: None)
    monkeypatch.setattr(naming, "signs", lambda text: [])


def photo(size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Jay P, Year 7, at the gate"
    Image.new("RGB", size, "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


def packed(**parts: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes | str) -> bytes:
    return packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", **more})


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def topic_in(visibility: str = Visibility.MEMBERS, author: Any = None, source: str = "Tell me.") -> Topic:
    return services.start_topic(author or person(), space(visibility), title="How?", source=source)


def posted(visibility: str, owner: Any, name: str = "plan.pdf", data: bytes = PDF) -> Attachment:
    """A file in a posted topic."""
    made = attach(owner, io.BytesIO(data), name=name, alt="A plan")
    topic_in(visibility, owner, source=f"[x](/attachments/{made.key}/)")
    made.refresh_from_db()
    assert made.post_id
    return made


def test_a_picture_is_added_without_scripts_and_everything_typed_stays() -> None:
    user, topic = person(), topic_in()
    client, url = signed_in(user), reverse("community:reply", args=[topic.pk])

    page = client.post(
        url, {"source": "Look:", "alt": "A table [plan]", "file": upload("x.jpg", photo()), "attach": "1"}
    )
    made = Attachment.objects.get()
    source = page.context["form"]["source"].value()
    client.post(url, {"source": source, "token": str(uuid4())})
    made.refresh_from_db()

    assert page.status_code == 200
    assert source == f"Look:\n\n![A table \\[plan\\]](/attachments/{made.key}/)\n"
    post = Post.objects.get(topic=topic, number=2)
    assert made.post == post
    assert f'<img src="/attachments/{made.key}/" alt="A table [plan]">' in post.html
    with made.image.file.open() as stored:  # type: ignore[union-attr]
        assert b"Jay P" not in stored.read()


def test_a_picture_without_words_is_asked_about_and_nothing_is_kept() -> None:
    topic = topic_in()
    url = reverse("community:reply", args=[topic.pk])

    page = signed_in(person()).post(url, {"source": "Look:", "file": upload("x.jpg", photo()), "attach": "1"})

    assert page.status_code == 422
    assert page.context["compose"].attach.errors["alt"]
    assert page.context["form"]["source"].value() == "Look:"
    assert not Attachment.objects.exists()


def test_a_file_that_was_chosen_but_not_added_goes_with_the_post() -> None:
    topic = topic_in()

    signed_in(person()).post(
        reverse("community:reply", args=[topic.pk]),
        {"source": "The form:", "file": upload("Form B.docx", docx()), "token": str(uuid4())},
    )

    assert "Form B.docx</a>" in Post.objects.get(topic=topic, number=2).html
    assert Attachment.objects.get().post is not None


def test_scripts_get_the_markdown_or_the_errors() -> None:
    client, url = signed_in(person()), reverse("community:attach")

    good = client.post(url, {"file": upload("list.csv", b"a,b\n1,2\n")})
    bad = client.post(url, {"file": upload("list.csv", photo())})

    assert good.json()["markdown"] == f"[list.csv](/attachments/{Attachment.objects.get().key}/)"
    assert bad.status_code == 422
    assert bad.json()["errors"][0]["id"] == "id_file"
    assert client.post(url, {}).json()["errors"][0]["text"] == "Choose a file first."
    assert "login" in Client().post(url, {})["Location"]


BOMB = packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": b"\0" * (101 * 1024 * 1024)})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("run.exe", b"MZ\x90"),
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("drawing.svg", b"<svg onload=alert(1)>"),
        ("script.js", b"alert(1)"),
        ("macro.docm", docx()),
        ("old.doc", b"\xd0\xcf\x11\xe0"),
        ("nothing", PDF),
        (".pdf", PDF),
        ("empty.pdf", b""),
        ("page.pdf", b"<html>%PDF-"),
        ("page.txt", b"  <!DOCTYPE html><script>alert(1)</script>"),
        ("page.csv", b"<svg onload=alert(1)>"),
        ("run.txt", b"#!/bin/sh\nrm"),
        ("run.txt", b"MZ\x90\x00"),
        ("zip.txt", docx()),
        ("letter.docx", PDF),
        ("letter.docx", b"PK\x03\x04 not a zip"),
        ("letter.docx", packed(**{"a.txt": "x"})),
        ("letter.docx", docx(**{"word/vbaProject.bin": b"x"})),
        ("letter.docx", docx(**{"word/VBAPROJECT.BIN": b"x"})),
        ("letter.docx", docx(**{"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml"})),
        ("letter.docx", docx(**{"word/activeX/activeX1.xml": b"x"})),
        ("sheet.xlsx", docx()),
        ("letter.odt", docx()),
        ("letter.odt", packed(mimetype="application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": "<x/>"})),
        ("letter.odt", packed(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "x", "Basic/m.xml": "x"})),
        ("bomb.docx", BOMB),
        ("big.pdf", PDF + b"x" * (10 * 1024 * 1024)),
        ("photo.jpg", PDF),
        ("photo.png", b"<svg onload=alert(1)>"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_or_could_run_is_refused(name: str, data: bytes) -> None:
    response = signed_in(person()).post(reverse("community:attach"), {"file": upload(name, data), "alt": "Words"})

    assert response.status_code == 422
    assert response.json()["errors"][0]["text"]
    assert not Attachment.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plan.pdf", PDF),
        ("letter.DOCX", docx()),
        ("sheet.xlsx", packed(**{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>"})),
        ("talk.pptx", packed(**{"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<w/>"})),
        ("letter.odt", packed(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "<x/>"})),
        ("words.txt", "Ŵyl ŷd – “bore da”".encode()),
        ("words.txt", "Ŵyl".encode("utf-16")),
        ("words.txt", b"caf\xe9"),
        ("list.csv", b"name,number\n"),
    ],
)
def test_documents_of_our_list_are_taken(name: str, data: bytes) -> None:
    response = signed_in(person()).post(reverse("community:attach"), {"file": upload(name, data)})

    assert response.status_code == 200, response.content
    assert Attachment.objects.get().file


def test_a_file_is_a_download_under_its_own_name_and_nothing_in_it_runs() -> None:
    owner = person()
    made = posted(Visibility.MEMBERS, owner, name='..\\C:\\"Plan\u202efdp ŵ\r\n.pdf')

    response = signed_in(person()).get(reverse("community:attachment", args=[made.key]))

    assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Planfdp%20%C5%B5.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_picture_is_shown_in_its_place() -> None:
    made = posted(Visibility.OPEN, person(), "x.jpg", photo())

    response = Client().get(reverse("community:attachment", args=[made.key]))

    assert response["Content-Type"] == "image/jpeg"
    assert not response["Content-Disposition"].startswith("attachment")
    assert not response.cookies


@pytest.mark.parametrize(
    ("visibility", "visitor", "member"),
    [
        (Visibility.OPEN, 200, 200),
        (Visibility.MEMBERS, 302, 200),
        (Visibility.CLOSED, 302, 404),
        (Visibility.CONFIDENTIAL, 302, 404),
    ],
)
def test_a_file_is_for_whoever_may_read_its_space(visibility: str, visitor: int, member: int) -> None:
    url = reverse("community:attachment", args=[posted(visibility, person()).key])

    assert Client().get(url).status_code == visitor
    assert signed_in(person()).get(url).status_code == member


def test_what_is_not_posted_is_for_its_owner_alone() -> None:
    owner = person()
    made = attach(owner, io.BytesIO(PDF), name="plan.pdf")
    url = reverse("community:attachment", args=[made.key])

    assert signed_in(owner).get(url).status_code == 200
    assert signed_in(person()).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert Client().get(reverse("community:attachment", args=[uuid4()])).status_code == 302


def test_a_file_of_a_hidden_or_deleted_post_is_gone_for_members() -> None:
    made = posted(Visibility.OPEN, person())
    url = reverse("community:attachment", args=[made.key])

    services.hide_post(made.post)  # type: ignore[arg-type]

    assert signed_in(person()).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert signed_in(person(groups=(MODERATORS,))).get(url).status_code == 200


def test_nobody_claims_a_file_that_somebody_else_uploaded_or_posted() -> None:
    owner, thief = person(), person()
    mine, waiting = posted(Visibility.CLOSED, owner), attach(owner, io.BytesIO(PDF), name="plan.pdf")
    before = mine.post_id

    topic_in(Visibility.OPEN, thief, source=f"[a](/attachments/{mine.key}/) [b](/attachments/{waiting.key}/)")
    mine.refresh_from_db()
    waiting.refresh_from_db()

    assert mine.post_id == before
    assert waiting.post_id is None
    assert Client().get(reverse("community:attachment", args=[mine.key])).status_code == 302


def test_a_post_holds_at_most_five() -> None:
    topic = topic_in()
    source = " ".join(f"[x](/attachments/{uuid4()}/)" for _number in range(6))

    response = signed_in(person()).post(reverse("community:reply", args=[topic.pk]), {"source": source})

    assert response.status_code == 422
    assert response.context["form"].errors["source"]


def test_uploads_that_were_never_posted_are_swept_with_their_files_after_two_days() -> None:
    owner, now = person(), timezone.now()
    old = attach(owner, io.BytesIO(PDF), name="old.pdf", now=now - timedelta(hours=49))
    picture = attach(owner, io.BytesIO(photo()), name="old.jpg", now=now - timedelta(hours=49))
    fresh = attach(owner, io.BytesIO(PDF), name="fresh.pdf", now=now - timedelta(hours=47))
    drafted = attach(owner, io.BytesIO(PDF), name="drafted.pdf", now=now - timedelta(days=9))
    kept = posted(Visibility.OPEN, owner)
    Attachment.objects.filter(pk=kept.pk).update(created_at=now - timedelta(days=90))
    Draft.objects.create(user=owner, place="x", source=f"[x](/attachments/{drafted.key}/)", saved_at=now)
    files = [(row.file.storage, row.file.name) for row in (old.file, picture.image) if row]
    work = next(row for row in gather("due_work") if row.name == "community.sweep_uploads")

    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert work.run(now) == 2

    assert set(Attachment.objects.all()) == {fresh, drafted, kept}
    assert not StoredImage.objects.filter(purpose="post").exists()
    assert [storage.exists(name) for storage, name in files] == [False, False]
    assert work.run(now) == 0


def test_a_file_is_reported_hidden_and_brought_back() -> None:
    made = posted(Visibility.MEMBERS, person())
    url = reverse("community:attachment", args=[made.key])
    kind = next(row for row in gather("reportable") if row.kind == "file")
    found = kind.visible(person()).get(pk=made.pk)

    kind.hide(found, "Hidden.")
    hidden = signed_in(person()).get(url).status_code
    kind.restore(found)

    assert kind.describe(found) == "plan.pdf"
    assert kind.author_id(found) == made.owner_id
    assert kind.url(found) == found.post.topic.url_of_post(1)
    assert (hidden, signed_in(person()).get(url).status_code) == (404, 200)


def test_unposted_uploads_go_with_who_leaves() -> None:
    owner = person()
    attach(owner, io.BytesIO(PDF), name="plan.pdf")
    room = next(row for row in gather("personal_data") if row.room == "community")

    assert room.export(owner)["files"][0]["file__name"] == "plan.pdf"
    room.erase(owner)

    assert not Attachment.objects.exists()
    assert not StoredFile.objects.exists()
