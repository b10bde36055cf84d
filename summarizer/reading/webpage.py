"""Takes the main text and the metadata out of an HTML page."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summarizer.errors import SourceError, TooLongError
from summarizer.reading.cleaning import Notes, clean
from summarizer.reading.cleaning import merged as merged_notes
from summarizer.reading.hidden import take_hidden
from summarizer.reading.metadata import Overrides, date_of, language_of, line_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from summarizer.article import HiddenText

#: Tags of one page. The time to take a page apart grows faster than their number: 50,000 of the worst kind
#: take about five seconds, and 10 MB of text or entities between a few tags about as long. A long real
#: page has 10,000.
MAX_TAGS = 50_000

_SUFFIXES = (".html", ".htm", ".xhtml")
# The atomic groups keep a row of comments from being tried in all its combinations.
_LOOKS_LIKE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?>(?:(?><!--.*?-->)\s*)*)<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_NEAR = 4_000
_TAG = re.compile(r"<[/!?]?[A-Za-z]")
_REFERENCE = re.compile(r"&#(?:x0{0,20}([0-9a-f]{1,6})|0{0,20}(\d{1,7}))(?![0-9a-f]);?", re.IGNORECASE)
_WINDOWS = range(0x80, 0xA0)
_UNSEEN = {*range(0x20), 0x7F, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF} - {0x9, 0xA, 0xD}
_LANGUAGE = re.compile(r"""<html\b[^>]{0,2000}?\b(?:xml:)?lang\s*=\s*["']?([\w-]{2,20})""", re.IGNORECASE)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_DATE_NAMES = (
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "article:published",
    "datepublished",
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "dcterms.issued",
    "sailthru.date",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
)
_BLOCKS = frozenset({"p", "head", "item", "quote", "code", "list", "cell", "row", "table", "div", "fw", "body"})
#: Notes that say nothing about an HTML source, where white space is folded anyway.
_LINE_NOTES = frozenset({"carriage return", "line separator"})


@dataclass(frozen=True, slots=True)
class Page:
    """The main text of a page: paragraphs between blank lines. `headings` are the offsets of its headings."""

    text: str
    headings: frozenset[int]
    found: Overrides
    cleaning: Notes
    hidden: tuple[HiddenText, ...] = ()


def is_html(text: str, name: str) -> bool:
    """Tell whether a text is an HTML page, by its file's name or its beginning."""
    return name.lower().endswith(_SUFFIXES) or bool(_LOOKS_LIKE.match(text[:_NEAR].lstrip("\ufeff")))


def take_out(source: str) -> Page:
    """Extract the article from a page; the text is empty where nothing of the kind is found.

    TooLongError above `MAX_TAGS` tags; SourceError where the page cannot be taken apart at all.
    """
    source, notes = clean(source)
    source, spelt = _without_references(source)
    notes = merged_notes(tuple(note for note in notes if note[0] not in _LINE_NOTES), spelt)
    tags = len(_TAG.findall(source))
    if tags > MAX_TAGS:
        message = f"the page has {tags:,} tags, and {MAX_TAGS:,} is the most; save the article alone, or as text"
        raise TooLongError(message, size=tags, limit=MAX_TAGS)
    blocks, found, hidden = _extracted(source)
    text, headings, more = _laid_out(blocks)
    return Page(text, headings, found, merged_notes(notes, more), hidden)


def _without_references(source: str) -> tuple[str, Notes]:
    """Take out references such as `&#27;` to characters that no text has: the parser stumbles over them."""
    removed = 0

    def instead(found: re.Match[str]) -> str:
        nonlocal removed
        code = int(found[1], 16) if found[1] else int(found[2])
        if code in _WINDOWS:  # what browsers show for them
            return bytes([code]).decode("cp1252", "ignore")
        if code in _UNSEEN:
            removed += 1
            return ""
        return found[0]

    return _REFERENCE.sub(instead, source), ((("control character", removed),) if removed else ())


def _extracted(source: str) -> tuple[list[tuple[str, bool]], Overrides, tuple[HiddenText, ...]]:
    from trafilatura import bare_extraction, load_html  # noqa: PLC0415 - slow to import
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415

    for name in (
        "trafilatura",
        "htmldate",
    ):  # else their warnings reach stderr where nobody configured logging
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        tree = load_html(source)
        if tree is None:
            return [], Overrides(), ()
        found = _metadata(source, tree, extract_metadata(tree, extensive=False))
        hidden = take_hidden(tree, source)
        document: Any = bare_extraction(
            tree, favor_precision=True, include_comments=False, include_tables=False, with_metadata=False
        )
        return (list(_blocks(document.body)) if document is not None else []), found, hidden
    except Exception as error:  # a hostile page may bring out any fault of the parsers
        raise SourceError("the page cannot be taken apart as HTML; save the article as text") from error


def _metadata(source: str, tree: Any, document: Any) -> Overrides:  # noqa: ANN401 - lxml and trafilatura
    declared = _LANGUAGE.search(source[: 20 * _NEAR])
    locale = tree.xpath('string(//meta[@property="og:locale"]/@content)')
    return Overrides(
        title=line_of(document.title),
        outlet=line_of(document.sitename),
        byline=line_of((document.author or "").replace(";", ",")),
        published=_published(source, tree),
        language=language_of(declared[1] if declared else None) or language_of(locale),
        url=line_of(document.url),
    )


def _published(source: str, tree: Any) -> dt.date | None:  # noqa: ANN401
    said: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        said.setdefault(name.lower(), meta.get("content") or "")
    dates = [said[name] for name in _DATE_NAMES if name in said]
    dates += _JSON_DATE.findall(source)[:1]
    dates += tree.xpath('//*[@itemprop="datePublished"]/@datetime | //time[@pubdate]/@datetime')[:1]
    dates += tree.xpath("(//article | //main | //header)//time[@datetime]/@datetime")[:1]
    return next((date for date in map(date_of, map(str, dates)) if date), None)


def _blocks(body: Any) -> Iterator[tuple[str, bool]]:  # noqa: ANN401
    """Walk the extracted tree without recursion; give each block's text, and whether it is a heading."""
    from lxml.etree import iterwalk  # type: ignore[import-untyped]  # noqa: PLC0415 - it ships no types

    parts: list[str] = []
    is_heading = False
    for event, element in iterwalk(body, events=("start", "end")):
        if element.tag in _BLOCKS:
            yield "".join(parts), is_heading
            parts, is_heading = [], event == "start" and element.tag == "head"
        elif event == "start" and element.tag == "lb":
            parts.append("\n")
        parts.append((element.text if event == "start" else element.tail) or "")
    yield "".join(parts), is_heading


def _laid_out(blocks: list[tuple[str, bool]]) -> tuple[str, frozenset[int], Notes]:
    """Put blank lines between the blocks. Cleaned again: entities can spell any character."""
    text, at, headings, notes = [], 0, set(), []
    for raw, is_heading in blocks:
        cleaned, note = clean(raw)
        notes.append(note)
        lines = (" ".join(line.split()) for line in cleaned.split("\n"))
        block = "\n".join(line for line in lines if line)
        if block:
            headings |= {at} if is_heading else set()
            text.append(block)
            at += len(block) + 2
    return "\n\n".join(text), frozenset(headings), merged_notes(*notes)
