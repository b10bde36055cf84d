"""Makes visible whatever could act in a terminal or deceive a reader's eye.

Always shown: C0, DEL and C1 controls (tab and line feed only where a text is of one line), line and
paragraph separators, directional marks, embeddings, overrides and isolates, soft hyphens, byte order marks,
word joiners, invisible operators and fillers, interlinear annotation, lone surrogates, noncharacters,
private use (a font's icon can look like a verdict), tag characters and supplementary variation selectors
(both carry hidden messages; the flags of England, Scotland and Wales and rare ideographs are the price).

Shown, except where writing needs them, one at a time: ZWJ and ZWNJ after a character of a script that joins
(Arabic, Persian, the scripts of India; Persian and Malayalam write them at the end of a word too); ZWJ
between emoji; zero-width space after a character of a script without spaces (Thai, Lao, Khmer, Burmese);
emoji and text selectors after a symbol or in a keycap; Mongolian selectors after a Mongolian letter.

Left alone: all else, spaces of every width and right-to-left letters included.
"""

from __future__ import annotations

import re

# Everything here is the inside of a character class, in escapes, so that this file holds none of them.
_ALWAYS = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
) + "".join(rf"\U000{plane:x}fffe\U000{plane:x}ffff" for plane in range(1, 15))

# None of the contexts below may hold a character that is ever shown: that is what makes `visible` idempotent.
_JOINING = (
    r"\u0620-\u07ff\u0800-\u0dff\u1000-\u109f\u1780-\u17b3\u17b6-\u17d3\u1820-\u18aa\ua800-\uabff"
    r"\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17b3\u17b6-\u17d3"
_MONGOLIAN = r"\u1820-\u18aa"
_EMOJI = r"\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"

# The `.` of each lookbehind is the character itself.
_IN_CONTEXT = (
    rf"\u200c(?<![{_JOINING}].)",
    rf"\u200d(?<![{_JOINING}].)(?!(?:(?<=[{_EMOJI}].)|(?<=[{_EMOJI}]\ufe0f.))[{_EMOJI}])",
    rf"\u200b(?<![{_UNSPACED}].)",
    rf"[\u180b-\u180f](?<![{_MONGOLIAN}].)",
    rf"[\ufe0e\ufe0f](?<![{_EMOJI}].)(?!(?<=[0-9#*].)\u20e3)",
)

# What of the above Python calls printable: a printable text without any of it is clean, which is told at a fifth of the
# price of a search for all.
_PRINTABLE = r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufffc\U000e0100-\U000e01ef"

_SUSPECT = re.compile(f"[{_PRINTABLE}]")
_MULTILINE = re.compile("|".join((f"[{_ALWAYS}]", *_IN_CONTEXT)), re.DOTALL)
_ONE_LINE = re.compile("|".join((rf"[\t\n{_ALWAYS}]", *_IN_CONTEXT)), re.DOTALL)


def visible(text: str, *, multiline: bool = False) -> str:
    """Replace every hidden or active character by an escape such as U+202E in angle quotation marks.

    A clean text comes back as the same object. `multiline` lets tab and line feed stand.
    """
    if text.isprintable() and (text.isascii() or _SUSPECT.search(text) is None):  # nearly all text
        return text
    pattern = _MULTILINE if multiline else _ONE_LINE
    if pattern.search(text) is None:
        return text
    return pattern.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"\u2039U+{ord(match[0]):04X}\u203a"
