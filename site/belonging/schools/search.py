"""What a person types into the school finder, made safe for the search."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+", re.UNICODE)
_NOT_A_KEY = re.compile(r"[^A-Z0-9]")
WORDS_MOST = 8


def prefix_query(text: str) -> str:
    """A tsquery in which every word has to begin a word of the school: "st mar" is "'st':* & 'mar':*"."""
    words = [word.replace("_", "") for word in _WORD.findall(text.lower())]
    return " & ".join(f"'{word}':*" for word in words[:WORDS_MOST] if word)


def postcode_key(text: str) -> str:
    """The beginning of a postcode or a reference number without spaces, or "" when the text is neither."""
    key = _NOT_A_KEY.sub("", text.upper())
    if len(key) > 8 or not any(letter.isdigit() for letter in key):
        return ""
    return key
