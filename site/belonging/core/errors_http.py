"""What a person sees when a request cannot be answered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from another site; nothing was saved."""
    return render(request, "403_csrf.html", status=403)
