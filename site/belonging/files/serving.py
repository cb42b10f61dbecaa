"""Handing files out: never as a page, never guessed at."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join
from django.views.decorators.http import require_safe

SANDBOX = "default-src 'none'; style-src 'none'; sandbox"
SHOWN_INLINE = {"image/jpeg", "image/png", "image/webp", "image/gif"}


def file_response(file: FieldFile, *, name: str = "", public: bool = False) -> FileResponse:
    """A stored file. Pictures may be shown, everything else is a download; nothing in it can run in our name.

    ``name`` is what the download is called: the stored name says nothing.
    """
    try:
        return _respond(file.storage.open(file.name or "", "rb"), name or Path(file.name or "").name, public=public)
    except FileNotFoundError:
        raise Http404 from None


def _respond(opened: Any, name: str, *, public: bool) -> FileResponse:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(opened, content_type=kind, as_attachment=kind not in SHOWN_INLINE, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "public, max-age=31536000, immutable" if public else "private, max-age=300"
    return response


@require_safe
def media(request: HttpRequest, path: str) -> FileResponse:
    """Public media where no bucket or proxy serves them."""
    if settings.MEDIA_BUCKET or any(part.startswith(".") for part in Path(path).parts):
        raise Http404
    try:
        full = Path(safe_join(settings.MEDIA_ROOT, path))
    except (SuspiciousFileOperation, ValueError):
        raise Http404 from None
    if not full.is_file():
        raise Http404
    return _respond(full.open("rb"), full.name, public=True)
