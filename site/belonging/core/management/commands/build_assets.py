from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

# Latin with Welsh (ŵ ŷ and the accented w and y), punctuation, currency and the few signs our texts use.
LETTERS = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), 0x1E80, 0x1E81, 0x1E82, 0x1E83, 0x1E84, 0x1E85, 0x1EF2, 0x1EF3,
    0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2020, 0x2022, 0x2026,
    0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2122, 0x2212, 0x2260, 0x2264, 0x2265,
]  # fmt: skip


class Command(BaseCommand):
    help = "Cut the typeface to the letters we use (WOFF2), and join the components' style sheets into one file."

    def handle(self, *args: Any, **options: Any) -> None:
        self._join_styles()
        self._cut_typeface(options["verbosity"])

    def _join_styles(self) -> None:
        """One request instead of twenty; the numbers in the names give the order, the layers the weight."""
        folder = settings.BASE_DIR / "static" / "css" / "components"
        text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.css")))
        target = settings.BUILT_STATIC_DIR / "css" / "site.css"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            _write(target, text.encode())

    def _cut_typeface(self, verbosity: int) -> None:
        source = _lexend()
        target = settings.BUILT_STATIC_DIR / "fonts" / "lexend.woff2"
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            return
        data = _subset(source)
        _write(target, data)
        if verbosity:
            self.stdout.write(f"typeface: {len(data):,} bytes")


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".part")
    temporary.write_bytes(data)
    temporary.replace(target)


def _lexend() -> Path:
    import fontpkg_lexend

    found = sorted(Path(fontpkg_lexend.__file__).resolve().parent.rglob("*.ttf"))
    if not found:
        raise CommandError("The package fontpkg-lexend holds no TTF.")
    return found[0]


def _subset(source: Path) -> bytes:
    """The weight axis stays: one file serves all weights."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    font = TTFont(source)
    options = Options()
    options.layout_features = ["kern", "liga", "tnum", "ccmp", "locl", "mark", "mkmk"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
