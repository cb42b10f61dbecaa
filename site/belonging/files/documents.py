"""Documents that people hand on: the name and the bytes must say the same kind, and nothing in them may run by itself."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from belonging.core.errors import BelongingError

LONGEST_NAME = 150
_PIECE = 256 * 1024
_OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_OPEN_DOCUMENT = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
_RUNS = re.compile(r"(^|/)(vbaproject|vbadata)|(^|/)(activex|basic|scripts)/|\.(exe|dll|js|vbs|bat|cmd|ps1|jar|hta)$")
_MACRO_TYPES = re.compile(rb"macroEnabled|vnd\.ms-office\.vbaProject|activeX", re.I)
_MARKUP = re.compile(r"\s*(<!doctype|<\?xml|<\?php|<html|<head|<body|<script|<svg|<iframe|#!)", re.I)
_BINARY_STARTS = (b"PK", b"%PDF", b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"Rar!", b"\x1f\x8b", b"GIF8")


class BadFile(BelongingError):
    """The file is none we take; the message says what to do."""


@dataclass(frozen=True)
class Document:
    """A document that was checked. ``name`` is safe to show and to hand out again."""

    content: ContentFile[bytes]
    name: str
    extension: str
    size_bytes: int
    sha256: str


def check(upload: IO[bytes] | Any, *, name: str) -> Document:
    """Read ``upload``, which calls itself ``name``. Raises ``BadFile``."""
    name = tidy_name(name)
    extension = extension_of(name)
    if extension not in settings.UPLOADS["types"] or extension not in _CHECKS:
        raise BadFile(refusal(extension))
    data = _read(upload)
    _CHECKS[extension](data, extension)
    return Document(ContentFile(data), name, extension, len(data), hashlib.sha256(data).hexdigest())


def refusal(extension: str) -> str:
    """Why a file with this ending is not taken, and what to do instead."""
    if extension in {"doc", "xls", "ppt"}:
        new = f".{extension}x"
        return _("Old Office files can hide macros. Save it as %(new)s and try again.") % {"new": new}
    if extension in {"docm", "xlsm", "pptm", "dotm", "xltm", "potm", "xlsb"}:
        return _("Files with macros are not taken. Save it without macros and try again.")
    kinds = ", ".join(item.upper() for item in settings.UPLOADS["types"])
    return _("We take pictures and these files: %(kinds)s. Save yours as one of them and try again.") % {"kinds": kinds}


def tidy_name(name: str) -> str:
    """The last part of a file name without marks that control or turn text, at most 150 letters; the ending stays."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C" and letter not in '<>:"|?*')
    name = " ".join(name.split()).lstrip(".") or "file"
    path = PurePosixPath(name)
    return f"{path.stem[: LONGEST_NAME - len(path.suffix)]}{path.suffix}"[:LONGEST_NAME]


def extension_of(name: str) -> str:
    return PurePosixPath(name.lower()).suffix.lstrip(".")


def _read(upload: IO[bytes] | Any) -> bytes:
    most = settings.UPLOADS["most_bytes"]
    size = getattr(upload, "size", None)
    upload.seek(0)
    data: bytes = b"" if size is not None and size > most else upload.read(most + 1)
    if len(data) > most or (size is not None and size > most):
        raise BadFile(_("A file may have at most %(most)s MB. Make it smaller and try again.") % {"most": most >> 20})
    if not data:
        raise BadFile(_("The file is empty. Choose another one."))
    return data


def _not_what_it_says(extension: str) -> BadFile:
    kind = extension.upper()
    return BadFile(
        _("Its name says %(kind)s and its content is something else. Save it again as %(kind)s.") % {"kind": kind}
    )


def _pdf(data: bytes, extension: str) -> None:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:]:
        raise _not_what_it_says(extension)


def _text(data: bytes, extension: str) -> None:
    if data.startswith(_BINARY_STARTS):
        raise _not_what_it_says(extension)
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text) or _MARKUP.match(text):
        raise _not_what_it_says(extension)


def _office(data: bytes, extension: str) -> None:
    with _unpacked(data, extension) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" not in names or not any(name.startswith(_OFFICE[extension]) for name in names):
            raise _not_what_it_says(extension)
        if _MACRO_TYPES.search(archive.read("[Content_Types].xml")):
            raise BadFile(refusal("docm"))


def _open_document(data: bytes, extension: str) -> None:
    with _unpacked(data, extension) as archive:
        if "mimetype" not in archive.namelist() or "content.xml" not in archive.namelist():
            raise _not_what_it_says(extension)
        if archive.read("mimetype").decode("latin-1").strip() != _OPEN_DOCUMENT[extension]:
            raise _not_what_it_says(extension)


def _unpacked(data: bytes, extension: str) -> zipfile.ZipFile:
    """The archive after every part was read once: what it unpacks to is counted, not believed."""
    if not data.startswith(b"PK\x03\x04"):
        raise _not_what_it_says(extension)
    most, read = settings.UPLOADS["most_unpacked_bytes"], 0
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
        if len(parts) > settings.UPLOADS["most_parts"] or sum(part.file_size for part in parts) > most:
            raise BadFile(_("The file unpacks to far more than its size. Make it smaller and try again."))
        for part in parts:
            if part.flag_bits & 1:
                raise BadFile(_("The file has a password. Save it without one and try again."))
            if _RUNS.search(part.filename.lower().replace("\\", "/")):
                raise BadFile(refusal("docm"))
            with archive.open(part) as opened:
                while piece := opened.read(_PIECE):
                    read += len(piece)
                    if read > most:
                        raise BadFile(_("The file unpacks to far more than its size. Make it smaller and try again."))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise _not_what_it_says(extension) from None
    return archive


_CHECKS: dict[str, Callable[[bytes, str], None]] = {
    "pdf": _pdf,
    "txt": _text,
    "csv": _text,
    **dict.fromkeys(_OFFICE, _office),
    **dict.fromkeys(_OPEN_DOCUMENT, _open_document),
}
