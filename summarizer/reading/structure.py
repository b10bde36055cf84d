"""Puts an article together: what of the text is a numbered sentence, what is furniture, what is metadata."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summarizer.article import Furniture, Sentence
from summarizer.reading import furniture as page
from summarizer.reading.heading import date_prefix, read_dateline, read_line
from summarizer.reading.metadata import Overrides, merged
from summarizer.reading.sentences import split, trim
from summarizer.reading.units import find_units

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from summarizer.article import FurnitureKind
    from summarizer.reading.units import Unit

#: Where less of the text than this stands in lines with a full stop, a line without one says nothing.
_PUNCTUATED_SHARE = 0.5
_LEAD_IN = (":", "：")


@dataclass(slots=True)
class Structure:
    """A text taken apart. `found` is what its first lines say about it."""

    found: Overrides = field(default_factory=Overrides)
    sentences: list[Sentence] = field(default_factory=list)
    furniture: list[Furniture] = field(default_factory=list)


def take_apart(
    text: str, start: int, language: str, *, title: str | None = None, headings: Collection[int] = ()
) -> Structure:
    """Take `text[start:]` apart: number its sentences and record its furniture.

    `headings` are offsets at which a line is known to be a heading; `title` is one wherever it stands.
    """
    structure = Structure()
    structure.found, body = date_prefix(text, start)
    if body > start:
        prefix = trim(text, start, body)
        structure.furniture += [Furniture("byline", *prefix)] if prefix else []
    units = list(find_units(text, body))
    kinds = _Kinds(text, units, language, title, headings).all()
    block, paragraph = -1, -1
    for unit, kind in zip(units, kinds, strict=True):
        if kind:
            structure.furniture.append(Furniture(kind, unit.start, unit.end))
            if not structure.sentences:
                structure.found = merged(structure.found, read_line(text[unit.start : unit.end], kind))
            continue
        next_paragraph = paragraph if unit.block == block else paragraph + 1
        if _add_sentences(structure, text, unit, next_paragraph, language):
            block, paragraph = unit.block, next_paragraph
    return structure


def _add_sentences(structure: Structure, text: str, unit: Unit, paragraph: int, language: str) -> bool:
    before = len(structure.sentences)
    if not before:
        structure.found = merged(structure.found, read_dateline(text[unit.start : unit.end]))
    for start, end in split(text, unit.start, unit.end, language):
        begin = page.credit_end(text, start, end)
        if begin > start:
            structure.furniture.append(Furniture("caption", start, len(text[:begin].rstrip())))
        is_whole_unit = begin == unit.start and end == unit.end  # which has been looked at
        kind = None if is_whole_unit else page.kind_of_sentence(text[begin:end])
        if kind:
            structure.furniture.append(Furniture(kind, begin, end))
        elif begin < end:
            number = len(structure.sentences) + 1
            structure.sentences.append(Sentence(number, begin, end, paragraph, source=text))
    return len(structure.sentences) > before


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Decides for every unit whether it is furniture, and which."""

    text: str
    units: Sequence[Unit]
    language: str
    title: str | None
    headings: Collection[int]

    def all(self) -> list[FurnitureKind | None]:
        lines = [self.text[unit.start : unit.end] for unit in self.units]
        kinds = [self._plain(unit, line) for unit, line in zip(self.units, lines, strict=True)]
        if not self._is_punctuated(lines, kinds):
            return kinds
        self._mark_headlines(lines, kinds)
        return kinds

    def _mark_headlines(self, lines: Sequence[str], kinds: list[FurnitureKind | None]) -> None:
        # A headline stands above something: after the last full stop there is none.
        last = max((i for i, unit in enumerate(self.units) if unit.ended and not kinds[i]), default=-1)
        in_list = False
        for i, unit in enumerate(self.units[:last]):
            if kinds[i] is None and not unit.ended and unit.lines == 1 and not in_list:
                kinds[i] = "headline" if page.looks_like_headline(lines[i], self.language) else None
            # What follows a colon line by line is a list, and part of the story.
            in_list = lines[i].endswith(_LEAD_IN) or (in_list and not unit.ended)

    def _plain(self, unit: Unit, line: str) -> FurnitureKind | None:
        is_title = self.title is not None and page.same_words(line, self.title)
        if unit.start in self.headings or is_title or (unit.lines == 1 and page.is_marked_headline(line)):
            return "headline"
        return page.kind_of(line)

    def _is_punctuated(self, lines: Sequence[str], kinds: Sequence[FurnitureKind | None]) -> bool:
        total = ended = 0
        for unit, line, kind in zip(self.units, lines, kinds, strict=True):
            length = 0 if kind else len(line)
            total += length
            ended += length if unit.ended else 0
        return ended >= _PUNCTUATED_SHARE * total
