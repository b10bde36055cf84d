"""Turns the values of a brief, of whatever kind, into items to read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from summarizer.brief import (
    Evidenced,
    NextStep,
    Party,
    Quotation,
    Span,
    Stake,
    Statement,
    Threat,
    Verdict,
    When,
)
from summarizer.render.parts import Fact, Item, Mark, Source, Time

#: How deep values of a custom brief are followed; the JSON holds what lies deeper.
DEPTH = 6
_DEEPER = "(nested deeper than is shown; see the JSON)"

_LISTS = (list, tuple, set, frozenset)
_BREAKS = re.compile(r"[ \t]*[\t\r\n][ \t\r\n]*")
# `str.strip` would take control characters away that a reader should see.
_SPACES = " \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


def one_line(text: str) -> str:
    """Join the lines of a text by single spaces; the article's own line breaks mean nothing to a reader."""
    return _BREAKS.sub(" ", text).strip(_SPACES)


def title(key: object) -> str:
    """Turn a field's name into words: `next_steps` into "Next steps"."""
    words = one_line(plain(key).replace("_", " "))
    return words[:1].upper() + words[1:]


def facts(*pairs: tuple[str, str]) -> tuple[Fact, ...]:
    """Name values; empty ones are left out."""
    lines = ((label, one_line(text)) for label, text in pairs)
    return tuple(Fact(label, text) for label, text in lines if text)


