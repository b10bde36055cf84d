"""The brief: what a reader gets, as pydantic models, with every statement tied to the article.

Each model has two JSON schemas. In `validation` mode it is what a model is asked for: a span is a sentence
number, and what code finds out (verdicts, offsets, counts) is absent. In `serialization` mode it is what is
saved and published. `summarizer.schemas` turns both into files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Generic, Literal, Self, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from summarizer.article import Article
from summarizer.dates.result import Precision
from summarizer.documented import field_docs

SCHEMA_VERSION: Literal["1"] = "1"

#: Marks a field that code fills and a model is never asked for (see `summarizer.schemas`).
BY_CODE: dict[str, Any] = {"x-by-code": True}

# The caps keep a hostile or broken answer from growing without bound; honest briefs stay far below them.
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3_000)]
Names = Annotated[list[Name], Field(max_length=30)]

VerdictValue = Literal["supported", "weak", "unsupported"]


class Model(BaseModel):
    """Base of all models here: no field that is not known, and docstrings as descriptions."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # Not by `use_attribute_docstrings`, which parses the source of each class whenever this module is imported.
        schema = handler(core)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, text in field_docs(base for base in reversed(cls.__mro__) if issubclass(base, Model)).items():
            if name in properties:
                properties[name].setdefault("description", text)
        return schema


