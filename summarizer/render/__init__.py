"""Turns a brief into what a reader or a program takes; one table of the formats there are.

Each renderer is imported when it is used, so that naming the formats costs nothing.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from summarizer.errors import SettingsError
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from summarizer.article import Article
    from summarizer.brief import AnyBrief

__all__ = ["FORMATS", "Writer", "render", "visible"]


class Writer(Protocol):
    """Writes a brief to a stream in one format."""

    def __call__(
        self, brief: AnyBrief, stream: TextIO, *, evidence: bool = False, article: Article | None = None
    ) -> None:
        """Write the brief; `evidence` adds the words of the sentences that it cites, `article` the article."""


def _html(brief: AnyBrief, stream: TextIO, *, evidence: bool = False, article: Article | None = None) -> None:
    from summarizer.render.html.page import render_html  # noqa: PLC0415 - jinja2 only where a page is written

    del evidence  # always on the page
    _write_utf8(stream, render_html(brief, article))


def _json(brief: AnyBrief, stream: TextIO, *, evidence: bool = False, article: Article | None = None) -> None:
    from summarizer.render.json import render_json  # noqa: PLC0415 - see the module's docstring

    del evidence, article  # the JSON holds all of the one and none of the other
    _write_utf8(stream, render_json(brief))


def _markdown(brief: AnyBrief, stream: TextIO, *, evidence: bool = False, article: Article | None = None) -> None:
    from summarizer.render.markdown import render_markdown  # noqa: PLC0415 - see the module's docstring

    del article
    _write_utf8(stream, render_markdown(brief, evidence=evidence))


def _terminal(brief: AnyBrief, stream: TextIO, *, evidence: bool = False, article: Article | None = None) -> None:
    from summarizer.render.terminal import console_for, render_terminal  # noqa: PLC0415 - rich is heavy

    del article
    render_terminal(brief, console_for(stream), evidence=evidence)


#: Every format by the name that `--format` takes.
FORMATS: Mapping[str, Writer] = MappingProxyType(
    {"html": _html, "json": _json, "markdown": _markdown, "terminal": _terminal},
)


def render(
    brief: AnyBrief, name: str, stream: TextIO, *, evidence: bool = False, article: Article | None = None
) -> None:
    """Write a brief to a stream in the format of that name; SettingsError where there is none.

    `evidence` adds the words of the cited sentences where they are not there anyway. `article` is the one that
    the brief is about: a page shows it beside the brief.
    """
    if name not in FORMATS:
        raise SettingsError(f"there is no format {visible(name)!r}; choose one of {', '.join(FORMATS)}")
    FORMATS[name](brief, stream, evidence=evidence, article=article)


def _write_utf8(stream: TextIO, text: str) -> None:
    """Write UTF-8 whatever the locale says: a file for programs must not depend on who wrote it."""
    binary = getattr(stream, "buffer", None)
    if binary is None:
        stream.write(text)
        return
    stream.flush()
    binary.write(text.encode())
