from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail import hooks

from belonging.core.hooks import PersonalData
from belonging.files import services
from belonging.files.models import StoredFile, StoredImage


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    return [PersonalData("files", ["files.StoredImage", "files.StoredFile"], export=_export, erase=_erase)]


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
    """Pictures inside posts stay with the post, under "Former member"; the person's own photo goes."""
    for image in StoredImage.objects.filter(owner=user, purpose="photo"):
        services.remove_image(image)
