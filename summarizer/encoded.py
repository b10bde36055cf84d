"""Reads what is written so that people do not see it: tag characters, zero-width bits, base64, hexadecimal."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from typing import NamedTuple

_TAGS = re.compile("[\U000e0001\U000e0020-\U000e007f]{4,}")
#: Flags of England, Scotland and Wales are a black flag with tag characters behind it.
_FLAG = "\U0001f3f4"
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u180e]{8,}")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{20,}+={0,2}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[ :]?){12,}+(?![0-9A-Za-z])")
_NOT_SHOWN = re.compile("[\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]")
_OVERRIDDEN = re.compile("\u202e([^\u202a-\u202e\u2066-\u2069\n]*+)")
_MOST = 4_000
_SEVEN, _EIGHT = 7, 8
_READABLE = 0.9


class Unseen(NamedTuple):
    """A message in characters that are not shown: where they stand, and what they spell."""

    start: int
    end: int
    text: str


def unseen(text: str) -> list[Unseen]:
    """Find messages in tag characters, variation selectors and zero-width characters; linear time."""
    if text.isascii():
        return []
    found = [Unseen(*m.span(), _of_tags(m[0])) for m in _TAGS.finditer(text) if not _is_flag(text, m.start())]
    found += [Unseen(*m.span(), _of_selectors(m[0])) for m in _SELECTORS.finditer(text)]
    found += [Unseen(*m.span(), _of_bits(m[0])) for m in _ZERO_WIDTH.finditer(text)]
    return sorted(each for each in found if each.text)


def spelt_out(text: str) -> str:
    """Give what the first long run of base64 or hexadecimal digits spells; empty where it is no text."""
    for pattern, decode in ((_BASE64, _of_base64), (_HEX, _of_hex)):
        for found in pattern.finditer(text):
            spelt = decode(found[0][:_MOST])
            if spelt:
                return spelt
    return ""


def plain(text: str) -> str:
    """Give a text as it reads: without characters that are not shown, in the ordinary forms of its letters.

    What stands behind an override of direction is shown backwards, and given as it is shown.
    """
    if text.isascii():
        return text
    turned = _OVERRIDDEN.sub(lambda found: found[1][::-1], text)
    return unicodedata.normalize("NFKC", _NOT_SHOWN.sub("", turned))


def _is_flag(text: str, start: int) -> bool:
    return text[max(0, start - 1) : start] == _FLAG


def _of_tags(run: str) -> str:
    return "".join(chr(ord(char) - 0xE0000) for char in run[:_MOST] if "\U000e0020" <= char <= "\U000e007e").strip()


def _of_selectors(run: str) -> str:
    codes = bytes(ord(c) - 0xFE00 if c <= "\ufe0f" else min(255, ord(c) - 0xE0100 + 16) for c in run[:_MOST])
    return _readable(codes)


def _of_bits(run: str) -> str:
    """Read a run of two kinds of characters as bits, of seven or eight to a letter, either kind as one."""
    kinds = sorted(set(run[:_MOST]))
    if len(kinds) > 3:  # noqa: PLR2004 - two for the bits, one between letters
        return ""
    for zero in kinds:
        for one in kinds:
            if zero != one:
                bits = "".join("0" if c == zero else "1" if c == one else "" for c in run[:_MOST])
                for size in (_EIGHT, _SEVEN):
                    text = _readable(bytes(int(bits[i : i + size], 2) for i in range(0, len(bits) - size + 1, size)))
                    if text:
                        return text
    return ""


def _of_base64(run: str) -> str:
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    if plain.isalpha() and (plain.islower() or plain.isupper() or plain.istitle()):
        return ""  # a long word
    try:
        return _readable(base64.b64decode(plain[: len(plain) // 4 * 4]))
    except (binascii.Error, ValueError):
        return ""


def _of_hex(run: str) -> str:
    digits = re.sub("[ :]", "", run)
    return _readable(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _readable(codes: bytes) -> str:
    """Give bytes as text where nearly all of them are letters, digits, spaces and points."""
    text = codes.decode("latin-1")
    good = sum(char.isascii() and (char.isalnum() or char in " .,:;!?'\"-/\n") for char in text)
    return text.strip() if text and good >= _READABLE * len(text) and any(map(str.isalpha, text)) else ""
