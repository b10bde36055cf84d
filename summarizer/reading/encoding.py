"""Turns the bytes of an article into text, or says at which byte it cannot be done."""

from __future__ import annotations

import codecs
import re
import unicodedata

from summarizer.errors import UndecodableError
from summarizer.reading.languages import by_stop_words
from summarizer.reading.source import shown

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: The script that a text in the encoding is written in, as the beginning of its letters' Unicode names.
_SCRIPT_OF = {
    "cp1251": "CYRILLIC",
    "koi8_r": "CYRILLIC",
    "cp1253": "GREEK",
    "cp1255": "HEBREW",
    "cp1256": "ARABIC",
    "cp874": "THAI",
    "cp932": "CJK|HIRAGANA|KATAKANA|HALFWIDTH KATAKANA",
    "euc_jp": "CJK|HIRAGANA|KATAKANA|HALFWIDTH KATAKANA",
    "gb18030": "CJK",
    "big5": "CJK",
    "cp949": "HANGUL|CJK",
}
#: What a text in the encoding cannot do without: kana in Japanese, Hangul in Korean.
_MUST_HAVE = {"cp932": "HIRAGANA", "euc_jp": "HIRAGANA", "cp949": "HANGUL"}
#: Encodings of Latin letters in the order in which they are tried, with the languages that they serve.
_LATIN = (
    ("cp1252", "en de fr es it pt nl sv"),
    ("cp1250", "pl cs hu ro"),
    ("iso8859_2", "pl cs hu ro"),
    ("cp1254", "tr"),
)
_WESTERN_LETTERS = "àâäáãåæçèéêëìíîïñòóôöõøœùúûüšžß"
_LETTERS_OF = {
    "pl": "ąćęłńóśźżé",
    "cs": "áčďéěíňóřšťúůýžöüä",
    "hu": "áéíóöőúüű",
    "ro": "ăâîşţ",
    "tr": "çğıiöşüâîû",
}
_MARKS = "‘’‚“”„–—…•€£¥§©®™°«»‹›¡¿·ªº²³¹¼½¾±×\u00a0\u00ad†"
_SCRIPT_SHARE = 0.9
#: Fewer letters of another script than this are more likely damage.
_FEWEST_LETTERS = 20
_COMMON_HAN_SHARE = 0.95
_MOST_CHAOS = 0.1
_SAMPLE = 20_000

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE)
_DECLARED_WITHIN = 4096
_DECLARABLE = re.compile(r"cp\d+|iso8859-\d+|koi8-|mac-|shift_jis|euc_|gb|big5|tis-620|johab|hz|iso2022_jp")
#: What browsers read under these names.
_AS_BROWSERS_DO = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030"}
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
# A small letter and a capital after it, or an accented letter before a sign: what misread text looks like.
_MISREAD = re.compile(r"[a-zß-ÿ][À-ÖØ-Þ]|[À-Ýà-ýĂăÅ](?=[€†™©®°±§¥£ªº¼½¾²³¹×•¡¿])|\w[¡¿]\w")


def decode(data: bytes, *, name: object = "the text", html: bool = False) -> str:
    """Decode an article, strictly: a byte order mark stays in the text as U+FEFF.

    The rule, in this order: a byte order mark decides. Else what is valid UTF-8 is UTF-8. Else what an HTML
    page declares is believed when it explains every byte. Else, when at least as many whole UTF-8 sequences
    as stray bytes are found, the text is UTF-8 with damage, and is refused: another encoding would "explain"
    it, as garbage. Else an encoding is detected, and believed only when every byte is explained and the
    outcome looks like a language: twenty letters or more, nine out of ten in the script of that encoding
    (kana for Japanese, Hangul for Korean, common characters for Chinese); or, for Latin letters, only such as
    the language uses, in places where words have them, the language being told by three stop words at least.

    UndecodableError, with the offset of the first byte that is not UTF-8 (or breaks the marked encoding).
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding, name)
    declared = _declared(data) if html else None
    if data.isascii() and not _ISO_2022_JP.search(data):
        return data.decode("ascii")
    text = _valid(data, "utf-8") if not data.isascii() else _valid(data, "iso2022_jp")
    if text is None and declared:
        text = _valid(data, declared)
    if text is None and not _is_damaged_utf_8(data):
        text = _detected(data)
    return text if text is not None else _strict(data, "utf-8", name)


def _strict(data: bytes, encoding: str, name: object) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError(
            f"{shown(name)}: byte {error.start} is not valid {encoding.upper()}, "
            "and no other encoding explains the text; save it as UTF-8",
            offset=error.start,
        ) from None


def _valid(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    try:
        name = codecs.lookup(found[1].decode("ascii")).name if found else ""
    except (LookupError, ValueError):
        return None
    name = _AS_BROWSERS_DO.get(name, name)
    return name if _DECLARABLE.match(name) else None


def _is_damaged_utf_8(data: bytes) -> bool:
    text = data.decode("utf-8", "surrogateescape")
    foreign = [char for char in text if char > "\x7f"]
    stray = sum("\udc80" <= char <= "\udcff" for char in foreign)
    return len(foreign) - stray >= stray


def _detected(data: bytes) -> str | None:
    return _latin(data) or _in_other_script(data)


def _latin(data: bytes) -> str | None:
    for encoding, languages in _LATIN:
        text = _valid(data, encoding)
        language = by_stop_words(text) if text is not None else None
        if text is None or language not in languages.split():
            continue
        if _is_plausible_latin(text, _LETTERS_OF.get(language, _WESTERN_LETTERS)):
            return text
    return None


def _in_other_script(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only where it is needed: it is slow to import

    best = from_bytes(data, cp_isolation=[*_SCRIPT_OF], preemptive_behaviour=False).best()
    if best is None or best.chaos > _MOST_CHAOS:
        return None
    text = _valid(data, best.encoding)
    return text if text is not None and _is_in_script(text, best.encoding) else None


def _high(text: str) -> str:
    return "".join({char for char in text if char > "\x7f"})


def _is_plausible_latin(text: str, letters: str) -> bool:
    known = set(letters + letters.upper() + _MARKS)
    return set(_high(text)) <= known and not _MISREAD.search(text)


def _is_in_script(text: str, encoding: str) -> bool:
    letters = [char for char in text[:_SAMPLE] if char > "\x7f" and char.isalpha()]
    names = [unicodedata.name(char, "") for char in letters]
    fitting = sum(name.startswith(tuple(_SCRIPT_OF[encoding].split("|"))) for name in names)
    if fitting < _SCRIPT_SHARE * len(letters) or len(letters) < _FEWEST_LETTERS:
        return False
    if any(unicodedata.category(char) in {"Cc", "Co", "Cn"} and char not in "\t\n\r" for char in text[:_SAMPLE]):
        return False
    needed = _MUST_HAVE.get(encoding)
    if needed:
        return any(name.startswith(needed) for name in names)
    return encoding not in {"gb18030", "big5"} or _is_common_han(letters, encoding)


def _is_common_han(letters: list[str], encoding: str) -> bool:
    common = "gb2312" if encoding == "gb18030" else "big5"
    return sum(_valid_in(char, common) for char in letters) >= _COMMON_HAN_SHARE * len(letters)


def _valid_in(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
