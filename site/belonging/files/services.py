from __future__ import annotations

from typing import IO, Any

from django.db import transaction

from belonging.files.documents import check
from belonging.files.images import reencode
from belonging.files.models import StoredFile, StoredImage


@transaction.atomic
def store_image(upload: IO[bytes] | Any, *, owner: Any, purpose: str, longest_side: int) -> StoredImage:
    """Check, re-encode and keep a picture privately. Raises ``BadImage``; then nothing is kept."""
    clean = reencode(upload, longest_side=longest_side)
    image = StoredImage(owner=owner, purpose=purpose, extension=clean.extension, width=clean.width, height=clean.height)
    image.file.save("", clean.content, save=False)
    image.save()
    return image


@transaction.atomic
def store_file(upload: IO[bytes] | Any, *, owner: Any, purpose: str, name: str) -> StoredFile:
    """Check a document and keep it privately as it is. Raises ``BadFile``; then nothing is kept."""
    document = check(upload, name=name)
    stored = StoredFile(
        owner=owner,
        purpose=purpose,
        extension=document.extension,
        name=document.name,
        size_bytes=document.size_bytes,
        sha256=document.sha256,
    )
    stored.file.save("", document.content, save=False)
    stored.save()
    return stored


def remove_image(image: StoredImage) -> None:
    """Remove the row, and the file once that is certain."""
    _remove(image)


def remove_file(row: StoredFile) -> None:
    """Remove the row, and the file once that is certain."""
    _remove(row)


def _remove(row: StoredImage | StoredFile) -> None:
    storage, name = row.file.storage, row.file.name
    row.delete()
    transaction.on_commit(lambda: storage.delete(name) if name else None)
