"""Each component and its states, and the mail that the demo sends. Routed in the demo, in development and in tests."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from belonging.core.hooks import DashboardCard, DigestItem

MOST_MAILS = 200
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups"


class ExampleForm(forms.Form):
    """A form that shows every kind of control."""

    title = forms.CharField(label="Title", help_text="Say what you want to know in one line.")
    message = forms.CharField(label="Your message", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    space = forms.ChoiceField(label="Space", choices=[("", "Choose a space"), ("a", "SENCO network")])
    kind = forms.ChoiceField(label="Kind", choices=[("q", "Question"), ("d", "Discussion")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I have checked it for names")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context: dict[str, Any] = {
        "form": ExampleForm(),
        "failed": ExampleForm({"title": "", "message": "Kept text"}, prefix="failed"),
        "today": today,
        "card": DashboardCard(
            1,
            "Waiting for someone like you",
            [DigestItem("What do you tell supply staff?", "#", meta="2 days")],
            more_label="All",
            more_url="#",
        ),
        "empty_card": DashboardCard(2, "New in the library", empty="Nothing new this week."),
        "tabs": [{"label": "Overview", "url": "#", "current": True}, {"label": "Plan", "url": "#", "current": False}],
        "crumbs": [{"label": "Home", "url": "/"}, {"label": "Style guide", "url": ""}],
    }
    failed = context["failed"]
    failed.is_valid()
    return render(request, "styleguide/index.html", context)


def _folder() -> Path:
    if settings.DEMO_MAIL_DIR is None:
        raise Http404
    return Path(settings.DEMO_MAIL_DIR)


def _mails() -> list[dict[str, Any]]:
    """The demo's mails, the newest first. One file may hold several, one after the other."""
    folder = _folder()
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)[:MOST_MAILS]
    found = []
    for path in files:
        parts = path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
        for number, part in enumerate(parts):
            if part.strip():
                found.append({"name": f"{path.stem}.{number}", "message": _parse(part)})
    return found


def _parse(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101  (what the policy makes)
    return message


def _find(name: str) -> EmailMessage:
    for mail in _mails():
        if mail["name"] == name:
            found: EmailMessage = mail["message"]
            return found
    raise Http404


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "name": row["name"],
            "subject": row["message"]["subject"],
            "to": row["message"]["to"],
            "date": row["message"]["date"],
        }
        for row in _mails()
    ]
    return render(request, "styleguide/mail.html", {"mails": rows})


@require_safe
def message(request: HttpRequest, name: str) -> HttpResponse:
    found = _find(name)
    context = {
        "name": name,
        "subject": found["subject"],
        "headers": [(key, value) for key, value in found.items() if key not in {"Content-Type", "MIME-Version"}],
        "text": _body(found, "plain"),
        "has_html": bool(_body(found, "html")),
    }
    return render(request, "styleguide/message.html", context)


@require_safe
@xframe_options_sameorigin
def message_html(request: HttpRequest, name: str) -> HttpResponse:
    """The mail's own page, in a sandbox: inline styles are allowed to mail and to nothing else."""
    response = HttpResponse(_body(_find(name), "html"))
    response["Content-Security-Policy"] = MAIL_POLICY
    return response
