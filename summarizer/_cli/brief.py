"""summarizer brief: one article in, one checked brief out."""

from __future__ import annotations

import io
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
)
from summarizer._cli.outfile import require_place, write
from summarizer._cli.talk import say, stdout

if TYPE_CHECKING:
    from summarizer.article import Article
    from summarizer.brief import AnyBrief
    from summarizer.reading import Overrides

_STDOUT = "-"
_BY_SUFFIX = {
    "": "terminal",
    ".htm": "html",
    ".html": "html",
    ".json": "json",
    ".markdown": "markdown",
    ".md": "markdown",
    ".txt": "terminal",
}


def brief(
    source: Annotated[Path, typer.Argument(help="A text, Markdown or HTML file, or - for stdin.", show_default=False)],
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            help="terminal, json, markdown or html [default: terminal, or by -o's ending]",
            show_default=False,
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to a file instead of stdout.")] = None,
    evidence: Annotated[bool, typer.Option("--evidence", "-e", help="Show the words behind each statement.")] = False,
    engine: EngineName = None,
    model: Model = None,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
    mode: ModeOption = None,
    prompt: PromptFile = None,
    schema: SchemaName = None,
    title: Annotated[
        str | None, typer.Option("--title", help="The article's title [default: as found]", show_default=False)
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", help="The day it was published, as 2026-03-12 [default: as found]", show_default=False),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language", help="Its language, as two letters such as en [default: as found]", show_default=False
        ),
    ] = None,
    source_url: Annotated[
        str | None, typer.Option("--source-url", help="Where it was published [default: as found]", show_default=False)
    ] = None,
    max_input_tokens: MaxInputTokens = None,
    max_output_tokens: MaxOutputTokens = None,
    temperature: Temperature = None,
    timeout: Timeout = None,
    proxy: Proxy = None,
    resend_unknown: ResendUnknown = None,
    mend: Mend = True,
    record: Annotated[Path | None, typer.Option("--record", help="Write the HTTP exchanges to a cassette.")] = None,
    replay: Annotated[
        Path | None, typer.Option("--replay", help="Answer from a cassette; the network is refused.")
    ] = None,
) -> None:
    """Brief one article.

    Without a configured model the built-in extractive engine writes the brief from the article's own sentences.
    """
    from summarizer import engines  # noqa: PLC0415 - pydantic only where a brief is written
    from summarizer.facade import Summarizer  # noqa: PLC0415
    from summarizer.kinds import kind_from_options  # noqa: PLC0415
    from summarizer.reading import read  # noqa: PLC0415
    from summarizer.settings import resolve  # noqa: PLC0415

    _require_one(source)
    if str(output) == _STDOUT:
        output = None
    chosen = _format(output_format, output)
    if output is not None:
        require_place(output, source)  # before anything is read, sent or paid
    allow_local_modules()
    kind = kind_from_options(prompt, schema)
    settings = given(
        engine=engine, model=model, base_url=base_url, api_key=api_key, mode=mode, temperature=temperature,
        max_input_tokens=max_input_tokens, max_output_tokens=max_output_tokens, timeout=timeout, proxy=proxy,
        resend_unknown=resend_unknown, max_mends=None if mend else 0, record=record, replay=replay,
    )  # fmt: skip
    resolved = resolve(**settings)  # a wrong setting is told before the article is read
    article = read(source, _overrides(title, date, language, source_url))
    name, why = engines.choose(resolved)
    with Summarizer(kind=kind, **settings) as summarizer, _progress(name, resolved.model):
        written = summarizer.brief(article)
    _show(written, article, chosen, output, evidence=evidence)
    _tell(written, why, output)


def _require_one(source: Path) -> None:
    """Raise UsageError where a folder is named, with the command that takes one."""
    from summarizer.errors import UsageError  # noqa: PLC0415
    from summarizer.reading.source import STDIN, shown  # noqa: PLC0415

    if str(source) != STDIN and os.path.isdir(source):  # noqa: PTH112 - a Path raises where the name is too long
        folder = shown(source)
        raise UsageError(
            f"{folder} is a folder; brief all of it with `summarizer batch {shlex.quote(folder)} -o OUT`, "
            "or name a file in it"
        )


def _format(name: str | None, output: Path | None) -> str:
    from summarizer.errors import UsageError  # noqa: PLC0415
    from summarizer.render import FORMATS  # noqa: PLC0415

    suffix = output.suffix.lower() if output else ""
    if name is None and suffix not in _BY_SUFFIX:
        raise UsageError(f"no format is known by the ending {suffix}; say which with --format")
    chosen = name or _BY_SUFFIX[suffix]
    if chosen not in FORMATS:
        raise UsageError(f"there is no format {chosen}; there are {', '.join(FORMATS)}")
    return chosen


def _overrides(title: str | None, date: str | None, language: str | None, url: str | None) -> Overrides:
    import datetime as dt  # noqa: PLC0415

    from summarizer.errors import UsageError  # noqa: PLC0415
    from summarizer.reading import Overrides  # noqa: PLC0415

    try:
        published = dt.date.fromisoformat(date) if date else None
    except ValueError:
        raise UsageError(f"--date {date}: give the day as 2026-03-12") from None
    if language is not None and not (len(language) == 2 and language.isalpha() and language.isascii()):  # noqa: PLR2004
        raise UsageError(f"--language {language}: give two letters, such as en")
    return Overrides(title=title, published=published, language=language.lower() if language else None, url=url)


_FLAGS = {
    "input_truncated": "the server seems to have cut the prompt: the brief may be about a part of the article",
    "possibly_truncated": "the answer ended at the output limit: something may be missing at its end",
    "reask_failed": "an answer with mistakes could not be mended by asking again; they are marked",
    "reply_cleaned": "the answer held characters that no text can hold; they were taken out",
}


def _progress(name: str, model: str | None) -> Any:  # noqa: ANN401 - a context manager
    """Show that something happens while a model writes; nothing where stderr is no terminal."""
    from contextlib import nullcontext  # noqa: PLC0415

    if name == "extractive" or sys.stderr is None or not sys.stderr.isatty():
        return nullcontext()
    from summarizer._cli.progress import waiting_for  # noqa: PLC0415

    return waiting_for(model or name)


def _show(written: Any, article: Article, chosen: str, output: Path | None, *, evidence: bool) -> None:  # noqa: ANN401
    from summarizer.render import render  # noqa: PLC0415

    if output is None:
        with stdout() as stream:
            render(written, chosen, stream, evidence=evidence, article=article)
        return
    text = io.StringIO()
    render(written, chosen, text, evidence=evidence, article=article)
    write(output, text.getvalue())


def _tell(written: AnyBrief, why: str, output: Path | None) -> None:
    """Say what a reader should know besides the brief, once it is safely out; `why` is that of the engine."""
    if written.provenance.engine == "extractive":
        say(f"engine: extractive ({why}); every statement is one of the article's own sentences")
    for flag in written.provenance.flags:
        say(f"note: {_FLAGS.get(flag, flag)}")
    if output is not None:
        say(f"written to {output}")
