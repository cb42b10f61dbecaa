from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.pages import PAGES, parts

# Queries of a page, with the session, the person and the frame. Held at what the page needs; a page that grows with its
# rows breaks its ceiling.
CEILINGS = {
    "home for visitors": 5, "library": 16, "resource": 13, "topics": 5, "topic": 8, "space": 13, "dashboard": 26, "events": 15,
    "event": 19, "course": 20, "audit": 10, "plan": 7, "members": 3, "search": 16, "school": 7, "framework": 4, "strand": 7,
    "standard page": 7, "training": 9, "results": 7, "questions begin": 1,
}  # fmt: skip


class References(HTMLParser):
    """Collects what a browser would fetch or open because of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        names = {
            "img": ["src", "srcset"],
            "script": ["src"],
            "iframe": ["src"],
            "source": ["src", "srcset"],
            "form": ["action"],
        }
        found = [values.get(name) for name in names.get(tag, [])]
        if tag == "link" and values.get("rel") != "canonical":
            found.append(values.get("href"))
        self.loaded += [value for value in found if value]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_opens_asks_no_other_host_and_repeats_no_id(name: str, client_of: Callable[[str], Client]) -> None:
    login, address = PAGES[name]

    response = client_of(login).get(address.format(**parts()), follow=True)

    assert response.status_code in ({404} if name in {"not found", "wrong code"} else {200})
    text = response.content.decode()
    seen = References(text)
    assert [url for url in seen.loaded if re.match(r"(https?:)?//", url)] == []
    assert sorted(seen.ids) == sorted(set(seen.ids))
    assert re.search(r"<title>\s*\S", text)
    assert "style=" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.S)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("name", sorted(CEILINGS))
def test_page_keeps_below_its_ceiling_of_queries(name: str, client_of: Callable[[str], Client]) -> None:
    login, address = PAGES[name]
    url = address.format(**parts())
    client = client_of(login)
    client.get(url)

    with CaptureQueriesContext(connection) as asked:
        client.get(url)

    assert len(asked) <= CEILINGS[name], "\n".join(query["sql"][:150] for query in asked.captured_queries)


def test_a_visitor_s_page_sets_no_cookie(demo: None) -> None:
    client = Client()
    for name in ("home for visitors", "library", "resource", "topic", "framework", "events", "spaces", "code"):
        client.get(PAGES[name][1].format(**parts()))

    assert not client.cookies


def test_members_see_their_dashboard_at_home_with_their_school_s_plan_first(client_of: Callable[[str], Client]) -> None:
    page = client_of("lead").get("/")

    headings = [card.heading for card in page.context["main"]]
    assert headings[0] == "My school’s plan"
    assert "Two extra tutors" in page.content.decode()


def test_a_member_reads_in_welsh_after_choosing_it(client_of: Callable[[str], Client]) -> None:
    client = client_of("stranger")

    client.post("/i18n/setlang/", {"language": "cy", "next": "/language/"})

    page = client.get("/library/").content.decode()
    assert '<html lang="cy">' in page
    assert "Llyfrgell" in page


NOT_OURS = [
    "//evil.example/", "https://evil.example/", "javascript:alert(1)", "ftp://testserver/", "data:text/html,x",
    "http://testserver@evil.example/", "http://testserver.evil.example/", "http:///evil.example/", "/\\evil.example",
    "https:evil.example", "\x01//evil.example", "http://testserver:evil.example/",
]  # fmt: skip


@pytest.mark.parametrize("target", NOT_OURS)
def test_the_language_page_leads_nowhere_else(target: str, demo: None) -> None:
    client = Client()

    assert client.get("/language/", {"next": target}).context["next"] == "/"
    for fields, headers in (({"next": target}, {}), ({}, {"referer": target})):
        gone = client.post("/i18n/setlang/", {"language": "cy", **fields}, headers=headers)["Location"]
        assert gone == "/", (fields, headers)


def test_after_choosing_a_language_one_is_back_where_one_was_and_never_on_an_unencrypted_page(demo: None) -> None:
    client = Client()

    assert client.post("/i18n/setlang/", {"language": "cy", "next": "/library/?q=a"})["Location"] == "/library/?q=a"
    secure = client.post("/i18n/setlang/", {"language": "cy", "next": "http://testserver/library/"}, secure=True)
    assert secure["Location"] == "/"
    assert client.get("/language/", {"next": "http://testserver/x/"}, secure=True).context["next"] == "/"


def test_the_sitemap_names_public_pages_only(demo: None) -> None:
    text = Client().get("/sitemap.xml").content.decode()

    assert "/library/planning-a-return-to-school/" in text
    assert "/events/expert-clinic-nisha-raman/" not in text
    assert "asked-heard-influence" not in text


def test_security_headers_stand_on_every_page(demo: None) -> None:
    headers = Client().get("/").headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_every_admin_page_of_ours_opens_for_an_administrator(client_of: Callable[[str], Client]) -> None:
    client = client_of("admin")

    for path in (
        "",
        "framework/",
        "pages/",
        "snippets/community/space/",
        "snippets/schools/school/",
        "users/",
        "reports/site-history/",
    ):
        assert client.get(f"/admin/{path}").status_code == 200, path


def test_a_trainer_adds_a_course_and_nothing_outside_training(client_of: Callable[[str], Client]) -> None:
    from resources.models import LibraryPage
    from training.models import TrainingIndexPage

    trainer = client_of("trainer")
    training, library = TrainingIndexPage.objects.get(), LibraryPage.objects.get()

    assert trainer.get(f"/admin/pages/add/training/coursepage/{training.pk}/").status_code == 200
    assert trainer.get(f"/admin/pages/add/resources/resourcepage/{library.pk}/").status_code == 302
    assert client_of("practitioner").get("/admin/").status_code in {302, 403}


def test_loading_the_demo_twice_changes_nothing(demo: None) -> None:
    from io import StringIO

    from django.apps import apps
    from django.core.management import call_command

    def counts() -> dict[str, int]:
        skipped = {"sessions", "usersessions", "wagtailcore"}
        return {
            model._meta.label: model._default_manager.count()
            for model in apps.get_models()
            if not model._meta.proxy and model._meta.app_label not in skipped
        }

    before = counts()
    call_command("demo", stdout=StringIO())

    assert counts() == before


def test_everything_of_the_demo_s_files_is_there(demo: None) -> None:
    from community.models import Post, Space, Topic
    from events.models import EventPage
    from resources.models import ResourcePage
    from training.models import CoursePage, LessonPage

    found: dict[str, Any] = {
        "spaces": Space.objects.count(), "topics": Topic.objects.count(), "posts": Post.objects.count(),
        "resources": ResourcePage.objects.count(), "courses": CoursePage.objects.count(), "lessons": LessonPage.objects.count(),
        "events": EventPage.objects.count(),
    }  # fmt: skip
    assert found == {
        "spaces": 6,
        "topics": 32,
        "posts": 213,
        "resources": 25,
        "courses": 3,
        "lessons": 26,
        "events": 10,
    }


def test_the_hidden_post_of_the_demo_reaches_no_member(client_of: Callable[[str], Client]) -> None:
    from community.models import Post, Topic

    topic = Topic.objects.get(slug="worried-about-a-return")
    secret = Post.objects.get(topic=topic, number=1).source[:60]
    member, moderator = client_of("practitioner"), client_of("moderator")

    page = member.get(topic.get_absolute_url()).content.decode()
    assert "This post has been hidden because it may identify a pupil" in page
    assert secret not in page
    assert secret.split(".")[0][:25] not in member.get("/topics/").content.decode()
    assert secret[:20] in moderator.get(topic.get_absolute_url()).content.decode()


def test_an_administrator_opens_the_form_and_the_preview_of_every_kind_of_page(
    client_of: Callable[[str], Client],
) -> None:
    from wagtail.models import Page, get_page_models

    client = client_of("admin")
    seen = set()
    for model in get_page_models():
        page = model._default_manager.order_by("path").first()
        if page is None or model is Page:
            continue
        assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200, model
        seen.add(model.__name__)

    assert {
        "HomePage",
        "StandardPage",
        "StrategyPage",
        "ResourcePage",
        "CoursePage",
        "ModulePage",
        "LessonPage",
        "EventPage",
    } <= seen


def test_mail_of_the_demo_can_be_read_at_the_style_guide(
    client_of: Callable[[str], Client], settings: Any, tmp_path: Any
) -> None:
    from django.core.mail import EmailMultiAlternatives

    settings.EMAIL_FILE_PATH = settings.DEMO_MAIL_DIR = tmp_path
    message = EmailMultiAlternatives("A subject to find", "Words of the mail", "a@example.org", ["b@example.org"])
    message.attach_alternative("<p>Words of the mail</p>", "text/html")
    from django.core.mail import get_connection

    get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path)).send_messages([message])

    index = client_of("visitor").get("/styleguide/mail/").content.decode()

    assert "A subject to find" in index
