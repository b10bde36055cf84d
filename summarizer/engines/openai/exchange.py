"""The exchange about one article: asks, reads the answer, asks again where it has to, and counts it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ValidationError

from summarizer.brief import Tokens
from summarizer.engines.openai.reply import Reply, parse_reply
from summarizer.engines.openai.retries import Retries
from summarizer.engines.openai.tokens import add, estimate
from summarizer.errors import (
    IncompatibleError,
    InvalidAnswerError,
    RequestError,
    ServerError,
    SummarizerError,
    TooLongError,
    TruncatedError,
)
from summarizer.grounding.references import reference_problems
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from summarizer.article import Article
    from summarizer.engines.openai.breaker import Breaker
    from summarizer.engines.openai.client import ChatClient
    from summarizer.engines.openai.modes import ModeChoice, ModeName
    from summarizer.engines.openai.request import Template
    from summarizer.kinds import Kind
    from summarizer.settings import Settings

    Build = Callable[[Template], bytes]

#: A prompt of which the server counted less than this share of the estimate was cut on the way in.
CUT_BELOW = 0.7
#: How much more a model may write when its first answer was cut off.
LARGER_OUTPUT = 2
#: The status under which a reply says that all went well, and holds no answer.
_OK = 200
_PROBLEMS_SHOWN = 12
_PROBLEM_LENGTH = 240


class Exchange:
    """All calls about one article; `tries`, `tokens` and `flags` hold after a failure too."""

    def __init__(self, settings: Settings, client: ChatClient, breaker: Breaker, choice: ModeChoice) -> None:
        self._settings = settings
        self._choice = choice
        self._client = client
        self._breaker = breaker
        self._retries = Retries(settings)
        self.tries = 0
        self.tokens = Tokens()
        self.flags: dict[str, None] = {}

    async def content(
        self, article: Article, kind: Kind[Any], user: str, template_for: Callable[[ModeName], Template]
    ) -> BaseModel:
        """Ask, and re-ask with the problems, until the answer fits or the re-asks are used up.

        What fits the schema but not the article (an unknown name, an altered quotation) is mended if it can
        be; after the last re-ask it is kept, and the checks mark it.
        """
        template, reply = await self._first(user, template_for)
        for left in range(self._settings.max_reasks, -1, -1):
            answer = self._read(reply, article, kind, last_try=left == 0)
            if isinstance(answer.content, BaseModel) and not (answer.problems and left):
                return answer.content
            if left:
                problems = "\n".join(answer.problems)
                reply = await self._whole(template, lambda t, r=reply, p=problems: t.reask_body(user, r.message, p))
        calls = self._settings.max_reasks + 1
        raise InvalidAnswerError(f"no valid answer in {calls} tries: {answer.problems[0]}", problems=answer.problems)

    async def _first(self, user: str, template_for: Callable[[ModeName], Template]) -> tuple[Template, Reply]:
        """Ask in the mode that the server takes; find out which that is where it is not known yet."""
        mode = self._choice.mode
        while True:
            template = template_for(mode)
            expected = self._checked_size(template, user)
            try:
                reply = await self._whole(template, lambda t: t.body(user), expected)
            except RequestError as error:
                following = self._choice.after(mode, error)
                if following is None:
                    raise
                mode = following
            else:
                self._choice.took(mode)
                return template, reply

    def _checked_size(self, template: Template, user: str) -> int:
        """Give the tokens that a server must count at least; TooLongError where all of them are too many."""
        article = estimate(user)
        size, limit = template.fixed_tokens + article, self._settings.max_input_tokens
        if size > limit:
            message = f"the article takes about {size:,} tokens with the prompt; the limit is {limit:,} (--max-input-tokens)"
            raise TooLongError(message, size=size, limit=limit)
        return estimate(template.system) + article

    async def _whole(self, template: Template, build: Build, expected: int | None = None) -> Reply:
        """Get an answer that was not cut off: once more with room for more output, and never with the stump."""
        reply = await self._answer(build(template), expected)
        if reply.is_cut_off and not reply.is_json:
            limit = self._settings.max_output_tokens * LARGER_OUTPUT
            reply = await self._answer(build(template.with_output_limit(limit)), None)
            if reply.is_cut_off and not reply.is_json:
                raise TruncatedError(f"the answer was cut off at {limit:,} tokens; raise --max-output-tokens")
        return reply

    async def _answer(self, body: bytes, expected: int | None) -> Reply:
        """Send until an answer comes; a reply that holds none is a failing server's, and is sent for once more."""
        try:
            return await self._send(body, expected)
        except ServerError as error:
            if error.status != _OK:
                raise
            return await self._send(body, expected)

    async def _send(self, body: bytes, expected: int | None) -> Reply:
        async for attempt in self._retries.loop():
            with attempt:
                usage, reply = await self._post(body)
        self.tokens = add(self.tokens, usage)
        if expected is not None and not usage.unknown:
            self._note_cut_prompt(cut=usage.input < CUT_BELOW * expected)
        if isinstance(reply, Reply):
            return reply
        raise reply

    async def _post(self, body: bytes) -> tuple[Tokens, Reply | SummarizerError]:
        """Make one call and tell the breaker how it went."""
        self._breaker.check()
        self.tries += 1
        try:
            usage_and_reply = parse_reply(await self._client.post(body))
        except SummarizerError as error:
            if isinstance(error, IncompatibleError) or getattr(error, "possibly_paid", False):
                self.tokens = add(self.tokens, Tokens(unknown=1))
            self._breaker.failed(error)
            raise
        self._breaker.read_reply()
        return usage_and_reply

    def _note_cut_prompt(self, *, cut: bool) -> None:
        if cut:
            self.flags["input_truncated"] = None
        self._breaker.prompt_was_cut(cut=cut)

    def _read(self, reply: Reply, article: Article, kind: Kind[Any], *, last_try: bool) -> _Answer:
        """Validate an answer against the schema, then against the article."""
        try:
            content = _validated(reply.text, article, kind, last_try=last_try)
        except ValidationError as error:
            return _Answer(None, _lines(error))
        if reply.is_cut_off:
            self.flags["possibly_truncated"] = None
        if reply.cleaned:
            self.flags["reply_cleaned"] = None
        problems = reference_problems(content)
        return _Answer(content, tuple(_line(p.where, p.message) for p in problems[:_PROBLEMS_SHOWN]))


class _Answer(NamedTuple):
    """What an answer came to, and what should be mended in it."""

    content: BaseModel | None
    problems: tuple[str, ...]


def _validated(text: str, article: Article, kind: Kind[Any], *, last_try: bool) -> BaseModel:
    try:
        return kind.validate(text, article, last_try=last_try)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] != "json_invalid":
            raise
        return kind.validate(_json_within(text), article, last_try=last_try)


def _json_within(text: str) -> str:
    """Find the JSON in an answer that has words or a code fence around it."""
    from instructor.v2.core.json import extract_json_from_codeblock  # noqa: PLC0415 - a second to import, rarely needed

    try:
        return extract_json_from_codeblock(text)
    except ValueError:
        return text


def _lines(error: ValidationError) -> tuple[str, ...]:
    """Say what is wrong, a line each, without the answer's own words, which may be long."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return tuple(_line(".".join(map(str, d["loc"])), d["msg"]) for d in details[:_PROBLEMS_SHOWN])


def _line(where: str, message: str) -> str:
    line = f"{where}: {message}" if where else message
    return visible(line[:_PROBLEM_LENGTH])
