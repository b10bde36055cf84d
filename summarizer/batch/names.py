"""Gives every source a place under OUT: readable where its name is harmless, and never outside, whatever it is called.

A brief stands where its source stood: `a/b.txt` becomes `a/b.txt.brief.json`. A part of a path that could lead out of
OUT, hide, deceive, collide with a file of the run, or that Linux or Windows would refuse becomes its harmless
characters with a hash behind. Names that differ only in case or in how accents are composed are one file on some
machines. Which of them keeps its plain name cannot be decided from one name alone without giving a hash to every
name with a capital letter; so the caller, who keeps the names given, is asked whether one is taken.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Callable

SUFFIX = ".brief.json"

#: Bytes in UTF-8: what Linux allows a part of a path, and what is left of its whole path for OUT itself.
_LONGEST_PART = 255
_LONGEST_PATH = 1_000
_LONGEST_SLUG = 80
_HASH, _WHOLE_HASH = 16, 64

_RECORD = re.compile(r"\.(?:jsonl|ndjson|csv|tsv)#", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_HASHED = re.compile(r"~[0-9a-f]{16,}", re.IGNORECASE)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
_OF_THE_RUN = frozenset({"briefs.jsonl", "run.json"})
_LEDGER = "ledger.sqlite"
_HARMFUL = re.compile(r"[^\w-]+")


def output_path(name: str, taken: Callable[[str], bool] = lambda _: False) -> PurePosixPath:
    """Give the path under OUT of the brief of the source with that id; the same for the same id and answers.

    `taken` is asked whether the `folded` form of a path belongs to another source. Two ids never share a path, nor
    two paths a folded form, if every path given is remembered. At most 1,000 bytes, 255 a part; valid names on
    Linux and Windows.
    """
    parts = _parts(name)
    *folders, leaf = parts
    places = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    checked = [_folder(folder, place) for folder, place in zip(folders, places, strict=False)]
    path = "/".join([*checked, _leaf(leaf, name)])
    if len(path.encode()) > _LONGEST_PATH:
        checked, path = [], _hashed(leaf, name) + SUFFIX
    length = _HASH
    while length <= _WHOLE_HASH and taken(folded(path)):
        path = "/".join([*checked, _hashed(leaf, name, length) + SUFFIX])
        length += _HASH
    return PurePosixPath(path)


def folded(path: str | PurePosixPath) -> str:
    """Give what two paths share if a machine that ignores case and composition takes them for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", str(path)).upper().casefold())


def _parts(name: str) -> list[str]:
    """Split an id at its slashes; what names a record in its file stays in one piece."""
    record = _RECORD.search(name)
    at = name.rfind("/", 0, record.end()) + 1 if record else name.rfind("/") + 1
    return [*name[:at].split("/")[:-1], name[at:]]


def _folder(part: str, place: str) -> str:
    key = folded(part)
    is_ours = key.endswith(SUFFIX) or key in _OF_THE_RUN or key.startswith(_LEDGER)
    return part if not is_ours and _is_plain(part) and part[-1:] not in {".", " "} else _hashed(part, place)


def _leaf(part: str, name: str) -> str:
    return (part if _is_plain(part, _LONGEST_PART - len(SUFFIX)) else _hashed(part, name)) + SUFFIX


def _is_plain(part: str, longest: int = _LONGEST_PART) -> bool:
    """Tell whether a part of a path is harmless as it stands; hashed names are for us alone to give."""
    return (
        part.isprintable()
        and visible(part) == part
        and part[:1] not in {"", ".", " "}
        and len(part.encode()) <= longest
        and not _FORBIDDEN.search(part)
        and not _HASHED.search(folded(part))
        and not _DEVICE.fullmatch(part.partition(".")[0].rstrip(" "))
    )


def _hashed(part: str, whole: str, length: int = _HASH) -> str:
    slug = _HARMFUL.sub("-", part[:_LONGEST_SLUG]).strip("-_")
    slug = slug if visible(slug) == slug else ""
    while len(slug.encode()) > _LONGEST_SLUG:
        slug = slug[:-1]
    digest = hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()
    return f"{slug or 'unnamed'}~{digest[:length]}"
