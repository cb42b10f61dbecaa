"""Everything we hold of a person as one ZIP archive: the JSON, and what each room hands over as files."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from typing import IO

from django.core.serializers.json import DjangoJSONEncoder

from belonging.accounts import services
from belonging.accounts.models import User
from belonging.core.hooks import PersonalData, gather

IN_MEMORY_BYTES = 2 * 1024 * 1024
_UNSAFE = re.compile(r"[^\w.-]+")


def archive_of(user: User) -> IO[bytes]:
    """An open file at its beginning. Beyond 2 MB it lies on disk, and one file of the person at a time is in memory."""
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  (the response closes it)
    taken = {"my-data.json"}
    with zipfile.ZipFile(spool, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "my-data.json", json.dumps(services.export(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        )
        parts: list[PersonalData] = gather("personal_data")
        for part in parts:
            for name, content in part.files(user) if part.files else ():
                archive.writestr(_free(safe_name(f"{part.room}/{name}"), taken), content)
    spool.seek(0)
    return spool


def safe_name(name: str) -> str:
    """A path that stays inside the folder somebody unpacks it in: letters, digits, ``_ . -``, no part of dots only."""
    parts = [_UNSAFE.sub("-", part).strip(".-")[:120] for part in name.replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part) or "file"


def _free(name: str, taken: set[str]) -> str:
    stem, dot, extension = name.rpartition(".")
    stem, extension = (stem, f".{extension}") if dot and "/" not in extension else (name, "")
    free, number = name, 2
    while free.lower() in taken:
        free, number = f"{stem}-{number}{extension}", number + 1
    taken.add(free.lower())
    return free
