from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from wagtail import hooks

from belonging.core.hooks import PersonalData
from belonging.files import services
from belonging.files.models import StoredFile, StoredImage

logger = logging.getLogger(__name__)


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    return [PersonalData("files", ["files.StoredImage", "files.StoredFile"], _export, _erase, _files)]


def _export(user: Any) -> Mapping[str, Any]:
    return {
        "images": [
            {
                "purpose": image.purpose,
                "width": image.width,
                "height": image.height,
                "created_at": image.created_at.isoformat(),
            }
            for image in StoredImage.objects.filter(owner=user)
        ],
        "files": [
            {"purpose": row.purpose, "name": row.name, "size_bytes": row.size_bytes, "created_at": row.created_at}
            for row in StoredFile.objects.filter(owner=user)
        ],
    }


def _erase(user: Any) -> None:
    """Pictures and files inside posts stay with the post, under "Former member"; the person's own photo goes.

    A file that is called after the person gets a name that says nothing.
    """
    for image in StoredImage.objects.filter(owner=user, purpose="photo"):
        services.remove_image(image)
    words = {word for word in re.split(r"[\W_]+", f"{user.name} {user.handle}".lower()) if len(word) > 2}
    for row in StoredFile.objects.filter(owner=user):
        if words.intersection(re.split(r"[\W_]+", row.name.lower())) or user.handle in row.name.lower():
            row.name = f"file.{row.extension}"
            row.save(update_fields=["name"])


def _files(user: Any) -> Iterator[tuple[str, bytes]]:
    """Pictures and files as they are stored. One that is missing from the storage is left out and logged."""
    for image in StoredImage.objects.filter(owner=user).order_by("pk").iterator():
        yield from _content(image, f"{image.purpose}/{image.pk}.{image.extension}")
    for row in StoredFile.objects.filter(owner=user).order_by("pk").iterator():
        yield from _content(row, f"{row.purpose}/{row.pk}-{row.name}")


def _content(row: StoredImage | StoredFile, name: str) -> Iterator[tuple[str, bytes]]:
    try:
        with row.file.open("rb") as opened:
            yield name, opened.read()
    except FileNotFoundError:
        logger.warning("stored file is missing: %s %s", row._meta.label, row.pk)
