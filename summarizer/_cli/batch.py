"""summarizer batch: a folder of articles in, a brief a file out; stopped and started again at will."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from summarizer._cli import INTERRUPTED
from summarizer._cli.ending import Problems, none_found, tell_end
from summarizer._cli.forecast import tell_forecast, tell_problems, warn_of_key, warn_of_limits
from summarizer._cli.options import (
    ApiKey,
    BaseUrl,
    EngineName,
    MaxInputTokens,
    MaxOutputTokens,
    Mend,
    Model,
    ModeOption,
    PromptFile,
    Proxy,
    ResendUnknown,
    SchemaName,
    Temperature,
    Timeout,
    allow_local_modules,
    given,
    named_path,
)
from summarizer._cli.talk import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.batch.face import Batch
    from summarizer.batch.run import Forecast


def batch(
    source: Annotated[
        Path,
        typer.Argument(
            parser=named_path, help="A folder of articles, or a JSONL or CSV file of them.", show_default=False
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            parser=named_path,
            help="The folder for the briefs and the ledger; not needed with --dry-run.",
        ),
    ] = None,
    include: Annotated[
        list[str] | None, typer.Option("--include", help="Take only what this glob matches; may be repeated.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", help="Leave out what this glob matches; may be repeated.")
    ] = None,
    text_field: Annotated[
        str | None, typer.Option("--text-field", help="Field of a record with the text [default: text, body, content]")
    ] = None,
    id_field: Annotated[str | None, typer.Option("--id-field", help="Field with its name [default: id]")] = None,
    title_field: Annotated[
        str | None, typer.Option("--title-field", help="Field with its title [default: title, headline]")
    ] = None,
    date_field: Annotated[
        str | None, typer.Option("--date-field", help="Field with its day [default: published, date]")
    ] = None,
    outlet_field: Annotated[
        str | None, typer.Option("--outlet-field", help="Field with its outlet [default: outlet, source]")
    ] = None,
    url_field: Annotated[str | None, typer.Option("--url-field", help="Field with its address [default: url]")] = None,
    language_field: Annotated[
        str | None, typer.Option("--language-field", help="Field with its language [default: language]")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count articles, tokens and money; send and write nothing.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", help="Brief a sample of so many articles.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Which sample --limit draws.")] = 0,
    max_cost: Annotated[
        str | None,
        typer.Option("--max-cost", help="Never spend more US dollars, all runs on this ledger together."),
    ] = None,
    max_tokens: Annotated[
        int | None,
        typer.Option(
            "--max-tokens", help="Never take more tokens, all runs on this ledger together.", show_default=False
        ),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option("--price", help="Dollars for a million tokens, IN/OUT or IN/CACHED/OUT, where it is not known."),
    ] = None,
    batch_api: Annotated[
        bool,
        typer.Option(
            "--batch-api", help="Have the server answer in batches: within a day, where it does at half price."
        ),
    ] = False,
    no_dedupe: Annotated[
        bool, typer.Option("--no-dedupe", help="Brief every text, the same story on ten sites ten times.")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Take the articles that failed for good once more.")
    ] = False,
    rpm: Annotated[
        int | None,
        typer.Option("--rpm", help="Requests a minute that the server allows [default: learnt]", show_default=False),
    ] = None,
    tpm: Annotated[
        int | None,
        typer.Option("--tpm", help="Tokens a minute that the server allows [default: learnt]", show_default=False),
    ] = None,
    max_wait: Annotated[
        float | None,
        typer.Option(
            "--max-wait",
            help="Pause where the server asks for a longer wait [default: 120; for batches 90000]",
            show_default=False,
        ),
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", help="Articles at once, at most [default: 64]", show_default=False)
    ] = None,
    engine: EngineName = None,
    model: Model = None,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
    mode: ModeOption = None,
    prompt: PromptFile = None,
    schema: SchemaName = None,
    max_input_tokens: MaxInputTokens = None,
    max_output_tokens: MaxOutputTokens = None,
    temperature: Temperature = None,
    timeout: Timeout = None,
    proxy: Proxy = None,
    resend_unknown: ResendUnknown = None,
    mend: Mend = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress, only what went wrong.")] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Tell of each article in a line of JSON on stderr.")
    ] = False,
) -> None:
    """Brief a folder of articles.

    Stopped by Ctrl-C, a crash or a full disk, the same command goes on where it was; what was paid for is never
    paid for again. Exits with 1 where articles failed.
    """
    from summarizer import engines  # noqa: PLC0415 - pydantic only where a brief is written
    from summarizer.batch.listing import RecordFields  # noqa: PLC0415
    from summarizer.errors import UsageError  # noqa: PLC0415
    from summarizer.facade import Summarizer  # noqa: PLC0415
    from summarizer.kinds import kind_from_options  # noqa: PLC0415
    from summarizer.settings import resolve  # noqa: PLC0415

    if output is None and not dry_run:
        raise UsageError("say where the briefs go with -o FOLDER, or see what it would cost with --dry-run")
    allow_local_modules()
    named = {
        "text": text_field, "id": id_field, "title": title_field, "published": date_field, "outlet": outlet_field,
        "url": url_field, "language": language_field,
    }  # fmt: skip
    fields = RecordFields(**{name: (field,) for name, field in named.items() if field is not None})
    settings = given(
        engine=engine, model=model, base_url=base_url, api_key=api_key, mode=mode, temperature=temperature,
        max_input_tokens=max_input_tokens, max_output_tokens=max_output_tokens, timeout=timeout, proxy=proxy,
        resend_unknown=resend_unknown, max_mends=None if mend else 0, rpm=rpm, tpm=tpm, max_wait=max_wait,
        concurrency=concurrency, price=price,
    )  # fmt: skip
    kind = kind_from_options(prompt, schema)
    resolved = resolve(**settings)
    name, why = engines.choose(resolved)
    if name == "extractive" and not (quiet or log_json):
        say(f"engine: extractive ({why}); every statement is one of the article's own sentences")
    with Summarizer(kind=kind, **settings) as summarizer:
        run = summarizer.batch(
            source, output, include=tuple(include or ()), exclude=tuple(exclude or ()), fields=fields,
            dedupe=not no_dedupe, retry_failed=retry_failed, limit=limit, seed=seed, max_tokens=max_tokens,
            max_cost=max_cost, batch_api=batch_api,
        )  # fmt: skip
        if output is None or dry_run:
            found = _forecast(run, quiet=quiet, log_json=log_json)
            tell_forecast(found)
            if not (quiet or log_json):
                tell_problems(found)
            warn_of_limits(found, max_cost, max_tokens)
            if name == "openai" and not (quiet or log_json):
                warn_of_key(resolved)
            articles = found.articles
        else:
            _run(run, output, quiet=quiet, log_json=log_json)
            articles = run.state.total
        if not (articles or log_json):
            say(none_found(source, is_chosen=bool(include or exclude)))
        if run.state.failed or (run.state.skipped == run.state.total and source.is_file()):
            raise typer.Exit(1)


def _forecast(run: Batch, *, quiet: bool, log_json: bool) -> Forecast:
    from summarizer._cli.dashboard import progress  # noqa: PLC0415 - only where a run is shown

    with progress(run.state, quiet=quiet, log_json=log_json):
        return run.forecast()


def _run(run: Batch, out: Path, *, quiet: bool, log_json: bool) -> None:
    from summarizer._cli.dashboard import reporter  # noqa: PLC0415 - only where a run is shown
    from summarizer.errors import SummarizerError  # noqa: PLC0415

    problems = Problems()
    error: SummarizerError | None = None
    with (
        _stopping(run, is_plain=not log_json) as stopped,
        reporter(run.state, quiet=quiet, log_json=log_json) as report,
    ):
        try:
            for outcome in run:
                report(outcome)
                problems.add(outcome)
        except SummarizerError as found:
            error = found
    if not log_json:  # the lines of JSON have said it, and a plain one between them is none
        tell_end(run.state, problems, out, quiet=quiet)
    if stopped:
        if not log_json:
            say("stopped; the same command goes on from here")
        raise typer.Exit(INTERRUPTED)
    if error is not None:
        raise error


def _leave(*, is_plain: bool) -> NoReturn:
    """End here and now: the ledger is as good as after a power cut, which is what it is for."""
    if is_plain:
        with suppress(OSError):
            cursor = "\r\x1b[K\x1b[?25h" if os.isatty(2) else ""  # the display on a terminal had hidden it
            os.write(2, f"{cursor}summarizer: left at once; the same command goes on from here\n".encode())
    os._exit(INTERRUPTED)


@contextmanager
def _stopping(run: Batch, *, is_plain: bool) -> Iterator[list[int]]:
    """Let Ctrl-C, or a polite kill, stop the run in good order; the second one leaves at once."""
    came: list[int] = []

    def stop(number: int, frame: object) -> None:
        del frame
        came.append(number)
        if len(came) > 1:
            _leave(is_plain=is_plain)
        run.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