class Span(Model):
    """A sentence of the article: where it stands and what it says."""

    model_config = ConfigDict(frozen=True)

    sentence: int = Field(ge=1)
    """Its number, from 1."""
    start: int = Field(ge=0)
    """First code point in the article's text."""
    end: int = Field(ge=0)
    """One past its last code point."""
    quote: str
    """The article's own words, `text[start:end]`."""

    @classmethod
    def of(cls, article: Article, number: int) -> Self:
        """Build the span of a numbered sentence; IndexError where there is none."""
        sentence = article.sentence(number)
        return cls(sentence=number, start=sentence.start, end=sentence.end, quote=sentence.text)

    @model_validator(mode="wrap")
    @classmethod
    def _from_number(cls, value: Any, build: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:  # noqa: ANN401
        article = article_of(info)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if article is None and not is_number:
            return build(value)  # a saved brief
        if article is None or not is_number:  # a model never gives offsets or quotes: it could invent them
            raise PydanticCustomError("not_a_sentence_number", "evidence is given as sentence numbers")
        try:
            sentence = article.sentence(value)
        except IndexError:
            raise PydanticCustomError(
                "no_such_sentence",
                "there is no sentence {number}; the article's sentences are numbered 1 to {last}",
                {"number": value, "last": len(article.sentences)},
            ) from None
        return build({"sentence": value, "start": sentence.start, "end": sentence.end, "quote": sentence.text})

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        if handler.mode == "validation":
            return {"type": "integer", "description": "The number of a sentence of the article."}
        return super().__get_pydantic_json_schema__(core, handler)


class Problem(Model):
    """One thing that a check found wrong with a statement."""

    check: str
    """The check that found it, such as `numbers` or `names`."""
    message: str
    """What is wrong, in one line."""
    found: str | None = None
    """The words of the statement that it is about."""
    start: int | None = None
    """Their first code point in the statement's text; null where it is about no words."""
    end: int | None = None
    """One past their last code point."""


class Verdict(Model):
    """What the checks found for a statement."""

    model_config = ConfigDict(frozen=True)

    value: VerdictValue
    score: float = Field(default=0.0, ge=0, le=1)
    """How well the evidence carries the statement: 1 for its own words; calibrated on labelled summaries."""
    problems: list[Problem] = []
    elsewhere: list[Span] = []
    """Where the article does carry it, when the cited evidence does not."""


_UNCHECKED = Verdict(
    value="unsupported", problems=[Problem(check="grounding", message="no check has looked at this statement")]
)


def _unchecked() -> Verdict:
    return _UNCHECKED  # one for all: none can be changed, and each is replaced when its item is checked


class Evidenced(Model):
    """What rests on the article: evidence, attribution, and a verdict given by code."""

    evidence: list[Span] = Field(max_length=30)
    """Numbers of the sentences that carry it; the fewest that carry all of it."""
    attribution: Name | None = None
    """Who the article says said it, in its words; null where the article says it in its own voice."""
    verdict: Verdict = Field(default_factory=_unchecked, json_schema_extra=BY_CODE)
    """What the checks found."""

    def claim(self) -> str:
        """Give the words that the evidence must carry."""
        raise NotImplementedError

    #: Sentence numbers that were cited and do not exist, when they are let pass (see `lets_pass`).
    _missing: tuple[int, ...] = PrivateAttr(default=())

    @model_validator(mode="wrap")
    @classmethod
    def _drop_missing(cls, value: Any, build: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:  # noqa: ANN401
        if not lets_pass(info):
            return build(value)
        article = article_of(info)
        if article is None or not isinstance(value, dict):
            return build(value)
        cited = value.get("evidence")
        if not isinstance(cited, list):
            return build(value)
        last = len(article.sentences)
        missing = tuple(n for n in cited if type(n) is int and not 1 <= n <= last)
        if not missing:
            return build(value)
        item = build({**value, "evidence": [n for n in cited if n not in missing]})
        item.note_missing(missing)
        return item

    def note_missing(self, numbers: tuple[int, ...]) -> None:
        """Note sentence numbers that the answer cited and the article does not have."""
        if numbers:
            self._missing = numbers

    def take_missing(self) -> tuple[int, ...]:
        """Give the sentence numbers that the answer cited and the article does not have; they are told once."""
        private = self.__pydantic_private__  # pydantic finds a private attribute in many steps, and most have none
        missing: tuple[int, ...] = private["_missing"] if private else ()
        if missing:
            self._missing = ()
        return missing

    @field_validator("evidence", mode="after")
    @classmethod
    def _in_order(cls, spans: list[Span]) -> list[Span]:
        if len(spans) < 2:  # noqa: PLR2004 - most
            return spans
        return list({span.sentence: span for span in sorted(spans, key=lambda s: s.sentence)}.values())


class Statement(Evidenced):
    """One claim in plain words, with the sentences that carry it."""

    text: Text
    """One short sentence in plain words; nothing that the evidence does not say."""

    def claim(self) -> str:
        """Give the statement's text."""
        return self.text

    def __str__(self) -> str:
        return self.text


PartyKind = Literal["person", "government", "company", "organisation", "group", "place", "other"]


class Party(Evidenced):
    """Who is involved, and what they want."""

    name: Name
    """The fullest name that the article uses."""
    kind: PartyKind
    """What it is; a state, a ministry or an agency is a government."""
    role: Text
    """Its office or its part in this story, in a few words that the evidence carries."""
    wants: Statement | None
    """What the article says that it seeks, asks for, demands or proposes; null where it does not say so."""
    aliases: Names
    """Other names that the article uses for it."""

    def claim(self) -> str:
        """Give the party's role, as a part of a sentence; its name is checked by itself."""
        return self.role[:1].lower() + self.role[1:] if self.role[1:2].islower() else self.role


class Stake(Statement):
    """What is to be gained or lost, and for whom; `text` says what."""

    kind: Literal[
        "economic",
        "political",
        "security",
        "legal",
        "health",
        "environmental",
        "social",
        "reputational",
        "other",
    ]
    """The field in which it lies."""
    for_whom: Names
    """Names of parties of this brief; empty where it concerns none of them."""


class Threat(Statement):
    """What somebody says will be done to somebody, or has done; `text` says what."""

    who: Names
    """Names of the parties that do or would do it, or are accused of it."""
    against: Names
    """Names of the parties that it is aimed at; empty where the article does not say."""
    condition: Text | None
    """Under which condition, in the article's sense; null where it names none."""
    kind: Literal["request", "accuse", "reject", "threaten", "protest", "sanction", "mobilize", "coerce", "assault"]
    """The act in PLOVER's terms: what is done or would be done (a threatened tariff is a sanction)."""
    status: Literal["threatened", "announced", "in force", "withdrawn", "alleged"]
    """How far it has come."""


class When(Model):
    """When something is to happen, in the article's own words."""

    phrase: Name
    """The article's words, such as "next Thursday"."""
    sentence: int | None = None
    """The number of the sentence they stand in, or null where they were not found in the evidence."""
    start: int | None = None
    """First code point of the phrase in the article's text."""
    end: int | None = None
    """One past its last code point."""
    earliest: dt.date | None = Field(default=None, json_schema_extra=BY_CODE)
    """The first day that it may mean, counted from the day of publication; null where it is open or unresolved."""
    latest: dt.date | None = Field(default=None, json_schema_extra=BY_CODE)
    """The last day that it may mean; null where it is open or unresolved."""
    precision: Precision | None = Field(default=None, json_schema_extra=BY_CODE)
    """How exact the words are, such as `day`, `either day` or `part of month`; null where it is unresolved."""
    reading: str | None = Field(default=None, json_schema_extra=BY_CODE)
    """How the words were read; null where it is unresolved."""
    unresolved: str | None = Field(default=None, json_schema_extra=BY_CODE)
    """Why it has no days; null where it is resolved, or where the phrase was not found in the evidence."""

    @model_validator(mode="before")
    @classmethod
    def _from_phrase(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401
        if isinstance(value, str):
            return {"phrase": value}
        if article_of(info) is not None:
            raise PydanticCustomError("not_a_phrase", "the time is given as the article's words, a string")
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        if handler.mode == "validation":
            text = 'The article\'s own words for the time, copied exactly, such as "next Thursday".'
            return {"type": "string", "description": text}
        return super().__get_pydantic_json_schema__(core, handler)


class NextStep(Statement):
    """What is to happen, who does it, when; `text` says what."""

    who: Names
    """Names of the parties that do it."""
    when: When | None
    """When; null where the article does not say."""
    certainty: Literal["scheduled", "planned", "expected", "possible"]
    """How sure the article is: a fixed date, an intention or order, an expectation, a mere possibility."""


class Quotation(Evidenced):
    """Words that somebody is quoted with, verbatim."""

    speaker: Name
    """The name of a party of this brief."""
    words: Words
    """The quoted words, copied exactly from the evidence, without the quotation marks."""
    attribution: Name | None = Field(default=None, json_schema_extra=BY_CODE)
    """The speaker."""

    @model_validator(mode="after")
    def _said_by_its_speaker(self) -> Self:
        self.attribution = self.speaker
        return self

    def claim(self) -> str:
        """Give the quoted words."""
        return self.words


class Content(Model):
    """The brief of one article, as an engine writes it."""

    headline: Statement
    """The story in one line, at most fifteen words."""
    bottom_line: Statement
    """What a reader in a hurry must know, in one or two sentences."""
    parties: list[Party] = Field(max_length=40)
    """Who is involved, the most important first; rarely more than eight."""
    stakes: list[Stake] = Field(max_length=40)
    """What is to be gained or lost, and for whom."""
    threats: list[Threat] = Field(max_length=40)
    """What is threatened, or done, to somebody in this story; rarely more than six."""
    next_steps: list[NextStep] = Field(max_length=40)
    """What is still to happen."""
    quotations: list[Quotation] = Field(max_length=40)
    """The few quotations that matter most."""
    gaps: list[Text] = Field(max_length=20)
    """What a reader would want to know that the article does not say."""


class AimedAtModel(Model):
    """Something in the article that speaks to a model instead of telling the story."""

    kind: Literal["text", "furniture", "title", "outlet", "byline", "unseen characters", "hidden"]
    """Where it stands: in a sentence, a line of the page, the head, or in characters or places that are not shown."""
    sentence: int | None
    """The number of its sentence, or null where it stands in none."""
    start: int | None
    """First code point in the article's text, or null where it is no part of it."""
    end: int | None
    """One past its last code point."""
    excerpt: str
    """Its beginning, with hidden characters made visible."""
    reason: str
    """What speaks for it."""


class ArticleInfo(Model):
    """The article that a brief is about."""

    title: str | None
    outlet: str | None
    byline: str | None
    published: dt.date | None
    language: str
    """ISO 639-1 code."""
    url: str | None
    source: str | None
    """The path it was read from, or `-`."""
    sha256: str
    """Of the text that all offsets refer to, in UTF-8."""
    characters: int
    """Code points of that text."""
    words: int
    sentences: int
    cleaning: dict[str, int]
    """What was taken out of the text before anything else, by name and count."""
    injections: list[AimedAtModel] = []
    """What in the text, or hidden beside it, speaks to a model; it was shown to the engine as data, marked."""

    @classmethod
    def of(cls, article: Article) -> Self:
        """Describe an article."""
        return cls(
            title=article.title,
            outlet=article.outlet,
            byline=article.byline,
            published=article.published,
            language=article.language,
            url=article.url,
            source=article.source,
            sha256=article.sha256,
            characters=len(article.text),
            words=article.words,
            sentences=len(article.sentences),
            cleaning=dict(article.cleaning),
            injections=[AimedAtModel(**asdict(found)) for found in article.injections],
        )


class Coverage(Model):
    """Which sentences of the article the statements rest on, and which they leave out."""

    sentences: int
    cited: int
    """Sentences that at least one statement cites."""
    uncited: list[int]
    """Numbers of the others, the salient ones first."""
    left_out: list[Span] = Field(max_length=3)
    """The most salient of them, with their words."""


class Verification(Model):
    """How many statements got which verdict, and what of the article they cover."""

    statements: int
    supported: int
    weak: int
    unsupported: int
    coverage: Coverage | None = None
    """Null where the brief was not compared with its article."""

    @classmethod
    def of(cls, content: BaseModel, coverage: Coverage | None = None) -> Self:
        """Count the verdicts in any model that holds statements; `coverage` comes from `grounding.cover`."""
        values = [item.verdict.value for _, item in evidenced(content)]
        counts = {value: values.count(value) for value in ("supported", "weak", "unsupported")}
        return cls(statements=len(values), **counts, coverage=coverage)


class Tokens(Model):
    """Tokens of all tries together, as the server counted them."""

    input: int = 0
    cached: int = 0
    """Those of `input` that the server had in its cache."""
    output: int = 0
    unknown: int = 0
    """Replies whose usage the server did not tell, or told as nonsense; they are in no sum."""

    def __add__(self, other: Tokens) -> Tokens:
        """Add two counts."""
        return Tokens(
            input=self.input + other.input,
            cached=self.cached + other.cached,
            output=self.output + other.output,
            unknown=self.unknown + other.unknown,
        )


class Mending(Model):
    """What became of an item that failed its checks and was asked for again."""

    where: str
    """Its place in the content, such as `threats[0]`."""
    round: int
    """From 1."""
    before: str
    """What it claimed."""
    problems: list[str]
    """What the checks had found."""
    after: str | None
    """What the mended item claims; null where the model gave it up, or the new one was no better."""
    verdict: VerdictValue
    """The verdict of what the brief now holds."""


class Provenance(Model):
    """Where a brief comes from and what it cost."""

    engine: str
    model: str | None
    kind: str
    prompt: str | None
    """The prompt template's name."""
    prompt_hash: str | None
    """sha256 of the template."""
    tool_version: str
    tokens: Tokens
    cost: Decimal | None
    """In US dollars; null where the price is not known."""
    tries: int
    """HTTP calls, failed ones and re-asks included."""
    seconds: float
    created: dt.datetime
    """In UTC."""
    flags: list[str]
    """What a reader should know: `possibly_truncated`, `input_truncated`, `reply_cleaned`, `reask_failed`."""
    mended: list[Mending] = []
    """Items that were asked for again."""


C = TypeVar("C", bound=BaseModel)


class _Head(Model):
    schema_version: Literal["1"] = SCHEMA_VERSION
    article: ArticleInfo


class _Tail(Model):
    verification: Verification
    provenance: Provenance


# pydantic collects fields from the last base to the first: head, content, tail is the order in the JSON.
class Brief(_Tail, Content, _Head):
    """The structured result for one article."""


class CustomBrief(_Tail, _Head, Generic[C]):
    """The result of a kind of your own: the same frame around `content`."""

    content: C


#: A brief of any kind.
AnyBrief = Brief | CustomBrief[Any]


def article_of(info: ValidationInfo) -> Article | None:
    """Give the article that an answer is validated against; None when a saved brief is loaded."""
    return info.context.get("article") if isinstance(info.context, dict) else None


def lets_pass(info: ValidationInfo) -> bool:
    """Tell whether sentence numbers that do not exist are to be noted and dropped, not refused.

    True on the last try: what still fails is kept and marked, and never makes the whole brief fail.
    """
    return isinstance(info.context, dict) and bool(info.context.get("last_try"))


#: What holds nothing that carries evidence.
_NOTHING = frozenset(
    {str, int, float, bool, type(None), dt.date, dt.datetime, Decimal, Span, Verdict, When, ArticleInfo, Provenance}
)
#: What every item has of its own.
_OWN = frozenset(Evidenced.model_fields)


def evidenced(model: object, path: str = "") -> Iterator[tuple[str, Evidenced]]:
    """Walk over all that carries evidence in any model, with the path to each, such as `parties[0].wants`."""
    found: list[tuple[str, Evidenced]] = []
    _gather(model, path, found)
    return iter(found)


def _gather(model: object, path: str, found: list[tuple[str, Evidenced]]) -> None:
    if type(model) in _NOTHING:
        return
    if isinstance(model, BaseModel):
        if isinstance(model, Evidenced):
            found.append((path, model))
        before, values = f"{path}." if path else "", model.__dict__
        for name in _holders(type(model)):
            _gather(values.get(name), before + name, found)
        for name, value in (model.__pydantic_extra__ or {}).items():
            _gather(value, before + name, found)
    elif isinstance(model, (list, tuple)):
        for index, value in enumerate(model):
            _gather(value, f"{path}[{index}]", found)
    elif isinstance(model, dict):
        for key, value in model.items():
            _gather(value, f"{path}.{key}" if path else str(key), found)


@lru_cache(maxsize=256)
def _holders(model: type[BaseModel]) -> tuple[str, ...]:
    """Name the fields in which something that carries evidence may stand, by their types: most cannot."""
    own = _OWN if issubclass(model, Evidenced) else frozenset[str]()
    return tuple(name for name, f in model.model_fields.items() if name not in own and _may_hold(f.annotation))


def _may_hold(annotation: object) -> bool:
    if get_origin(annotation) is Literal:
        return False
    if get_origin(annotation) is Annotated:
        return _may_hold(get_args(annotation)[0])
    parts = get_args(annotation)
    return any(map(_may_hold, parts)) if parts else not (isinstance(annotation, type) and annotation in _NOTHING)
