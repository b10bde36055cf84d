"""Reads what a batch wrote, one brief at a time, so that ten thousand of them need no more memory than one."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Tag, ValidationError

from summarizer.brief import Brief, CustomBrief
from summarizer.errors import UsageError
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from summarizer.brief import AnyBrief

#: The table that a batch writes, and the ending of each brief's own file.
LINES, ENDING = "briefs.jsonl", ".brief.json"
#: No brief is as long; a longer line or file is not read into memory.
MAX_BYTES = 50_000_000
#: Problems that are kept word by word; of the others only the number is known.
MAX_PROBLEMS = 20
_WANTED = "name the folder that `summarizer batch -o` wrote"


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that says what another one says, and so has no brief of its own."""

    id: str
    same_as: str
    title: str | None
    outlet: str | None
    published: dt.date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One brief of the folder; `id` is the article's path in the folder that was briefed."""

    id: str
    output: str | None
    brief: AnyBrief


def _kind_of(value: object) -> str:
    return "custom" if isinstance(value, dict) and "content" in value else "brief"


_Any = Annotated[
    Annotated[Brief, Tag("brief")] | Annotated[CustomBrief[Any], Tag("custom")],
    Discriminator(_kind_of),
]


class _About(BaseModel):
    """What a line says about an article without a brief of its own."""

    model_config = ConfigDict(extra="ignore")

    title: str | None = None
    outlet: str | None = None
    published: dt.date | None = None


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    output: str | None = None
    same_as: str | None = None
    article: _About | None = None
    brief: _Any | None = None

    def read(self) -> Entry | Copy | None:
        """Give the brief or the copy that the line holds; None where it holds neither."""
        if self.same_as is not None:
            about = self.article or _About()
            return Copy(self.id, self.same_as, about.title, about.outlet, about.published)
        return None if self.brief is None else Entry(self.id, self.output, self.brief)


class _File(BaseModel):
    brief: _Any


@dataclass
class BriefFolder:
    """The folder that a batch wrote; iterating reads it from the start, each brief when it is asked for.

    What cannot be read is left out and told in `problems`, one line each; `unreadable` counts all of it.
    UsageError where the folder holds no briefs at all.
    """

    out: Path
    problems: list[str] = field(default_factory=list)
    unreadable: int = 0
    #: Articles that say what another one says, in the order in which they were met.
    copies: list[Copy] = field(default_factory=list)

    def require(self) -> None:
        """Raise UsageError where there is no such folder, or nothing in it that a batch wrote."""
        if not self.out.is_dir():
            raise UsageError(f"{visible(str(self.out))} is no folder; {_WANTED}")
        if not (self.out / LINES).is_file() and next(_walk(self.out), None) is None:
            raise UsageError(f"{visible(str(self.out))} holds neither {LINES} nor a file *{ENDING}; {_WANTED}")

    def __iter__(self) -> Iterator[Entry]:
        """Give every brief once; `problems` and `copies` are whole when it has come to its end."""
        self.problems, self.copies, self.unreadable = [], [], 0
        seen: set[str] = set()
        for where, found in self._found():
            if found is None or found.id in seen:
                self._note(where, "holds no brief" if found is None else "is about an article that came before")
                continue
            seen.add(found.id)
            if isinstance(found, Copy):
                self.copies.append(found)
            else:
                yield found

    def _found(self) -> Iterator[tuple[str, Entry | Copy | None]]:
        self.require()
        if (self.out / LINES).is_file():
            yield from self._lines()
        else:
            yield from self._files()

    def _lines(self) -> Iterator[tuple[str, Entry | Copy | None]]:
        with _opened(self.out / LINES) as stream:
            for number, line in enumerate(_split(stream), 1):
                where = f"{LINES}, line {number:,}"
                if not line.strip():
                    continue
                try:
                    found = _Line.model_validate_json(line).read()
                except ValidationError as error:
                    self._note(where, _reason(error))
                else:
                    yield where, found

    def _files(self) -> Iterator[tuple[str, Entry]]:
        for path in list(_walk(self.out)):
            name = path.relative_to(self.out).as_posix()
            try:
                with _opened(path) as stream:
                    data = stream.read(MAX_BYTES + 1)
                brief: AnyBrief = _File.model_validate_json(b'{"brief":%b}' % data[:MAX_BYTES]).brief
            except (ValidationError, UsageError) as error:
                self._note(name, _reason(error))
            else:
                yield name, Entry(name.removesuffix(ENDING), name, brief)

    def _note(self, where: str, reason: str) -> None:
        self.unreadable += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(f"{visible(where)} {reason}")


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UsageError(f"{visible(str(path))} cannot be read: {error.strerror}") from None


def _split(stream: BinaryIO) -> Iterator[bytes]:
    """Give the lines; of one that is too long only the beginning, which is no JSON."""
    while line := stream.readline(MAX_BYTES):
        yield line
        while len(line) == MAX_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_BYTES)


def _walk(out: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(out):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(ENDING))


def _reason(error: ValidationError | UsageError) -> str:
    if isinstance(error, UsageError):
        return str(error)
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the document"
    found = f"{place}: {first['msg']}"[:200]
    return f"is not a brief of this version: {visible(found)}"
