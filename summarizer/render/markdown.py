"""The brief as CommonMark, to be read in a pull request or, as it stands, in a mail.

Nothing that comes from an article or a model can become structure: every piece of data is one line, stands
behind words of our own or is escaped for the start of a line, and whatever opens markup is escaped. Bare
addresses are escaped as well, because many readers of Markdown link them. Beyond CommonMark nothing can be
promised: a site that turns `@name` into a mention does so with any text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from summarizer.render.parts import numbered
from summarizer.render.safe import visible
from summarizer.render.view import Dateline, Item, Mark, Section, Source, View, view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.brief import AnyBrief

_SIGNS = {"supported": "✓ ", "weak": "~ ", "unsupported": "✗ "}

_MARKUP = re.compile(
    r"[\\`*\[\]<~|]"  # escapes, code, emphasis, links, HTML, strikethrough, tables
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis; an underscore within a word is none
    r"|&(?=#?[0-9A-Za-z]+;)"  # entities
    r"|:(?=//)|(?<=[wW]{3})\."  # bare addresses
    r"|#(?=#*$)"  # the end of a heading
)
_LINE_START = re.compile(r"^(?:(?=[>#]|[-+](?:[- ]|$))|(\d{1,9})(?=[.)](?: |$)))")  # quotes, headings, lists, rules


def render_markdown(brief: AnyBrief, *, evidence: bool = False) -> str:
    """Write the brief as CommonMark; `evidence` adds the words of the cited sentences at the end."""
    shown = view(brief)
    return "\n\n".join(_blocks(shown, evidence=evidence)) + "\n"


def escape(text: str) -> str:
    """Write a text of one line so that CommonMark shows exactly it, wherever in a line it stands."""
    escaped = _MARKUP.sub(r"\\\g<0>", visible(text))
    return _LINE_START.sub(r"\1\\", escaped)


def code(text: str) -> str:
    """Write a text of one line, not empty, as a code span: for what is to be copied, such as an address."""
    text = visible(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _blocks(shown: View, *, evidence: bool) -> Iterator[str]:
    yield f"# {_claim(shown.headline)}"
    if shown.headline.mark and (problems := [*_problems(shown.headline.mark)]):
        yield "\n".join(f"- {problem}" for problem in problems)
    yield from _dateline(shown.dateline)
    yield str(shown.checks)
    if shown.warning:
        yield from _section(shown.warning)
    if shown.bottom_line:
        yield "## Bottom line"
        yield "\n".join(_item(shown.bottom_line))
    for section in shown.sections:
        yield from _section(section)
    for section in shown.asides():
        yield from _section(section)
    yield from _sentences(shown.sources() if evidence else ())
    yield "## Checks"
    yield "\n".join(_checks(shown))


def _dateline(line: Dateline) -> Iterator[str]:
    title = f"“{escape(line.title)}”" if line.title else ""
    source = code(line.source) if line.source else ""
    pieces = [title, escape(line.outlet or ""), line.published or "", source]
    if any(pieces):
        yield " · ".join(piece for piece in pieces if piece)


def _section(section: Section) -> Iterator[str]:
    yield f"## {escape(section.title)}"
    if section.note:
        yield section.note
    if section.items:
        yield "\n".join(line for item in section.items for line in _item(item))


def _item(item: Item, indent: str = "") -> Iterator[str]:
    sign = _SIGNS[item.mark.value] if item.mark else ""
    name = f"**{escape(item.name)}**" if item.name else ""
    colon = ": " if name and (item.text or item.sources) else ""
    yield f"{indent}- {sign}{name}{colon}{_claim(item)}"
    inner = indent + "  "
    if item.mark:
        yield from (f"{inner}- {problem}" for problem in _problems(item.mark))
    about = [*item.tags, *(f"{fact.label}: {escape(fact.text)}" for fact in item.facts)]
    if about:
        yield f"{inner}- {' · '.join(about)}"
    for part in item.parts:
        yield from _item(part, inner)


def _claim(item: Item) -> str:
    words = f"“{escape(item.text)}”" if item.quoted else escape(item.text)
    return f"{words} {numbered(source.number for source in item.sources)}".strip(" ")


def _problems(mark: Mark) -> Iterator[str]:
    yield from (f"**{mark.value}:** {escape(reason)}" for reason in mark.lines())


def _sentences(sources: Sequence[Source]) -> Iterator[str]:
    if sources:
        yield "## Sentences cited"
        yield "\n".join(f"- [{source.number}] “{escape(source.words)}”" for source in sources)


def _checks(shown: View) -> Iterator[str]:
    yield "- [n] is sentence n of the article"
    for note in shown.notes:
        yield f"- {note.label}: {escape(note.text)}"
    yield "- " + " · ".join(f"{fact.label} {escape(fact.text)}" for fact in shown.provenance)
