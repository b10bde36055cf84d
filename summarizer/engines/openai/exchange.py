"""The exchange about one article: asks, reads the answer, asks again where it has to, and counts it all."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ValidationError

from summarizer.brief import Tokens
from summarizer.engines.journal import UNRECORDED
from summarizer.engines.openai.limits import Need, Patience
from summarizer.engines.openai.reply import Reply, parse_reply
from summarizer.engines.openai.retries import Retries
from summarizer.engines.tokens import estimate, estimate_of_body
from summarizer.errors import (
    IncompatibleError,
    InvalidAnswerError,
    RateLimitError,
    RequestError,
    RunError,
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
    from summarizer.engines.journal import Journal
    from summarizer.engines.openai.breaker import Breaker
    from summarizer.engines.openai.client import ChatClient
    from summarizer.engines.openai.limits import Limiter
    from summarizer.engines.openai.limits.tickets import Deadline
    from summarizer.engines.openai.limits.turns import Turn
    from summarizer.engines.openai.modes import ModeChoice, ModeName
    from summarizer.engines.openai.places import Place
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
#: Several times what an honest answer takes; beyond it, listing what is wrong costs more than the answer.
MAX_ANSWER_CHARACTERS = 400_000


class Exchange:
    """All calls about one article, each with its turn; `tries`, `tokens` and `flags` hold after a failure too.

    `content` is that of the last answer that fits the schema, and `content_flags` say how that answer came.
    """

    def __init__(
        self,
        settings: Settings,
        client: ChatClient,
        breaker: Breaker,
        choice: ModeChoice,
        *,
        limiter: Limiter,
        place: Place,
        deadline: Deadline,
        journal: Journal = UNRECORDED,
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._choice = choice
        self._client = client
        self._breaker = breaker
        self._limiter = limiter
        self._place = place
        self._patience = Patience(deadline, breaker, patient=settings.patient, max_wait=settings.max_wait)
        self._retries = Retries(settings, deadline)
        self.tries = 0
        self.tokens = Tokens()
        self.flags: dict[str, None] = {}
        self.content: BaseModel | None = None
        self.content_flags: tuple[str, ...] = ()
        self._needs_room = False

    async def run(
        self, article: Article, kind: Kind[Any], words: Callable[[], str], template_for: Callable[[ModeName], Template]
    ) -> BaseModel:
        """Ask, and re-ask with the problems, until the answer fits; RunError where the re-asks are used up.

        What fits the schema but not the article (an unknown name, an altered quotation) is left to mending,
        which asks for the failing items alone; only where that is off is the whole asked for again.

        Where the mode is known, the request is made ready before there is a place for it; of thousands that wait, only
        the next ones: the others' would fill the memory, and the first calls would wait for them.
        """
        if not (self._choice.is_settled and self._place.is_near):
            await self._take_place()
        user = words()
        template, reply = await self._first(user, template_for)
        for left in range(self._settings.max_reasks, -1, -1):
            answer = self._read(reply, article, kind, last_try=left == 0)
            if answer.content is not None and not (answer.problems and left):
                return answer.content
            if left:
                reask = partial(_reask_body, user, reply, answer.problems)
                reply = await self._whole(template, reask)
        message = f"no valid answer in {self._settings.max_reasks + 1} tries: {answer.problems[0]}"
        raise InvalidAnswerError(message, problems=answer.problems)

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
            taken = f"the article takes about {size:,} tokens with the prompt"
            raise TooLongError(f"{taken}; the limit is {limit:,} (--max-input-tokens)", size=size, limit=limit)
        return estimate(template.system) + article

    async def _whole(self, template: Template, build: Build, expected: int | None = None) -> Reply:
        """Get an answer that was not cut off: once more with more room for it, and never with the stump."""
        room = self._settings.max_output_tokens
        larger = room * LARGER_OUTPUT
        if not self._needs_room:
            reply = await self._answer(build(template), room, expected)
            if not reply.is_stump:
                return reply
            self._needs_room = True
        reply = await self._with_room(build(template.with_output_limit(larger)), larger)
        if reply.is_stump:
            raise TruncatedError(f"the answer was cut off at {larger:,} tokens; raise --max-output-tokens")
        return reply

    async def _with_room(self, body: bytes, room: int) -> Reply:
        try:
            return await self._answer(body, room, None)
        except RequestError:  # some models write no more than the first limit, whatever is asked
            cut = f"the answer was cut off at {self._settings.max_output_tokens:,} tokens"
            raise TruncatedError(f"{cut}, and the server allows no more") from None

    async def _answer(self, body: bytes, room: int, expected: int | None) -> Reply:
        """Send until an answer comes; a reply without one is a failing server's: it is asked once more."""
        try:
            return await self._send(body, room, expected)
        except ServerError as error:
            if error.status != _OK:
                raise
            return await self._send(body, room, expected)

    async def _send(self, body: bytes, room: int, expected: int | None) -> Reply:
        async for attempt in self._retries.loop():
            with attempt:
                number = self._retries.sends(attempt.retry_state.attempt_number)
                need = Need(len(body), room, is_retry=number > 1, is_last=number >= self._settings.max_sends)
                usage, reply = await self._let_through(body, need)
                break  # of a try that went well tenacity would work out once more that it did
        self.tokens += usage
        if expected is not None and not usage.unknown:
            self._note_cut_prompt(cut=usage.input < CUT_BELOW * expected)
        if isinstance(reply, Reply):
            return reply
        raise reply

    async def _let_through(self, body: bytes, need: Need) -> tuple[Tokens, Reply | SummarizerError]:
        """Call until the server does not refuse for its rate: that is a wait, and no try of the request."""
        recorded = self._journal.recorded(body)
        if recorded is not None:
            self.tries += 1
            return parse_reply(recorded)
        refusal: RateLimitError | None = None
        while True:
            turn = await self._turn(need, refusal)
            try:
                with turn:
                    called = await self._post(body, need, turn)
            except RateLimitError as error:
                refusal = error
            else:
                return await self._noted(called)

    async def _noted(self, called: _Called) -> tuple[Tokens, Reply | SummarizerError]:
        """Keep the reply before anything is made of it."""
        await self._journal.answered(called.number, called.body, called.usage)
        self._breaker.read_reply()
        return called.usage, called.reply

    async def _turn(self, need: Need, refusal: RateLimitError | None) -> Turn:
        """Get the leave for one call, at a place."""
        await self._take_place()
        self._breaker.check()
        try:
            return await self._limiter.admit(need, self._patience, refusal)
        except RunError as error:
            self._failed(error)
            raise

    async def _take_place(self) -> None:
        if not self._place.is_taken:
            with self._patience.deadline.standing_still():
                await self._place.take()

    async def _post(self, body: bytes, need: Need, turn: Turn) -> _Called:
        """Make one call and leave the place; tell the journal, the limiter and the breaker how it went."""
        with self._patience.deadline.standing_still():
            call = await self._journal.sending(body, Tokens(input=estimate_of_body(body), output=need.room))
        self.tries += 1
        try:
            posted = await self._client.post(body)
            self._place.leave()
            usage, reply = parse_reply(posted.body)
        except asyncio.CancelledError:  # the time for the article ran out, or the caller left
            self._lost(call, "the call was left", possibly_paid=True)
            raise
        except SummarizerError as error:
            maybe = isinstance(error, IncompatibleError) or getattr(error, "possibly_paid", False)
            self._lost(call, str(error), possibly_paid=maybe)
            turn.failed(error)
            self._failed(error)
            raise
        turn.replied(posted.headers, usage)
        return _Called(call, posted.body, usage, reply)

    def _failed(self, error: SummarizerError) -> None:
        """Tell the breaker; an error that stops the engine ends the waits of all its calls."""
        self._breaker.failed(error)
        if error.stops_run:
            self._limiter.refuse(self._breaker, error)

    def _lost(self, call: int, reason: str, *, possibly_paid: bool) -> None:
        if possibly_paid:
            self.tokens += Tokens(unknown=1)
        self._journal.failed(call, reason, possibly_paid=possibly_paid)

    def _note_cut_prompt(self, *, cut: bool) -> None:
        if cut:
            self.flags["input_truncated"] = None
        self._breaker.prompt_was_cut(cut=cut)

    def _read(self, reply: Reply, article: Article, kind: Kind[Any], *, last_try: bool) -> _Answer:
        """Validate an answer against the schema, then against the article; keep its content if it has one."""
        if len(reply.text) > MAX_ANSWER_CHARACTERS:
            return _Answer(None, ("the answer is far too long; answer with the JSON document alone",))
        try:
            content = _validated(reply.text, article, kind, last_try=last_try)
        except ValidationError as error:
            more = () if last_try else self._read_leniently(reply, article, kind)
            return _Answer(None, (*_lines(error), *more))
        self._keep(content, reply)
        # With mending on, grounding finds these once for all; looked for here, they would be found twice an article.
        return _Answer(content, () if self._settings.max_mends else _references(content))

    def _read_leniently(self, reply: Reply, article: Article, kind: Kind[Any]) -> tuple[str, ...]:
        """Keep what only cites sentences that do not exist: better than nothing, should the re-ask fail.

        Give what else is wrong with it, so that one re-ask can mend all.
        """
        try:
            content = _validated(reply.text, article, kind, last_try=True)
        except ValidationError:
            return ()
        self._keep(content, reply)
        return _references(content)

    def _keep(self, content: BaseModel, reply: Reply) -> None:
        flags = {"possibly_truncated": reply.is_cut_off, "reply_cleaned": reply.cleaned > 0}
        self.content, self.content_flags = content, tuple(name for name, holds in flags.items() if holds)


class _Called(NamedTuple):
    """A call that came back: its number in the journal, its reply as it came, and what that says."""

    number: int
    body: bytes
    usage: Tokens
    reply: Reply | SummarizerError


class _Answer(NamedTuple):
    """What an answer came to, and what should be mended in it."""

    content: BaseModel | None
    problems: tuple[str, ...]


def _reask_body(user: str, reply: Reply, problems: tuple[str, ...], template: Template) -> bytes:
    return template.reask_body(user, reply.message, "\n".join(problems))


def _validated(text: str, article: Article, kind: Kind[Any], *, last_try: bool) -> BaseModel:
    try:
        return kind.validate(text, article, last_try=last_try)
    except ValidationError as error:
        if error.error_count() > 1 or error.errors(include_url=False)[0]["type"] != "json_invalid":
            raise
        return kind.validate(_json_within(text), article, last_try=last_try)


def _references(content: BaseModel) -> tuple[str, ...]:
    return tuple(_line(p.where, p.message) for p in reference_problems(content)[:_PROBLEMS_SHOWN])


def _json_within(text: str) -> str:
    """Find the JSON in an answer that has words or a code fence around it."""
    from instructor.utils import extract_json_from_codeblock  # noqa: PLC0415 - a second, and rarely needed

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
