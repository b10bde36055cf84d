"""Folders of articles and the few lines that brief them, in this process and in others."""

from __future__ import annotations

import functools
import json
import multiprocessing
import multiprocessing.context
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarizer import Summarizer
from tests.answers import STORY, key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.batch.state import Outcome
    from tests.faultserver import FaultServer


def story(number: int) -> str:
    """Give the text of an article, with its key in the first sentence and words of its own in the last."""
    own = " ".join(f"word{number}x{place}" for place in range(12))
    return " ".join((f"{key_of(number)}: {STORY[0]}", *STORY[1:], f"Observers spoke of {own}.")) + "\n"


def fill(folder: Path, count: int, first: int = 0) -> Path:
    """Write so many articles into a folder, ten to a folder of its own."""
    for number in range(first, first + count):
        path = folder / f"{number // 10:03d}" / f"{key_of(number)}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(story(number), encoding="utf-8")
    return folder


def settings(server: FaultServer, **more: Any) -> dict[str, Any]:
    """Give what makes a document one call to this server."""
    return {"model": "m", "base_url": server.base_url, "mode": "json_schema", "max_mends": 0, **more}


def brief(source: Path, out: Path | None, options: dict[str, Any] | None = None, **given: Any) -> list[Outcome]:
    """Brief a folder in this process and give what became of its articles."""
    with Summarizer(**given) as summarizer:
        return list(summarizer.batch(source, out, **(options or {})))


def command(source: Path, out: Path, server: FaultServer, *more: str) -> list[str]:
    """Give the command that briefs a folder with the model behind this server."""
    model = ["--model", "m", "--base-url", server.base_url, "--mode", "json_schema", "--no-mend"]
    return ["batch", str(source), "-o", str(out), *model, *more]


class Started:
    """The program in a process of its own, with what it writes; the part of `subprocess.Popen` that tests use.

    It is forked from a process that has the heavy packages loaded and nothing of ours that reads the environment:
    a start costs a tenth of what it costs from nothing.
    """

    def __init__(self, words: Sequence[str], environment: dict[str, str]) -> None:
        self._said = [tempfile.NamedTemporaryFile(prefix="said-", delete=False) for _ in range(2)]  # noqa: SIM115
        names = [file.name for file in self._said]
        self._process = _context().Process(target=_run, args=(list(words), environment, names), daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, a negative signal, or None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Give the exit code, or None while it runs."""
        return self._process.exitcode

    def kill(self) -> None:
        """Kill it as `kill -9` does."""
        self._process.kill()

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self._process.pid, number)

    def communicate(self, timeout: float = 120) -> tuple[str, str]:
        """Wait for its end and give what it wrote to stdout and stderr."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
            raise TimeoutError(f"it ran for more than {timeout} seconds")
        out, error = (Path(file.name).read_text(encoding="utf-8", errors="replace") for file in self._said)
        for file in self._said:
            file.close()
            Path(file.name).unlink(missing_ok=True)
        return out, error


@functools.cache
def _context() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["summarizer.engines.openai", "summarizer.briefing", "typer", "rich.live"])
    return context


def _run(words: list[str], environment: dict[str, str], said: list[str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.setpgid(0, 0)  # as a shell would: a signal for the one is none for the other
    for descriptor, name in zip((1, 2), said, strict=True):
        handle = os.open(name, os.O_WRONLY | os.O_TRUNC)
        os.dup2(handle, descriptor)
    sys.argv = ["summarizer", *words]
    from summarizer._cli import run

    run()


def start(*words: str, **environment: str) -> Started:
    """Start the program in a process of its own."""
    return Started(words, {**os.environ, **environment})


#: The program as a command line of its own.
PROGRAM = (sys.executable, "-c", "from summarizer._cli import run; run()")


def spawn(*words: str, **environment: str) -> subprocess.Popen[str]:
    """Start any command line in a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **environment}
    return subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def states(outcomes: list[Outcome]) -> dict[str, int]:
    """Count what became of the articles."""
    found: dict[str, int] = {}
    for outcome in outcomes:
        found[outcome.state] = found.get(outcome.state, 0) + 1
    return found


def rows(out: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask a ledger."""
    with closing(sqlite3.connect(out / "ledger.sqlite")) as connection:
        return connection.execute(sql).fetchall()


def summary(out: Path) -> dict[str, Any]:
    """Read what a run came to."""
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


def index(out: Path) -> list[dict[str, Any]]:
    """Read the table of all briefs."""
    return [json.loads(line) for line in (out / "briefs.jsonl").read_text(encoding="utf-8").splitlines()]


def tree(out: Path) -> dict[str, bytes]:
    """Read every file under a folder."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def require_whole(out: Path, count: int) -> None:
    """Fail where a brief is missing, or a file is no whole brief of its own article."""
    files = sorted(out.rglob("*.brief.json"))
    assert len(files) == count
    for path in files:
        found = json.loads(path.read_text(encoding="utf-8"))
        assert found["article"]["source"] == f"{path.parent.name}/{path.name.removesuffix('.brief.json')}"
        assert path.name.startswith(found["headline"]["evidence"][0]["quote"][:10])
    assert [Path(line["output"]).name for line in index(out)] == [path.name for path in files]
    assert not list(out.rglob(".summarizer-*"))


def require_accounts(out: Path, server: FaultServer, *, lost: int = 0) -> None:
    """Fail where the ledger's sums are not those of the server; `lost` calls were paid and never recorded (T44)."""
    stats = server.stats
    (answered,), (unknown,) = (
        rows(out, f"SELECT count(*) FROM call WHERE state = '{state}'")[0] for state in ("answered", "unknown")
    )
    assert rows(out, "SELECT count(*) FROM call WHERE state = 'sent'") == [(0,)]
    assert answered <= stats.paid <= answered + unknown
    assert lost <= unknown or not lost
    if answered == stats.paid:
        read, wrote = rows(out, "SELECT total(input), total(output) FROM call")[0]
        assert (read, wrote) == (stats.prompt_tokens, stats.completion_tokens)
