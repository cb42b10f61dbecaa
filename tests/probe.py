"""What happens when somebody asks for an address: one word."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client


def outcome(response: HttpResponseBase) -> str:
    """in, login, 403, 404, 405, or the number of anything else from 500."""
    location = response.headers.get("Location", "")
    if response.status_code == 302 and location.startswith("/accounts/login/"):
        return "login"
    if response.status_code in {403, 404, 405} or response.status_code >= 500:
        return str(response.status_code)
    return "in"


def ask(client: Client, method: str, url: str) -> str:
    """The outcome; whatever the request changed is undone."""
    with transaction.atomic():
        response = client.get(url) if method == "GET" else client.post(url, {})
        if hasattr(response, "streaming_content"):
            list(response.streaming_content)  # type: ignore[arg-type]
        transaction.set_rollback(True)
    return outcome(response)
