"""Takes one brief apart into the rows of all tables."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from summarizer.brief import (
    Brief,
    Evidenced,
    NextStep,
    Party,
    Quotation,
    Span,
    Stake,
    Statement,
    Threat,
    evidenced,
)
from summarizer.export.columns import (
    BRIEFS,
    EVIDENCE,
    NEXT_STEPS,
    PARTIES,
    ROLES,
    STAKES,
    STATEMENTS,
    TABLES,
    THREATS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from summarizer.brief import AnyBrief, ArticleInfo, Provenance, Verification
    from summarizer.export.columns import Row, Table
    from summarizer.site.folder import Copy, Entry

Rows = dict["Table", list["Row"]]

#: Integers beyond are no offsets or counts of anything, and no database takes them.
_LARGEST = 2**63
#: How deep the content of a kind of one's own is followed; the JSON holds what lies deeper.
_DEPTH = 20


def rows_of(entry: Entry) -> Rows:
    """Give the rows of a brief by table, every table named; of a kind of your own only what all kinds share."""
    rows: Rows = {table: [] for table in TABLES}
    rows[BRIEFS].append(_brief(entry))
    for path, item in _statements(entry.brief):
        identifier = f"{entry.id}#{path}"
        rows[STATEMENTS].append(_statement(identifier, entry.id, path, item))
        rows[EVIDENCE].extend(_evidence(identifier, entry.id, item))
        _own(rows, identifier, entry.id, item)
    _roles(rows, entry)
    return rows


def copy_rows(copies: Iterable[Copy]) -> Rows:
    """Give the rows of articles that say what another one says."""
    names = [column.name for column in BRIEFS.columns]
    return {BRIEFS: [tuple(_of_copy(copy).get(name) for name in names) for copy in copies]}


def _of_copy(copy: Copy) -> dict[str, Any]:
    return {
        "brief_id": copy.id,
        "same_as": copy.same_as,
        "title": copy.title,
        "outlet": copy.outlet,
        "published": copy.published,
    }


def _brief(entry: Entry) -> Row:
    brief = entry.brief
    values: dict[str, Any] = {"brief_id": entry.id, "output": entry.output}
    values |= _article(brief.article) | _checks(brief.verification) | _origin(brief.provenance)
    if isinstance(brief, Brief):
        values |= {
            "headline": brief.headline.text,
            "bottom_line": brief.bottom_line.text,
            "gaps": tuple(brief.gaps),
        }
    return tuple(_sized(values.get(column.name)) for column in BRIEFS.columns)


def _article(article: ArticleInfo) -> dict[str, Any]:
    same = (
        "title",
        "outlet",
        "byline",
        "published",
        "language",
        "url",
        "source",
        "sha256",
        "characters",
        "words",
        "sentences",
    )
    return {name: getattr(article, name) for name in same} | {"injections": len(article.injections)}


def _checks(counts: Verification) -> dict[str, Any]:
    names = ("statements", "supported", "weak", "unsupported")
    cited = None if counts.coverage is None else counts.coverage.cited
    return {name: getattr(counts, name) for name in names} | {"cited": cited}


def _origin(origin: Provenance) -> dict[str, Any]:
    names = ("engine", "model", "kind", "prompt", "tool_version", "cost", "tries", "seconds")
    tokens = {f"{name}_tokens": getattr(origin.tokens, name) for name in ("input", "cached", "output", "unknown")}
    same = {name: getattr(origin, name) for name in names}
    return same | tokens | {"created": _utc(origin.created), "flags": tuple(origin.flags)}


def _utc(moment: dt.datetime) -> dt.datetime | None:
    try:
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except OverflowError:  # the first or the last day that Python knows, in another zone
        return None


def _sized(value: Any) -> Any:  # noqa: ANN401 - any value of a row
    return None if type(value) is int and not -_LARGEST <= value < _LARGEST else value


def _statements(brief: AnyBrief) -> Iterator[tuple[str, Evidenced]]:
    if isinstance(brief, Brief):
        yield from evidenced(brief)
    else:
        yield from _found(brief.content, "content", _DEPTH)


def _found(value: object, path: str, depth: int) -> Iterator[tuple[str, Evidenced]]:
    """Find the statements in content whose shape is not known: what has text, evidence and a verdict."""
    if depth == 0:
        return
    if isinstance(value, dict):
        known = _as_statement(value)
        if known is not None:
            yield path, known
        for key, item in value.items():
            yield from _found(item, path + _step(str(key)), depth - 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _found(item, f"{path}[{index}]", depth - 1)


def _step(key: str) -> str:
    """Write a key so that no two paths are the same, and no path holds the # that ends a brief's name."""
    return f".{key}" if re.fullmatch(r"\w+", key) else f"[{json.dumps(key)}]".replace("#", r"\u0023")