def plain(value: object) -> str:
    """Write a value that has no parts; empty for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    try:
        return one_line(str(value))
    except ValueError:  # Python refuses to write integers of more than 4,300 digits
        return "(a number too long to show; see the JSON)"


def is_plain(value: object) -> bool:
    """Tell whether a value has no parts."""
    return not isinstance(value, (BaseModel, Mapping, *_LISTS))


def fields(value: object) -> dict[object, Any]:
    """Give the fields of a model or a mapping by name, in order; empty for anything else."""
    if isinstance(value, BaseModel):
        named = ((key, getattr(value, key)) for key in type(value).model_fields)
        return dict((*named, *(value.model_extra or {}).items()))
    return dict(value) if isinstance(value, Mapping) else {}


def items(value: object, name: str | None = None, depth: int = DEPTH) -> Iterator[Item]:
    """Turn any value into items; nothing for what is empty."""
    known = statement(value, depth)
    if known is not None:
        yield known if known.name else replace(known, name=name)
    elif isinstance(value, Span):
        yield Item("", name=name, sources=_sources([value]))
    elif is_plain(value) or isinstance(value, When):
        text = _when(value) if isinstance(value, When) else plain(value)
        yield from [Item(text, name=name)] if text else []
    elif isinstance(value, _LISTS):
        # a set has no order of its own, and Python's differs from run to run
        in_order = sorted(value, key=plain) if isinstance(value, (set, frozenset)) else value
        yield from _listed(in_order, name, depth)
    else:
        yield from _whole(name, _parts(fields(value), depth))


def statement(value: object, depth: int = DEPTH) -> Item | None:
    """Give the item of what carries evidence, of a dict that came from one too; None for all else."""
    if isinstance(value, Evidenced):
        return _evidenced(value, depth)
    if not isinstance(value, Mapping) or not _is_statement(value):
        return None
    try:
        known = Statement.model_validate({key: value[key] for key in Statement.model_fields if key in value})
    except ValidationError:
        return None
    rest = {key: item for key, item in value.items() if key not in Statement.model_fields}
    return replace(_evidenced(known, depth), parts=_parts(rest, depth))


def _is_statement(value: object) -> bool:
    return isinstance(value, Evidenced) or (isinstance(value, Mapping) and {"text", "evidence"} <= value.keys())


def _listed(values: Iterable[object], name: str | None, depth: int) -> Iterator[Item]:
    if depth == 0:
        parts: tuple[Item, ...] = (Item(_DEEPER),)
    else:
        pairs = enumerate(values, start=1)
        parts = tuple(item for n, value in pairs for item in items(value, _number(value, n), depth - 1))
    if name is None:
        yield from parts
    elif parts and all(part == Item(part.text) for part in parts):
        yield Item("; ".join(part.text for part in parts), name=name)
    else:
        yield from _whole(name, parts)


def _number(value: object, position: int) -> str | None:
    """Name what is nothing but its parts by its place in a list."""
    return None if is_plain(value) or isinstance(value, (Span, When)) or _is_statement(value) else str(position)


def _parts(values: Mapping[object, Any], depth: int) -> tuple[Item, ...]:
    if depth == 0:
        return (Item(_DEEPER),) if values else ()
    return tuple(item for key, value in values.items() for item in items(value, title(key), depth - 1))


def _whole(name: str | None, parts: tuple[Item, ...]) -> Iterator[Item]:
    if parts:
        yield Item("", name=name, parts=parts)


def _evidenced(value: Evidenced, depth: int) -> Item:
    known, item = _known(value)
    extra = {key: field for key, field in fields(value).items() if key not in known.model_fields}
    according = "" if value.attribution is None else one_line(value.attribution)
    return replace(
        item,
        text=one_line(item.text),
        facts=item.facts + facts(("according to", "" if according == item.name else according)),
        mark=_mark(value.verdict),
        sources=_sources(value.evidence),
        parts=item.parts + _parts(extra, depth),
    )


def _known(value: Evidenced) -> tuple[type[Evidenced], Item]:
    """Give the class whose fields the item shows, and the item without what all of them share."""
    return next((known, build(value)) for known, build in _BUILDERS if isinstance(value, known))


def _party(party: Party) -> Item:
    wants = () if party.wants is None else (replace(_evidenced(party.wants, 0), name="Wants"),)
    also = facts(("also", _names(party.aliases)))
    return Item(party.role, name=one_line(party.name), tags=(party.kind,), facts=also, parts=wants)


def _stake(stake: Stake) -> Item:
    return Item(stake.text, tags=(stake.kind,), facts=facts(("for", _names(stake.for_whom))))


def _threat(threat: Threat) -> Item:
    who, against = _names(threat.who), _names(threat.against)
    pair = ("who", f"{who} → {against}") if who and against else ("who", who) if who else ("against", against)
    # "threatened, threaten" would say one thing twice
    tags = (threat.status,) if threat.kind == "threaten" else (threat.status, threat.kind)
    return Item(threat.text, tags=tags, facts=facts(pair, ("condition", threat.condition or "")))


def _next_step(step: NextStep) -> Item:
    when = "" if step.when is None else _when(step.when)
    shown = facts(("when", when), ("who", _names(step.who)))
    return Item(step.text, tags=(step.certainty,), facts=shown, time=None if step.when is None else _time(step.when))


def _quotation(quotation: Quotation) -> Item:
    return Item(quotation.words, name=one_line(quotation.speaker), quoted=True)


def _plain_statement(value: Statement) -> Item:
    return Item(value.text)


def _bare(value: Evidenced) -> Item:
    """Show a class that names no claim of its own by its fields."""
    return Item("" if type(value).claim is Evidenced.claim else value.claim())


# From the special to the general: the first that fits is taken.
_BUILDERS: tuple[tuple[type[Evidenced], Callable[[Any], Item]], ...] = (
    (Party, _party),
    (Stake, _stake),
    (Threat, _threat),
    (NextStep, _next_step),
    (Quotation, _quotation),
    (Statement, _plain_statement),
    (Evidenced, _bare),
)


def _names(names: Iterable[str]) -> str:
    return ", ".join(one_line(name) for name in names)


def _when(when: When) -> str:
    phrase = one_line(when.phrase)
    if when.sentence is None:
        return f"{phrase} (not found in the evidence)"
    days = _days(when)
    return f"{phrase} ({days})" if days else phrase


def _time(when: When) -> Time:
    # The days of a phrase that the evidence does not hold are nobody's.
    if when.sentence is None:
        return Time(one_line(when.phrase))
    is_either = when.precision == "either day"
    return Time(one_line(when.phrase), _days(when), when.earliest, when.latest, is_either)


def _days(when: When) -> str:
    """Write the days of a time: one, two that it may be either of, from one to another, or open at one end."""
    first, last = when.earliest, when.latest
    if first is None or last is None:
        return f"from {first}" if first else f"until {last}" if last else ""
    if first == last:
        return str(first)
    return f"{first} or {last}" if when.precision == "either day" else f"{first} – {last}"


def _mark(verdict: Verdict) -> Mark:
    problems = []
    for problem in verdict.problems:
        message, found = one_line(problem.message), one_line(problem.found or "")
        problems.append(f"{message}: “{found}”" if found and found not in message else message)
    return Mark(verdict.value, tuple(problems), tuple(span.sentence for span in verdict.elsewhere))


def _sources(spans: Iterable[Span]) -> tuple[Source, ...]:
    return tuple(Source(span.sentence, one_line(span.quote)) for span in spans)
