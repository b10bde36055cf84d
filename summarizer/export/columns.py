"""The tables of an export, column by column: every format and the documentation are made of this one list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

#: What a cell may hold; None where the brief does not say.
Value = str | int | float | Decimal | dt.date | dt.datetime | tuple[str, ...] | None
Row = tuple[Value, ...]
Type = Literal["text", "integer", "number", "day", "moment", "texts"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type and what it means. `joins` names the column that it points to."""

    name: str
    type: Type
    meaning: str
    joins: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first `key` columns tell its rows apart."""

    name: str
    columns: tuple[Column, ...]
    key: int = 1


_BRIEF = Column("brief_id", "text", "the brief it belongs to", joins="briefs.brief_id")
_OF_STATEMENT = Column("statement_id", "text", "its row in statements", joins="statements.statement_id")
_VERDICT = Column("verdict", "text", "supported, weak or unsupported")
_CLAIM = Column("text", "text", "what the brief says")

BRIEFS = Table(
    "briefs",
    (
        Column("brief_id", "text", "the article's path in the folder that was briefed"),
        Column("same_as", "text", "brief_id of the article that says the same; such a row has no brief of its own"),
        Column("output", "text", "the brief's own file, in the folder of the run"),
        Column("kind", "text", "brief, or the name of a kind of your own"),
        Column("title", "text", "the article's title"),
        Column("outlet", "text", "who published it"),
        Column("byline", "text", "who wrote it"),
        Column("published", "day", "when it was published"),
        Column("language", "text", "ISO 639-1 code"),
        Column("url", "text", "where it was published"),
        Column("source", "text", "the path it was read from"),
        Column("sha256", "text", "of the article's text"),
        Column("characters", "integer", "code points of the article's text"),
        Column("words", "integer", "words of the article"),
        Column("sentences", "integer", "numbered sentences of the article"),
        Column("cited", "integer", "sentences that at least one statement cites"),
        Column("injections", "integer", "places of the article that speak to a model"),
        Column("headline", "text", "the story in one line"),
        Column("bottom_line", "text", "what a reader in a hurry must know"),
        Column("gaps", "texts", "what the article does not say: judgements, not facts"),
        Column("statements", "integer", "statements of the brief"),
        Column("supported", "integer", "those with the verdict supported"),
        Column("weak", "integer", "those with the verdict weak"),
        Column("unsupported", "integer", "those with the verdict unsupported"),
        Column("engine", "text", "what wrote the brief"),
        Column("model", "text", "the model it asked"),
        Column("prompt", "text", "the prompt template"),
        Column("tool_version", "text", "the version of this program"),
        Column("input_tokens", "integer", "tokens sent, all tries together"),
        Column("cached_tokens", "integer", "those that the server had in its cache"),
        Column("output_tokens", "integer", "tokens written, all tries together"),
        Column("unknown_tokens", "integer", "replies whose tokens the server did not tell"),
        Column("cost", "number", "in US dollars; empty where the price is not known"),
        Column("tries", "integer", "HTTP calls"),
        Column("seconds", "number", "how long it took"),
        Column("created", "moment", "when it was written, in UTC"),
        Column("flags", "texts", "what a reader should know, such as possibly_truncated"),
    ),
)

STATEMENTS = Table(
    "statements",
    (
        Column("statement_id", "text", "brief_id, # and path"),
        _BRIEF,
        Column("path", "text", "its place in the brief, such as threats[0] or parties[2].wants"),
        Column(
            "part",
            "text",
            "headline, bottom_line, party, wants, stake, threat, next_step, quotation; or statement, in other kinds",
        ),
        _CLAIM,
        Column("attribution", "text", "who the article says said it; empty where it is the article's own voice"),
        _VERDICT,
        Column("score", "number", "how well the evidence carries it, from 0 to 1"),
        Column("problems", "texts", "the checks that found something"),
        Column("found", "texts", "what they found, one line each"),
    ),
)

EVIDENCE = Table(
    "evidence",
    (
        _OF_STATEMENT,
        Column("place", "text", "cited, or elsewhere: where the article carries what the cited sentences do not"),
        Column("sentence", "integer", "the sentence's number, from 1"),
        _BRIEF,
        Column("start", "integer", "its first code point in the article's text"),
        Column("end", "integer", "one past its last code point"),
        Column("quote", "text", "the article's own words"),
    ),
    key=3,
)

PARTIES = Table(
    "parties",
    (
        _OF_STATEMENT,
        _BRIEF,
        Column("name", "text", "the fullest name that the article uses"),
        Column("kind", "text", "person, government, company, organisation, group, place or other"),
        Column("role", "text", "its part in this story"),
        Column("wants", "text", "what it seeks; its own verdict is in statements"),
        Column("aliases", "texts", "other names that the article uses"),
        _VERDICT,
    ),
)

THREATS = Table(
    "threats",
    (
        _OF_STATEMENT,
        _BRIEF,
        _CLAIM,
        Column("kind", "text", "the act in PLOVER's terms"),
        Column("status", "text", "threatened, announced, in force, withdrawn or alleged"),
        Column("condition", "text", "under which condition"),
        Column("who", "texts", "the parties that do or would do it"),
        Column("against", "texts", "the parties that it is aimed at"),
        _VERDICT,
    ),
)

STAKES = Table(
    "stakes",
    (
        _OF_STATEMENT,
        _BRIEF,
        _CLAIM,
        Column("kind", "text", "the field in which it lies, such as economic"),
        Column("for_whom", "texts", "the parties that it concerns"),
        _VERDICT,
    ),
)

NEXT_STEPS = Table(
    "next_steps",
    (
        _OF_STATEMENT,
        _BRIEF,
        _CLAIM,
        Column("who", "texts", "the parties that do it"),
        Column("certainty", "text", "scheduled, planned, expected or possible"),
        Column("phrase", "text", "the article's words for the time"),
        Column("earliest", "day", "the first day that they may mean"),
        Column("latest", "day", "the last day that they may mean"),
        Column("precision", "text", "how exact they are"),
        Column("unresolved", "text", "why there are no days"),
        _VERDICT,
    ),
)

ROLES = Table(
    "roles",
    (
        _OF_STATEMENT,
        Column("role", "text", "who, against, for_whom or speaker"),
        Column("position", "integer", "from 1, in the order of the brief"),
        _BRIEF,
        Column("name", "text", "the name"),
        Column("party_id", "text", "the party of that name in the same brief", joins="parties.statement_id"),
    ),
    key=3,
)

TABLES = (BRIEFS, STATEMENTS, EVIDENCE, PARTIES, THREATS, STAKES, NEXT_STEPS, ROLES)
