"""Every exception that leaves the library, in one tree.

SummarizerError            everything below; catch this one
├── UsageError             you misused it: nothing was sent, nothing was paid (exit code 2)
│   ├── SourceError        the source is not something that can be read as an article
│   ├── SettingsError      a key, URL, model or setting is missing or malformed
│   ├── KindError          a prompt template or a schema does not fit together
│   ├── CassetteError      a cassette cannot be read, or does not hold the exchange that was asked for
│   └── LedgerError        a run's ledger is another program's, another version's, damaged, or in use
└── RunError               the run failed (exit code 1)
    ├── ArticleError       the article's content does not serve: too short, too long, undecodable
    │   ├── UndecodableError   bytes that no encoding explains, with their offset
    │   ├── TooShortError      fewer words than a brief needs
    │   └── TooLongError       more tokens or bytes than the limit
    ├── TransportError     no usable HTTP answer after all tries
    │   ├── ConnectError       the request never left
    │   ├── LostReplyError     sent, but the reply never came whole: possibly paid
    │   ├── DeadlineError      the time for one call, or for all of them, ran out: possibly paid
    │   ├── ServerError        the server kept failing (5xx, 408, 409)
    │   └── RateLimitError     the server kept refusing for its rate (429)
    ├── PausedError        the server wants a wait longer than the run may take: stop, resume later
    ├── RequestError       the server refuses this one request (400, 413, 422)
    ├── AccountError       the server refuses every request (401, 403, 404, quota): stop the run
    ├── BudgetError        the run's limit of tokens or money leaves no room for a call: stop the run
    ├── StoppedError       the run is being stopped: nothing more is sent, and the article stays to be done
    ├── DiskError          the ledger or a brief cannot be written: stop the run (exit code 74)
    └── AnswerError        an HTTP answer came that cannot become a brief
        ├── IncompatibleError  not an OpenAI-compatible answer
        ├── TruncatedError     cut off at the output limit, twice
        ├── InputTruncatedError the server cuts prompts on the way in: stop the run
        ├── RefusedError       the model or its filter refused
        └── InvalidAnswerError the answer does not satisfy the schema after all re-asks

Messages never hold an article, an answer or a key; what a program needs stands in attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summarizer.brief import Tokens

E = TypeVar("E", bound="SummarizerError")


class SummarizerError(Exception):
    """Base of everything that the library raises on purpose."""

    exit_code = 1
    #: True where going on with other articles makes no sense.
    stops_run = False

    def __reduce__(self) -> Any:  # noqa: ANN401 - pickle's and copy's protocol
        """Be rebuilt without the constructor, which wants more than the message."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[E], args: tuple[object, ...], attributes: dict[str, object]) -> E:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


class UsageError(SummarizerError):
    """The call itself is wrong; nothing was sent."""

    exit_code = 2


class SourceError(UsageError):
    """The source cannot be read as an article: a folder, a URL, a binary file, nothing there."""


class SettingsError(UsageError):
    """A setting is missing or malformed."""

    stops_run = True


class KindError(UsageError):
    """A prompt template or a schema cannot be used."""

    stops_run = True


class CassetteError(UsageError):
    """A cassette cannot be read, or lacks the exchange that was asked for."""

    stops_run = True


class LedgerError(UsageError):
    """A run's ledger cannot be used: another program's, another version's, damaged, or in use by another process."""

    stops_run = True


class RunError(SummarizerError):
    """The call was right and failed all the same."""

    #: Calls made for this article before it failed.
    tries: int = 0
    #: What they took, as far as the server told; None where no model was asked.
    tokens: Tokens | None = None


class ArticleError(RunError):
    """The article's content does not serve."""


class UndecodableError(ArticleError):
    """Bytes that no encoding explains."""

    def __init__(self, message: str, *, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class TooShortError(ArticleError):
    """Fewer words than a brief needs."""

    def __init__(self, message: str, *, words: int) -> None:
        super().__init__(message)
        self.words = words


class TooLongError(ArticleError):
    """More tokens or bytes than the limit."""

    def __init__(self, message: str, *, size: int, limit: int) -> None:
        super().__init__(message)
        self.size = size
        self.limit = limit


class TransportError(RunError):
    """No usable HTTP answer.

    Attributes: `status` (HTTP status or None), `retry_after` (seconds the server asked for, or None), `headers`
    (what the reply said of rate limits).
    """

    #: True where the server may have done the work, and so may bill it.
    possibly_paid = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        self.headers = headers or {}


class ConnectError(TransportError):
    """The request never left."""


class LostReplyError(TransportError):
    """The request left and its reply never came whole."""

    possibly_paid = True


class DeadlineError(TransportError):
    """Time ran out."""

    possibly_paid = True


class ServerError(TransportError):
    """The server failed (5xx, 408, 409)."""


class RateLimitError(TransportError):
    """The server refused for its rate (429)."""


class PausedError(RunError):
    """Nothing may be sent for longer than the run waits; `seconds` are those left. Nothing is lost: resume then."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h
    stops_run = True

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class RequestError(RunError):
    """The server refuses this one request (400, 413, 422)."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class AccountError(RunError):
    """The server refuses every request of this account (401, 403, 404, exhausted quota)."""

    stops_run = True

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class BudgetError(RunError):
    """The run's limit of tokens or money leaves no room for one more call."""

    stops_run = True


class StoppedError(RunError):
    """The run is being stopped before this article was done; it stays to be done."""

    stops_run = True


class DiskError(RunError):
    """The disk refuses what has to be kept."""

    exit_code = 74  # EX_IOERR of sysexits.h
    stops_run = True


class AnswerError(RunError):
    """An HTTP answer came that cannot become a brief."""


class IncompatibleError(AnswerError):
    """The answer is not that of an OpenAI-compatible server."""


class TruncatedError(AnswerError):
    """The answer was cut off at the output limit, with the larger limit too."""


class InputTruncatedError(AnswerError):
    """The server cuts prompts on the way in, so its answers are about a part of the article."""

    stops_run = True


class RefusedError(AnswerError):
    """The model or its content filter refused; `reason` holds its words, made safe to print."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class InvalidAnswerError(AnswerError):
    """The answer does not satisfy the schema; `problems` holds one line each."""

    def __init__(self, message: str, *, problems: tuple[str, ...]) -> None:
        super().__init__(message)
        self.problems = problems
