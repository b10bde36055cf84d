"""Takes out of a text what no reader sees and later steps would choke on, and keeps count of it."""

from __future__ import annotations

import re

Notes = tuple[tuple[str, int], ...]

BYTE_ORDER_MARK = "\ufeff"

_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SURROGATES = range(0xD800, 0xE000)
#: Vertical tab, form feed, next line, line and paragraph separator: all of them end a line.
_LINE_SEPARATORS = "\x0b\x0c\x85\u2028\u2029"
_CONTROLS = "".join(
    chr(code)
    for code in (*range(1, 0x20), *range(0x7F, 0xA0))
    if chr(code) not in "\t\n\r" and chr(code) not in _LINE_SEPARATORS
)
_TABLE: dict[int, str | None] = {
    **dict.fromkeys(_SURROGATES),
    **dict.fromkeys(map(ord, "\0" + _CONTROLS)),
    **dict.fromkeys(map(ord, _LINE_SEPARATORS), "\n"),
}


def clean(text: str) -> tuple[str, Notes]:
    """Give the text without control characters, lone surrogates and byte order mark; and what changed.

    Every line end becomes a line feed. Tabs, zero-width, bidirectional and tag characters stay: they are
    made visible where text is shown. A text that needs no change is returned itself.
    """
    counts: dict[str, int] = {}
    if text.startswith(BYTE_ORDER_MARK):
        text = text[1:]
        counts["byte order mark"] = 1
    if _SUSPECT.search(text):
        text = _changed(text, counts)
    return text, tuple(sorted((name, count) for name, count in counts.items() if count))


def merged(*notes: Notes) -> Notes:
    """Add up what several cleanings changed."""
    counts: dict[str, int] = {}
    for name, count in (pair for part in notes for pair in part):
        counts[name] = counts.get(name, 0) + count
    return tuple(sorted(counts.items()))


def _changed(text: str, counts: dict[str, int]) -> str:
    before = len(text)
    text = text.replace("\r\n", "\n")
    counts["carriage return"] = before - len(text) + text.count("\r")
    text = text.replace("\r", "\n")
    if not _SUSPECT.search(text):
        return text
    counts["NUL"] = text.count("\0")
    counts["line separator"] = sum(text.count(char) for char in _LINE_SEPARATORS)
    counts["control character"] = sum(text.count(char) for char in _CONTROLS)
    cleaned = text.translate(_TABLE)
    counts["lone surrogate"] = len(text) - len(cleaned) - counts["NUL"] - counts["control character"]
    return cleaned
