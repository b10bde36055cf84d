"""Decides once, for every renderer, what of a brief is shown and in which order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from summarizer.brief import Brief, Party
from summarizer.render.items import facts, fields, is_plain, items, one_line, statement, title
from summarizer.render.parts import Counts, Dateline, Fact, Item, Mark, Section, Source

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from summarizer.brief import (
        AimedAtModel,
        AnyBrief,
        ArticleInfo,
        Coverage,
        Mending,
        Provenance,
        VerdictValue,
        Verification,
    )

__all__ = ["Counts", "Dateline", "Fact", "Item", "Mark", "Section", "Source", "View", "view"]

_WITHIN = re.compile(r"(?<=[^\W_])_(?=[^\W_])")
_INDEX = re.compile(r"\[([0-9]{1,4})\]")
_FRAME = frozenset({"schema_version", "article", "verification", "provenance"})
_SMALLEST = Decimal("0.0001")
_LARGEST = 9
#: What is shown of a long list of warnings or mended items, and of a sentence that is left out.
_SHOWN = 8
_BEGINNING = 240
_NOTES = {"gaps": "What a reader would want to know and the article does not say: a judgement, not a fact."}
# That nobody threatens anybody is news to an analyst; that nobody is quoted is not.
_NONE_FOUND = {"threats": "None found."}


@dataclass(frozen=True, slots=True)
class View:
    """A brief as a reader meets it, from first to last.

    `warning` lists what in the article is aimed at a model, `left_out` the most salient sentences that nothing
    rests on, `mended` what was asked for again; each is None where there is none. `checks` says how many
    statements got which verdict; `notes` hold what a reader should know about how the brief came about;
    `language` is the article's, ISO 639-1, and `published` its day.
    """

    headline: Item
    dateline: Dateline
    warning: Section | None
    bottom_line: Item | None
    sections: tuple[Section, ...]
    left_out: Section | None
    mended: Section | None
    checks: Counts
    provenance: tuple[Fact, ...]
    notes: tuple[Fact, ...]
    language: str
    published: dt.date | None

    def asides(self) -> Iterator[Section]:
        """Give what stands after the brief itself: what was left out, and what was asked for again."""
        yield from (section for section in (self.left_out, self.mended) if section is not None)

    def sources(self) -> tuple[Source, ...]:
        """Give every sentence that is cited anywhere, once, by number."""
        tops = [item for item in (self.headline, self.bottom_line) if item is not None]
        tops += [item for section in self.sections for item in section.items]
        found = {source.number: source for item in tops for source in item.cited()}
        return tuple(found[number] for number in sorted(found))


def view(brief: AnyBrief) -> View:
    """Build the view of a brief of any kind."""
    content = _content(brief)
    tops = {key: item for key in ("headline", "bottom_line") if (item := statement(content.get(key)))}
    headline = tops.get("headline") or _headline(brief)
    return View(
        headline=headline,
        dateline=_dateline(brief.article, headline.text),
        warning=_warning(brief.article.injections),
        bottom_line=tops.get("bottom_line"),
        sections=tuple(_sections({key: value for key, value in content.items() if key not in tops})),
        left_out=_left_out(brief.verification.coverage),
        mended=_mended(brief.provenance.mended),
        checks=_checks(brief.verification),
        provenance=tuple(_provenance(brief.provenance)),
        notes=tuple(_notes(brief.provenance, brief.article)),
        language=brief.article.language,
        published=brief.article.published,
    )


def _content(brief: AnyBrief) -> dict[object, Any]:
    if isinstance(brief, Brief):
        return {key: value for key, value in fields(brief).items() if key not in _FRAME}
    return fields(brief.content) or {"content": brief.content}


def _headline(brief: AnyBrief) -> Item:
    return Item(one_line(brief.article.title or "") or f"Brief of kind {one_line(brief.provenance.kind)}")


def _sections(content: Mapping[object, Any]) -> Iterator[Section]:
    """Give a section for each field that holds anything; neighbouring plain values share one."""
    details: list[Item] = []
    for key, value in content.items():
        found = _unpacked(tuple(items(value)))
        if is_plain(value):
            details += (replace(item, name=title(key)) for item in found)
        elif found or key in _NONE_FOUND:
            yield from _details(details)
            details = []
            note = (_NOTES if found else _NONE_FOUND).get(str(key))
            yield Section(title(key) or "Content", found, note, parties=_are_parties(value))
    yield from _details(details)


def _unpacked(found: tuple[Item, ...]) -> tuple[Item, ...]:
    """Give the parts of an item that is nothing but its parts: the heading of its section names it."""
    return found[0].parts if len(found) == 1 and found[0] == Item("", parts=found[0].parts) else found


def _details(found: list[Item]) -> Iterator[Section]:
    if found:
        yield Section("Details", tuple(found))


def _are_parties(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Party) for item in value)


def _dateline(article: ArticleInfo, headline: str) -> Dateline:
    name = one_line(article.title or "")
    source = "standard input" if article.source == "-" else article.source
    return Dateline(
        title=None if name == headline else name or None,
        outlet=one_line(article.outlet or "") or None,
        published=None if article.published is None else article.published.isoformat(),
        source=one_line(article.url or source or "") or None,
    )


def _warning(found: Sequence[AimedAtModel]) -> Section | None:
    if not found:
        return None
    parts = "1 part of it speaks" if len(found) == 1 else f"{len(found):,} parts of it speak"
    more = f" The first {_SHOWN} are:" if len(found) > _SHOWN else ""
    note = f"This article may try to steer software that reads it: {parts} to a model, not to a reader.{more}"
    return Section("Warning", tuple(map(_aimed, found[:_SHOWN])), note)


def _aimed(found: AimedAtModel) -> Item:
    sources = () if found.sentence is None else (Source(found.sentence, ""),)
    why = facts(("why", found.reason))
    return Item(one_line(found.excerpt), name=title(found.kind), facts=why, sources=sources, quoted=True)


def _left_out(coverage: Coverage | None) -> Section | None:
    if coverage is None or not coverage.left_out:
        return None
    count, total = len(coverage.uncited), coverage.sentences
    note = f"No statement rests on {count:,} of {total:,} sentences; the most salient of them:"
    items = tuple(
        Item(_beginning(span.quote), sources=(Source(span.sentence, ""),), quoted=True) for span in coverage.left_out
    )
    return Section("Left out", items, note)


def _mended(found: Sequence[Mending]) -> Section | None:
    if not found:
        return None
    items = "1 item" if len(found) == 1 else f"{len(found):,} items"
    more = f" The first {_SHOWN} are:" if len(found) > _SHOWN else ""
    return Section("Asked again", tuple(map(_asked_again, found[:_SHOWN])), f"{items} had failed the checks.{more}")


def _asked_again(found: Mending) -> Item:
    now = "as before" if found.after is None else one_line(found.after)
    why = "; ".join(found.problems)
    about = facts(("why", why), ("now", f"{now} ({found.verdict})"))
    return Item(_beginning(found.before), name=_place(found.where), facts=about, quoted=True)


def _place(path: str) -> str:
    """Write a path such as `parties[0].wants` for a reader, who counts from 1: "Parties 1, wants"."""
    counted = _INDEX.sub(lambda match: f" {int(match[1]) + 1}", path)
    words = one_line(_WITHIN.sub(" ", counted.replace(".", ", ")))
    return words[:1].upper() + words[1:]


def _beginning(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _BEGINNING else line[: _BEGINNING - 1].rstrip() + "…"


def _checks(counts: Verification) -> Counts:
    values: tuple[VerdictValue, ...] = ("supported", "weak", "unsupported")
    return Counts(counts.statements, tuple((value, getattr(counts, value)) for value in values))


def _provenance(origin: Provenance) -> tuple[Fact, ...]:
    tokens = origin.tokens
    counted = f"{tokens.input:,} in ({tokens.cached:,} cached), {tokens.output:,} out"
    return facts(
        ("engine", origin.engine),
        ("model", origin.model or ""),
        ("kind", origin.kind),
        ("cost", cost_in_words(origin.cost)),
        ("tokens", counted if tokens.input or tokens.output else ""),
        ("time", f"{origin.seconds:.1f} s"),
        ("written", f"{origin.created:%Y-%m-%d %H:%M} UTC"),
        ("version", origin.tool_version),
    )


def cost_in_words(dollars: Decimal | None) -> str:
    """Write what a brief cost, in US dollars."""
    if dollars is None:
        return "unknown"
    if 0 < dollars < _SMALLEST:
        return f"under ${_SMALLEST}"
    if dollars.adjusted() > _LARGEST:  # written out it could have any number of digits
        return f"${dollars:.3E}"
    return f"${dollars:.4f}" if dollars else "none"


def _notes(origin: Provenance, article: ArticleInfo) -> tuple[Fact, ...]:
    unknown = origin.tokens.unknown
    replies = "1 reply" if unknown == 1 else f"{unknown:,} replies"
    return facts(
        ("flags", "; ".join(_WITHIN.sub(" ", flag) for flag in origin.flags)),
        ("not counted", f"the tokens of {replies}, which the server did not tell" if unknown else ""),
        (
            "taken out of the text",
            ", ".join(f"{count:,} {name}" for name, count in article.cleaning.items()),
        ),
    )
