"""Holds what is known about an article besides its text, and reads it from a front matter."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, fields
from typing import Any

from summarizer.reading.cleaning import clean
from summarizer.reading.dates import find_date

_FRONT = re.compile(r"\s{0,20}---[ \t]*\n")
_FRONT_END = re.compile(r"^(---|\.\.\.)[ \t]*$", re.MULTILINE)
#: A front matter is short; beyond this a "---" is a rule in the text.
_LONGEST_FRONT = 10_000
_LONGEST_VALUE = 400
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_KEYS = {
    "title": ("title", "headline"),
    "outlet": ("outlet", "site", "source", "publisher", "publication"),
    "byline": ("byline", "author", "authors"),
    "published": ("published", "date"),
    "language": ("language", "lang"),
    "url": ("url", "link"),
}


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the caller knows about an article; what is given here beats what is found."""

    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    published: dt.date | None = None
    language: str | None = None
    url: str | None = None


def merged(*layers: Overrides) -> Overrides:
    """Put several sources of metadata together; the first that knows a thing decides."""
    values: dict[str, Any] = {}
    for name in (field.name for field in fields(Overrides)):
        known = (getattr(layer, name) for layer in layers)
        value = next((value for value in known if value is not None and value != ""), None)
        # YAML and the command line can spell any character, a lone surrogate too.
        values[name] = clean(value)[0] if isinstance(value, str) else value
    return Overrides(**values)


def line_of(value: object) -> str | None:
    """Give a metadata value as one line of text; None where it is no such thing or far too long."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    if not isinstance(value, str):
        return None
    line = " ".join(value.split())
    return line if 0 < len(line) <= _LONGEST_VALUE else None


def language_of(value: object) -> str | None:
    """Give the two- or three-letter code at the beginning of a language tag such as `en-GB`."""
    found = _LANGUAGE.match(value.strip()) if isinstance(value, str) else None
    return found[0].lower() if found else None


def front_matter(text: str) -> tuple[Overrides, int]:
    """Read a YAML front matter; give what it says and where the text goes on after it (0: there is none)."""
    begin = _FRONT.match(text)
    end = _FRONT_END.search(text, begin.end(), begin.end() + _LONGEST_FRONT) if begin else None
    if not begin or not end:
        return Overrides(), 0
    values = _mapping(text[begin.end() : end.start()])
    return (_known(values), end.end()) if values is not None else (Overrides(), 0)


def _mapping(text: str) -> dict[Any, Any] | None:
    import yaml  # noqa: PLC0415 - few articles have a front matter

    try:
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError):
        return None  # a text that begins with a rule, not a front matter
    return values if isinstance(values, dict) else None


def _known(values: dict[Any, Any]) -> Overrides:
    lower = {key.lower(): value for key, value in values.items() if isinstance(key, str)}

    def first(name: str) -> Any:  # noqa: ANN401 - whatever YAML holds
        return next((lower[key] for key in _KEYS[name] if lower.get(key) is not None), None)

    return Overrides(
        title=line_of(first("title")),
        outlet=line_of(first("outlet")),
        byline=line_of(first("byline")),
        published=date_of(first("published")),
        language=language_of(first("language")),
        url=line_of(first("url")),
    )


def date_of(value: object) -> dt.date | None:
    """Give the day of a date, of a date with a time, or of words that say one."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    return find_date(value) if isinstance(value, str) else None
