"""The brief as an analyst reads it in a terminal: bottom line first, verdicts visible without colour."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

from summarizer.render.parts import numbered
from summarizer.render.safe import visible
from summarizer.render.view import Dateline, Item, Mark, Section, Source, View, view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.brief import AnyBrief

#: Columns where the output is not a terminal: a file must not depend on the window it was made in.
FILE_WIDTH = 100
#: Lines longer than this tire the eye.
_WIDEST = 120
_NARROWEST = 24
#: Below this the parties are a list.
_TABLE = 60

_LEGEND = "[n] is sentence n of the article"
_SIGNS = {"supported": ("✓", "green"), "weak": ("~", "yellow"), "unsupported": ("✗", "red")}
# For encodings that lack them; in escapes where a character looks like another.
_NEAREST = str.maketrans(
    {"✓": "+", "✗": "x", "•": "*", "·": "|", "→": "->", "…": "...", "\u2013": "-", "—": "--"}
    | dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("\u2018\u2019\u201a", "'")
    | {"\u2039": "<", "\u203a": ">"}
)


def console_for(stream: TextIO) -> Console:
    """Build the console for a stream: without colour and of a stable width where it is not a terminal."""
    if stream.isatty():
        return Console(file=stream, markup=False, highlight=False, emoji=False)
    return Console(
        file=stream,
        width=FILE_WIDTH,
        force_terminal=False,
        force_jupyter=False,
        markup=False,
        highlight=False,
        emoji=False,
    )


def render_terminal(brief: AnyBrief, console: Console, *, evidence: bool = False) -> None:
    """Print a brief; `evidence` adds the words of the cited sentences below each statement."""
    page = _Page(console, max(_NARROWEST, min(console.width, _WIDEST)), evidence=evidence)
    for line in page.lines(view(brief)):
        console.print(line, soft_wrap=True, markup=False, highlight=False, emoji=False)


@dataclass(frozen=True, slots=True)
class _Page:
    """Lays a view out in lines of at most `width` cells."""

    console: Console
    width: int
    evidence: bool

    def lines(self, shown: View) -> Iterator[Text]:
        yield from self.headline(shown.headline)
        yield from self.dateline(shown.dateline)
        yield from self.wrapped(self.text(str(shown.checks), "dim"))
        if shown.warning is not None:
            yield from self.section(shown.warning)
        if shown.bottom_line is not None:
            yield from self.heading("Bottom line")
            yield from self.item(shown.bottom_line)
        for section in shown.sections:
            yield from self.section(section)
        for section in shown.asides():
            yield from replace(self, evidence=False).section(section)
        yield from self.heading("Checks")
        yield from self.packed([_LEGEND], "  ", "")
        for note in shown.notes:
            yield from self.wrapped(self.text(f"{note.label}: {note.text}", "yellow"), "  ")
        yield from self.packed([f"{fact.label} {fact.text}" for fact in shown.provenance], "  ")

    # --- pieces -------------------------------------------------------------------------------------------

    def headline(self, item: Item) -> Iterator[Text]:
        yield from self.wrapped(self.claim(item, "bold"), "")
        yield from self.problems(item.mark, "  ")
        yield from self.words(item.sources, "  ")

    def dateline(self, line: Dateline) -> Iterator[Text]:
        if line.title:
            yield from self.wrapped(self.text(f"“{line.title}”", "dim"), "")
        yield from self.packed([part for part in (line.outlet, line.published, line.source) if part], "")

    def heading(self, title: str, note: str | None = None) -> Iterator[Text]:
        yield Text()
        yield from self.wrapped(self.text(title.upper(), "bold cyan"), "")
        if note:
            yield from self.wrapped(self.text(note, "dim"), "  ")

    def section(self, section: Section) -> Iterator[Text]:
        yield from self.heading(section.title, section.note)
        if section.parties and self.width >= _TABLE:
            yield from self.parties(section.items)
            return
        for item in section.items:
            yield from self.item(item)

    def item(self, item: Item, indent: str = "") -> Iterator[Text]:
        inner = indent + "  "
        first = Text.assemble(indent, self.sign(item.mark), " ")
        body = self.claim(item)
        if item.name:
            body = Text.assemble(self.text(item.name, "bold"), ": " if body.plain else "", body)
        yield from self.wrapped(body, inner, first)
        yield from self.problems(item.mark, inner)
        yield from self.packed(_about(item), inner)
        yield from self.words(item.sources, inner + "  ")
        for part in item.parts:
            yield from self.item(part, inner)

    def claim(self, item: Item, style: str = "") -> Text:
        words = f"“{item.text}”" if item.quoted else item.text
        return self.text(words, style).append_text(self.numbers(item.sources, "" if not words else " "))

    def numbers(self, sources: Sequence[Source], before: str) -> Text:
        numbers = numbered(source.number for source in sources)
        return Text(before + numbers if numbers else "", "dim")

    def sign(self, mark: Mark | None) -> Text:
        return self.text(*_SIGNS[mark.value]) if mark else self.text("•", "dim")

    def problems(self, mark: Mark | None, indent: str) -> Iterator[Text]:
        if mark is None:
            return
        _, style = _SIGNS[mark.value]
        for problem in mark.lines():
            yield from self.wrapped(self.text(f"{mark.value}: {problem}", style), indent)

    def words(self, sources: Sequence[Source], indent: str) -> Iterator[Text]:
        if not self.evidence:
            return
        for source in sources:
            number = f"{source.number} "
            quote = self.text(f"“{source.words}”", "dim")
            yield from self.wrapped(quote, indent + " " * len(number), Text(indent + number, "dim"))

    # --- the table of parties -----------------------------------------------------------------------------

    def parties(self, items: Sequence[Item]) -> Iterator[Text]:
        widths = self.columns(items)
        yield from self.row([[self.text(name, "dim")] for name in ("", "Name", "Role", "Wants")], widths)
        for item in items:
            yield from self.row([*self.cells(item, widths)], widths)
            cited = sorted(dict.fromkeys(item.cited()), key=lambda source: source.number)
            yield from self.words(cited, "    ")

    def columns(self, items: Sequence[Item]) -> tuple[int, int, int, int]:
        """Give the widths: the sign, names as wide as needed up to a quarter, the rest for role and wants."""
        longest = max(self.text(item.name or "").cell_len for item in items)
        name = max(12, min(longest, self.width // 4))
        rest = self.width - 1 - 1 - name - 2 - 2
        return 1, name, rest - rest // 2, rest // 2

    def cells(self, item: Item, widths: Sequence[int]) -> Iterator[list[Text]]:
        _, name, role, wants = (replace(self, width=width, evidence=False) for width in widths)
        about = [self.text(item.name or "", "bold"), *(self.text(piece, "dim") for piece in _about(item))]
        yield [self.sign(item.mark)]
        yield [line for text in about for line in name.wrapped(text)]
        yield [*role.wrapped(self.claim(item)), *role.problems(item.mark, "")]
        yield [line for part in item.parts for line in wants.item(replace(part, name=None))]

    def row(self, cells: Sequence[Sequence[Text]], widths: Sequence[int]) -> Iterator[Text]:
        for line in zip_longest(*cells, fillvalue=Text()):
            row = Text()
            for index, (cell, width) in enumerate(zip(line, widths, strict=True)):
                gap = 1 if index == 0 else 2
                row.append_text(cell).append(" " * (width - cell.cell_len + gap))
            row.rstrip()
            yield row

    # --- lines --------------------------------------------------------------------------------------------

    def text(self, text: str, style: str = "") -> Text:
        return Text(_encodable(visible(text), self.console.encoding), style)

    def packed(self, pieces: Sequence[str], indent: str = "", style: str = "dim") -> Iterator[Text]:
        """Put pieces on as few lines as they fill, breaking between two of them where that is possible."""
        line = Text()
        for piece in pieces:
            new = self.text(piece, style)
            longer = self.text(" · ", style).join([line, new]) if line else new
            if line and longer.cell_len + len(indent) > self.width:
                yield from self.wrapped(line, indent)
                longer = new
            line = longer
        yield from self.wrapped(line, indent)

    def wrapped(self, text: Text, indent: str = "", first: Text | None = None) -> Iterator[Text]:
        """Wrap a text under an indent; `first` stands before its first line instead."""
        if not text.plain and first is None:
            return
        before = first if first is not None else Text(indent)
        for line in text.wrap(self.console, max(2, self.width - len(indent)), overflow="fold"):
            joined = Text.assemble(before, line)
            joined.rstrip()
            yield joined
            before = Text(indent)


def _about(item: Item) -> list[str]:
    return [*item.tags, *(f"{fact.label}: {fact.text}" for fact in item.facts)]


def _encodable(text: str, encoding: str) -> str:
    """Replace what a terminal's encoding lacks by the nearest it has, or by a question mark."""
    if _fits(text, encoding):
        return text
    return "".join(char if _fits(char, encoding) else _nearest(char, encoding) for char in text)


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _nearest(char: str, encoding: str) -> str:
    pieces = unicodedata.normalize("NFKD", char.translate(_NEAREST))
    bases = "".join(piece for piece in pieces if not unicodedata.combining(piece))
    return bases.encode(encoding, "replace").decode(encoding)
