"""Reads what an article's first lines plainly say about it: title, date, author, outlet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from summarizer.reading.dates import PATTERN, find_date
from summarizer.reading.metadata import Overrides, line_of, merged

if TYPE_CHECKING:
    from summarizer.article import FurnitureKind

_ISO_DAY = r"\d{4}-\d{2}-\d{2}"
#: `date 2025-10-25 US officials ...`: a label that some exporters glue to the first sentence.
_LABELLED_DAY = (
    r"(?:publication[ -])?(?:date|published|updated|posted)\s?:?\s{1,3}"
    rf"{_ISO_DAY}(?:[T ]\d\d:\d\d\S{{0,12}})?"
)
_PREFIX = re.compile(
    rf"\s{{0,200}}(?:{_LABELLED_DAY}|{_ISO_DAY})(?:\s{{0,3}}[-–—:|.]|(?=\s))\s{{0,20}}",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*(?:date|published|updated|posted)\b", re.IGNORECASE)
_BYLINE = re.compile(r"by:?\s+(?:the\s+)?(?P<name>.{2,120})", re.IGNORECASE)
_LABELLED = re.compile(
    r"(?P<label>authors?|byline|source|outlet|publisher|reporter)\s?:\s?(?P<value>.{2,120})", re.IGNORECASE
)
_NAME_END = re.compile(r"\s*(?:[|•·–—]|\s-\s|,\s(?=[A-Z][^,]*\b(?:Reporter|Correspondent|Editor|Writer|News)\b)).*")
_OUTLET_LINE = re.compile(r"\(?(?P<outlet>[A-Z][A-Za-z]{1,20}(?: [A-Z][A-Za-z]{1,20}){0,2})\)? ?(?:--|–|—)")
_DATELINE = re.compile(
    r"(?P<place>[A-Z\u00C0-\u00DE][^\W\d_]*(?:[ ,.'’/-]{1,2}[^\W\d_]+){0,5}),?\s?"
    r"(?P<date>[^()\n—–]{0,30}?)\s?\((?P<outlet>[A-Z][\w .&’'-]{1,40})\)\s?(?:[-–—]{1,2}|:)\s"
)
_PLACE_DATE = re.compile(rf"[A-Z\u00C0-\u00DE .,'’/-]{{3,40}}[,(] ?(?P<date>{PATTERN})\)?\s?(?:[-–—]{{1,2}}|:)\s")
_DATELINE_WITHIN = 160


def date_prefix(text: str, start: int) -> tuple[Overrides, int]:
    """Read a date label before the first words; give what it says and where the words begin."""
    found = _PREFIX.match(text, start)
    if not found:
        return Overrides(), start
    published = find_date(found[0].strip())
    goes_on = text[found.end() : found.end() + 1]
    if published is None or not (_LABEL.match(found[0]) or goes_on.isupper()):
        return Overrides(), start
    return Overrides(published=published), found.end()


def read_line(line: str, kind: FurnitureKind) -> Overrides:
    """Read a line of furniture that stands before the first sentence."""
    if kind == "headline":
        return Overrides(title=line_of(line.lstrip("#").strip().strip("*_")))
    return _read_byline(line) if kind == "byline" else Overrides()


def read_dateline(sentence: str) -> Overrides:
    """Read `KUALA LUMPUR, Oct 25, 2025 (Outlet) -` at the beginning of the first sentence."""
    head = sentence[:_DATELINE_WITHIN]
    found = _DATELINE.match(head)
    if found and (found["place"].isupper() or found["date"]):
        return Overrides(outlet=line_of(found["outlet"]), published=find_date(found[0]))
    dated = _PLACE_DATE.match(head)
    return Overrides(published=find_date(dated["date"])) if dated else Overrides()


def _read_byline(line: str) -> Overrides:
    published = Overrides(published=find_date(line))
    outlet = _OUTLET_LINE.fullmatch(line)
    if outlet:
        return Overrides(outlet=outlet["outlet"])
    labelled = _LABELLED.fullmatch(line)
    if labelled:
        is_person = labelled["label"].lower().startswith(("author", "byline", "reporter"))
        value = line_of(labelled["value"])
        return Overrides(byline=value) if is_person else Overrides(outlet=value)
    found = _BYLINE.fullmatch(line)
    name = _NAME_END.sub("", found["name"]) if found else None
    return merged(Overrides(byline=line_of(name)), published)
