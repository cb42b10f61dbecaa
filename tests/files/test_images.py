from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from belonging.files.images import BadImage, reencode

GPS = 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> io.BytesIO:
    found = io.BytesIO()
    Image.new("RGB", size, "teal").save(found, kind, **options)
    found.seek(0)
    return found


def png_that_claims(width: int, height: int) -> io.BytesIO:
    """A few bytes whose header asks for a picture of that size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    body = b"IDAT" + zlib.compress(b"\x00" * 100)
    return io.BytesIO(data + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)))


def test_where_and_when_a_photo_was_taken_is_gone() -> None:
    exif = Image.Exif()
    exif[0x0110] = "A telephone"
    exif.get_ifd(GPS)[1] = "N"

    made = reencode(picture(exif=exif.tobytes()), longest_side=400)

    assert len(Image.open(made.content).getexif()) == 0
    assert b"telephone" not in made.content.open().read()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_kind_that_is_allowed_is_made_anew(kind: str) -> None:
    made = reencode(picture(kind, size=(900, 300)), longest_side=300)

    assert (made.width, made.height) == (300, 100)
    assert made.extension in {"jpg", "png"}


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BAD = {
    "SVG": SVG,
    "SVG called a picture": b"\xef\xbb\xbf" + SVG,
    "HTML": b"<html><script>alert(1)</script></html>",
    "half a picture": picture().getvalue()[:200],
    "nothing": b"",
    "zeros": b"\x00" * 5000,
    "TIFF": picture("TIFF").getvalue(),
    "text before a picture": b"GIF is a kind of picture" + picture().getvalue(),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_what_is_no_picture_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(BadImage) as refused:
        reencode(io.BytesIO(data), longest_side=400)

    assert len(str(refused.value)) > 20


def test_what_hangs_behind_a_picture_does_not_survive() -> None:
    polyglot = io.BytesIO(picture().getvalue() + b"<script>alert(1)</script>PK\x03\x04")

    made = reencode(polyglot, longest_side=400)

    assert b"<script>" not in made.content.open().read()


def test_thirty_thousand_by_thirty_thousand_pixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(BadImage, match=r"pixels|big|large"):
        reencode(png_that_claims(30_000, 30_000), longest_side=400)


def test_a_file_over_ten_megabytes_is_refused() -> None:
    with pytest.raises(BadImage):
        reencode(io.BytesIO(picture().getvalue() + b"\x00" * (11 * 1024 * 1024)), longest_side=400)