def _as_statement(value: Mapping[str, Any]) -> Statement | None:
    if not {"text", "evidence", "verdict"} <= value.keys():
        return None
    try:
        return Statement.model_validate({name: value[name] for name in Statement.model_fields if name in value})
    except ValidationError:
        return None


def _statement(identifier: str, brief_id: str, path: str, item: Evidenced) -> Row:
    verdict = item.verdict
    return (
        identifier,
        brief_id,
        path,
        _part(path, item),
        item.role if isinstance(item, Party) else item.claim(),
        item.attribution,
        verdict.value,
        verdict.score,
        tuple(problem.check for problem in verdict.problems),
        tuple(problem.message for problem in verdict.problems),
    )


_PARTS: tuple[tuple[type[Evidenced], str], ...] = (
    (Party, "party"),
    (Stake, "stake"),
    (Threat, "threat"),
    (NextStep, "next_step"),
    (Quotation, "quotation"),
)


def _part(path: str, item: Evidenced) -> str:
    if path in {"headline", "bottom_line"}:
        return path
    named = next((name for kind, name in _PARTS if isinstance(item, kind)), "statement")
    return "wants" if path.startswith("parties[") and path.endswith(".wants") else named


def _evidence(identifier: str, brief_id: str, item: Evidenced) -> Iterator[Row]:
    for place, spans in (("cited", item.evidence), ("elsewhere", item.verdict.elsewhere)):
        for span in {span.sentence: span for span in spans}.values():
            yield _span(identifier, brief_id, place, span)


def _span(identifier: str, brief_id: str, place: str, span: Span) -> Row:
    return (
        identifier,
        place,
        _sized(span.sentence),
        brief_id,
        _sized(span.start),
        _sized(span.end),
        span.quote,
    )


def _own(rows: Rows, identifier: str, brief_id: str, item: Evidenced) -> None:
    """Add the row of the table for what the item is."""
    head, verdict = (identifier, brief_id), item.verdict.value
    if isinstance(item, Party):
        wants = None if item.wants is None else item.wants.text
        row: Row = (*head, item.name, item.kind, item.role, wants, tuple(item.aliases), verdict)
        rows[PARTIES].append(row)
    elif isinstance(item, Threat):
        whom = (tuple(item.who), tuple(item.against))
        rows[THREATS].append((*head, item.text, item.kind, item.status, item.condition, *whom, verdict))
    elif isinstance(item, Stake):
        rows[STAKES].append((*head, item.text, item.kind, tuple(item.for_whom), verdict))
    elif isinstance(item, NextStep):
        rows[NEXT_STEPS].append((*head, item.text, tuple(item.who), item.certainty, *_when(item), verdict))


def _when(step: NextStep) -> Row:
    when = step.when
    if when is None:
        return (None,) * 5
    return (when.phrase, when.earliest, when.latest, when.precision, when.unresolved)


def _roles(rows: Rows, entry: Entry) -> None:
    if not isinstance(entry.brief, Brief):
        return
    known = {party.name: f"{entry.id}#parties[{n}]" for n, party in enumerate(entry.brief.parties)}
    for path, item in evidenced(entry.brief):
        for role, names in _named(item):
            rows[ROLES].extend(
                (f"{entry.id}#{path}", role, position, entry.id, name, known.get(name))
                for position, name in enumerate(names, 1)
            )


def _named(item: Evidenced) -> Sequence[tuple[str, Sequence[str]]]:
    if isinstance(item, Threat):
        return (("who", item.who), ("against", item.against))
    if isinstance(item, NextStep):
        return (("who", item.who),)
    if isinstance(item, Stake):
        return (("for_whom", item.for_whom),)
    return (("speaker", [item.speaker]),) if isinstance(item, Quotation) else ()
