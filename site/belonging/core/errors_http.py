"""What a person sees when a request cannot be answered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from belonging.core.hooks import gather


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from another site; nothing was done. What a member typed may still be kept for them."""
    for room in gather("kept_typing"):
        url = room.keep(request)
        if url:
            response = render(request, "403_csrf.html", {"kept_url": url}, status=403)
            room.mark(request, response, url)
            return response
    return render(request, "403_csrf.html", status=403)
