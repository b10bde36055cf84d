"""Letters without their accents, so that "Erdogan" is found where "Erdoğan" stands."""

from __future__ import annotations

from unicodedata import combining, normalize


def without_accents(lower: str) -> str:
    """Take accents off a text in small letters; a text of nothing else comes back as it is."""
    if lower.isascii():
        return lower
    return "".join(char for char in normalize("NFKD", lower) if not combining(char)) or lower
