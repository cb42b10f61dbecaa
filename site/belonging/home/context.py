"""What the frame of every page needs. Read from the database once a minute and process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from belonging.notifications.models import Notification

KEEP_SECONDS = 60.0


@dataclass
class _Frame:
    banner: str = ""
    footer: str = ""
    about: list[dict[str, str]] = field(default_factory=list)
    rules: list[dict[str, str]] = field(default_factory=list)
    drawn: dict[tuple[object, ...], SafeString] = field(default_factory=dict)
    """Parts of the frame that are the same for everybody, by language: drawn once, not once a page."""
    read_at: float = 0.0


_frame: _Frame | None = None


def forget() -> None:
    """Read again at the next page; called when a page or the settings are saved."""
    global _frame
    _frame = None


def _current() -> _Frame:
    global _frame
    if _frame is None or time.monotonic() - _frame.read_at > KEEP_SECONDS:
        try:
            _frame = _read()
        except DatabaseError:  # an error page is still to be drawn
            return _Frame()
    return _frame


def _read() -> _Frame:
    from belonging.home.models import SiteText, StandardPage, StrategyPage

    text = SiteText.objects.first()
    frame = _Frame(read_at=time.monotonic())
    if text:
        frame.banner, frame.footer = text.demo_banner, text.footer
    pages = list(StandardPage.objects.live().public().exclude(in_footer_column="").order_by("path"))
    frame.about = [
        {"label": page.title, "url": page.get_url() or "/"} for page in pages if page.in_footer_column == "about"
    ]
    frame.about += [
        {"label": page.title, "url": page.get_url() or "/"} for page in StrategyPage.objects.live().public()
    ]
    frame.rules = [
        {"label": page.title, "url": page.get_url() or "/"} for page in pages if page.in_footer_column == "rules"
    ]
    return frame


def _nav(request: HttpRequest) -> list[dict[str, Any]]:
    member = request.user.is_authenticated
    items = [
        ("/", _("Home"), "home"),
        ("/topics/" if member else "/spaces/", _("Discussions"), "chat"),
        ("/library/", _("Library"), "library"),
        ("/training/", _("Training"), "learn"),
        ("/events/", _("Events"), "calendar"),
    ]
    if member:
        items += [("/schools/mine/", _("My school"), "school"), ("/members/", _("Members"), "people")]
    else:
        items += [("/framework/", _("Framework"), "chart")]
    path = request.path
    sections = {
        "/topics/": ("/topics/", "/spaces/"),
        "/spaces/": ("/topics/", "/spaces/"),
        "/schools/mine/": ("/schools/",),
    }
    return [
        {
            "url": url,
            "label": label,
            "icon": icon,
            "current": path == "/" if url == "/" else path.startswith(sections.get(url, (url,))),
        }
        for url, label, icon in items
    ]


def _footer(frame: _Frame) -> list[dict[str, Any]]:
    explore = [
        {"label": _("Framework"), "url": "/framework/"},
        {"label": _("Library"), "url": "/library/"},
        {"label": _("Training"), "url": "/training/"},
        {"label": _("Events"), "url": "/events/"},
        {"label": _("Discussions"), "url": "/spaces/"},
    ]
    columns = [
        {"heading": _("Explore"), "links": explore},
        {"heading": _("About"), "links": frame.about},
        {
            "heading": _("How we work"),
            "links": [
                *frame.rules,
                {"label": _("How we moderate"), "url": "/transparency/"},
                {"label": _("Complain"), "url": "/moderation/complaint/"},
            ],
        },
        {
            "heading": _("For pupils"),
            "links": [{"label": _("I have a code"), "url": "/q/"}],
        },
    ]
    return [column for column in columns if column["links"]]


def _drawn_footer(frame: _Frame) -> SafeString:
    key = ("footer", get_language())
    if key not in frame.drawn:
        values = {"footer_nav": _footer(frame), "footer_text": frame.footer}
        frame.drawn[key] = render_to_string("components/footer.html", values)
    return frame.drawn[key]


def _drawn_nav(frame: _Frame, request: HttpRequest) -> SafeString:
    """The items of the main navigation; what differs is the language, membership and which one is current."""
    items = _nav(request)
    current = next((item["url"] for item in items if item["current"]), "")
    key = ("nav", get_language(), request.user.is_authenticated, current)
    if key not in frame.drawn:
        frame.drawn[key] = render_to_string("components/nav_items.html", {"nav": items})
    return frame.drawn[key]


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page's frame needs; the database is asked for unread notifications alone."""
    frame = _current()
    user = getattr(request, "user", None)
    member = bool(user and user.is_authenticated)
    return {
        "site_name": settings.SITE_NAME,
        "demo_banner": frame.banner if settings.DEMO else "",
        "demo_password": settings.DEMO_PASSWORD if settings.DEMO else "",
        "footer": SimpleLazyObject(lambda: _drawn_footer(frame)),
        "nav": SimpleLazyObject(lambda: _drawn_nav(frame, request)) if user is not None else "",
        "unread_notifications": SimpleLazyObject(lambda: Notification.objects.unread_count(user)) if member else 0,
    }
