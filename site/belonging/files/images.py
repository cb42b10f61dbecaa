"""Pictures that people upload: checked before they are decoded, then made anew, so that nothing of the old file is left."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from belonging.core.errors import BelongingError

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n", "WEBP": b"RIFF", "GIF": b"GIF8"}


class BadImage(BelongingError):
    """The file is no picture we take; the message says what to do."""


@dataclass(frozen=True)
class CleanImage:
    """A picture made anew: JPEG, or PNG where it has transparent parts; no metadata."""

    content: ContentFile[bytes]
    width: int
    height: int
    extension: str


def reencode(upload: IO[bytes] | Any, *, longest_side: int) -> CleanImage:
    """Decode ``upload`` and write it anew, at most ``longest_side`` pixels. Raises ``BadImage``.

    The kind is what the bytes say, not the name. The size in pixels is read from the header before anything is decoded,
    so that a few kilobytes cannot ask for gigabytes.
    """
    data = _read(upload)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(data), formats=list(FORMATS))
            if not data.startswith(FORMATS[picture.format or ""]):
                raise BadImage(
                    _("The file is not the kind of picture it says it is. Save it as JPEG or PNG and try again.")
                )
            if picture.width * picture.height > MOST_PIXELS:
                raise BadImage(_too_many_pixels())
            picture.seek(0)
            picture = ImageOps.exif_transpose(picture) or picture
            picture.thumbnail((longest_side, longest_side))
            picture.load()
    except BadImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadImage(_too_many_pixels()) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, EOFError):
        raise BadImage(
            _("We cannot read that picture. Choose a JPEG, PNG, WebP or GIF file that opens on your computer.")
        ) from None
    return _write(picture)


def _too_many_pixels() -> str:
    return _("The picture is too large: it may have at most 40 million pixels. Make it smaller and try again.")


def _read(upload: IO[bytes] | Any) -> bytes:
    size = getattr(upload, "size", None)
    if size is not None and size > MOST_BYTES:
        raise BadImage(_("The picture must be smaller than 10 MB. Yours is %(size)s MB.") % {"size": size // 1048576})
    upload.seek(0)
    data: bytes = upload.read(MOST_BYTES + 1)
    if not data:
        raise BadImage(_("The file is empty. Choose another picture."))
    if len(data) > MOST_BYTES:
        raise BadImage(_("The picture must be smaller than 10 MB."))
    return data


def _write(picture: Image.Image) -> CleanImage:
    out = io.BytesIO()
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        fresh = Image.new("RGBA", picture.size)
        fresh.paste(picture.convert("RGBA"))
        fresh.save(out, "PNG", optimize=True)
        extension = "png"
    else:
        fresh = Image.new("RGB", picture.size)
        fresh.paste(picture.convert("RGB"))
        fresh.save(out, "JPEG", quality=85, optimize=True)
        extension = "jpg"
    return CleanImage(ContentFile(out.getvalue()), picture.width, picture.height, extension)
