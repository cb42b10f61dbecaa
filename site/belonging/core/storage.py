"""Where files lie. A full disk must not leave half a file under the final name."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils.functional import cached_property


class SafeFileSystemStorage(FileSystemStorage):
    """Writes to a temporary name, flushes it to the disk and renames it; on any error nothing is left behind."""

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk if isinstance(chunk, bytes) else chunk.encode())
                out.flush()
                os.fsync(out.fileno())
            os.chmod(temporary, self.file_permissions_mode or 0o640)
            # os.link refuses an existing name, os.replace would overwrite what somebody saved a moment earlier.
            while True:
                try:
                    os.link(temporary, target)
                    break
                except FileExistsError:
                    name = self.get_available_name(name)
                    target = Path(self.path(name))
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
        return str(Path(name)).replace("\\", "/")


class PrivateFileSystemStorage(SafeFileSystemStorage):
    """Files that only a view hands out, after asking who wants them. They have no address of their own."""

    @cached_property
    def base_location(self) -> Any:
        return settings.PRIVATE_MEDIA_ROOT

    def url(self, name: str | None) -> str:
        raise ValueError("A private file has no public address; a view serves it.")
