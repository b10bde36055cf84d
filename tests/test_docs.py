"""The documentation is true: its commands and programs are run, its tables and help pages compared with the program.

`UPDATE_DOCS=1 pytest -k docs` rewrites the help pages and the outputs of blocks marked `<!-- output: generated -->`.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import importlib
import inspect
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path

import pytest
from typer.testing import CliRunner

from summarizer import Span, Statement, Summarizer, errors
from summarizer._cli.main import app
from summarizer.brief import Brief
from summarizer.grounding import verdict_of
from summarizer.grounding.facts import ArticleFacts
from summarizer.resources import resource
from summarizer.schemas import published_schema
from summarizer.settings import Settings, config_path, resolve
from tests.articles import article_of
from tests.faultserver import Call, FaultServer

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
UPDATES = os.environ.get("UPDATE_DOCS") == "1"
#: Stands in the docs where a reader has a server of their own.
SERVER = "http://127.0.0.1:8000/v1"
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "README.md", *DOCS.glob("*.md")))
COMMANDS = ("", "batch", "brief", "check", "schema", "doctor", "view", "export")

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^>]+) -->\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE
)
_EXIT_CODE = re.compile(r"\s+# exit code (\d+)$")
_CASSETTE = re.compile(r"cassettes/[\w-]+\.yaml")
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def read(page: str) -> str:
    """Read a page by its path in the project."""
    return (ROOT / page).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the comment before it, its text, and where that begins."""

    page: str
    language: str
    mark: str
    code: str
    line: int

    @property
    def missing(self) -> list[str]:
        """The shipped cassettes that it names and nobody has recorded yet."""
        named = set(_CASSETTE.findall(self.code)) & SHIPPED
        return sorted(name for name in named if not (ROOT / name).is_file())


SHIPPED = {
    f"cassettes/{n}.yaml" for n in ("trade-dispute", "port-strike", "cyber-incident", "reask", "earnings-report")
}


def blocks(page: str) -> list[Block]:
    """Give the fenced blocks of a page in order."""
    text = read(page)
    return [
        Block(page, m["language"], m["mark"] or "", m["code"], text.count("\n", 0, m.start("code")) + 1)
        for m in _BLOCK.finditer(text)
    ]


# --- what a page's blocks are run with ----------------------------------------------------------------


def _answer(call: Call) -> str:
    """Answer as a model would: doctor's question, the example of a kind of one's own, or a small brief."""
    body = call.body.decode()
    first = {"evidence": [1], "attribution": None}
    if '"closed"' in body:
        return json.dumps({"closed": {**first, "text": "The north pier will stay closed"}})
    if '"guidance"' in body:
        figure = {**first, "text": "Revenue rose 14%", "measure": "revenue", "period": "the second quarter"}
        return json.dumps({"company": "Brannoch Optics", "figures": [figure], "guidance": [], "risks": []})
    lists = {key: [] for key in ("parties", "stakes", "threats", "next_steps", "quotations", "gaps")}
    claim = {**first, "text": "Norvania would impose a 25% tariff on cars from Kelmaria"}
    return json.dumps({"headline": claim, "bottom_line": claim, **lists})


@dataclass
class Runner:
    """Runs the blocks of one page in order, in one folder and one namespace."""

    folder: Path
    server: str
    monkeypatch: pytest.MonkeyPatch
    namespace: dict = field(default_factory=lambda: {"__name__": "docs"})

    def run(self, block: Block) -> str:
        """Run a block and give its text with the output that it has now."""
        if block.mark.startswith("file: "):
            (self.folder / block.mark.removeprefix("file: ")).write_text(block.code, encoding="utf-8")
        elif block.language == "python":
            self.python(block)
        elif block.language == "console":
            return self.console(block)
        elif block.language == "toml":
            self.toml(block)
        return block.code

    def python(self, block: Block) -> None:
        code = "\n" * (block.line - 1) + block.code.replace(SERVER, self.server)
        compiled = compile(code, block.page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        if compiled.co_flags & inspect.CO_COROUTINE:  # as in a notebook
            asyncio.run(eval(compiled, self.namespace))
        else:
            exec(compiled, self.namespace)

    def toml(self, block: Block) -> None:
        config_path().parent.mkdir(parents=True, exist_ok=True)
        config_path().write_text(block.code, encoding="utf-8")
        try:
            resolved = resolve()
        finally:
            config_path().unlink()
        assert tomllib.loads(block.code)["model"] == resolved.model

    def console(self, block: Block) -> str:
        lines: list[str] = []
        for command, shown in _sessions(block.code):
            code, out, err = self.command(_EXIT_CODE.sub("", command))
            wanted = _EXIT_CODE.search(command)
            where = f"{block.page}, line {block.line}: {command}"
            assert code == int(wanted[1] if wanted else 0), f"{where}\n{out}{err}"
            is_true = not shown or _matches(shown, out) or _matches(shown, out + err)
            assert is_true or (UPDATES and block.mark == "output: generated"), f"{where}\n{out}{err}"
            lines += [f"$ {command}", *(shown if is_true else (out + err).splitlines())]
        return "\n".join(lines) + "\n"

    def command(self, line: str) -> tuple[int, str, str]:
        """Run one line of a session: in this process where no shell is needed."""
        words = shlex.split(line.replace(SERVER, self.server))
        if words[0] == "export":
            for name, _, value in (word.partition("=") for word in words[1:]):
                self.monkeypatch.setenv(name, value)
            return 0, "", ""
        if words[0] == "summarizer" and not re.search(r"[|<>;&$]", line):
            result = CliRunner().invoke(app, words[1:], prog_name="summarizer")
            found = result.exit_code, result.stdout, result.stderr
        else:
            done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, cwd=self.folder)
            found = done.returncode, done.stdout.decode(), done.stderr.decode()
        code, out, err = found
        return code, out.replace(self.server, SERVER), err.replace(self.server, SERVER)


def _sessions(code: str) -> list[tuple[str, list[str]]]:
    """Take a console block apart: each command, and the lines that are shown under it."""
    found: list[tuple[str, list[str]]] = []
    for line in code.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def _matches(shown: list[str], actual: str) -> bool:
    """Compare, with `...` for any lines where it stands alone, and for the rest of a line at its end."""
    pattern = "".join(_pattern(line.rstrip()) for line in shown)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in actual.splitlines())) is not None


def _pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:.*\n)*?"
    return re.escape(line.removesuffix("...")) + (r".*\n" if line.endswith("...") else r"\n")


@pytest.fixture
def runner(tmp_path, monkeypatch):
    for name in ("examples", "cassettes"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    programs = tmp_path.parent / f"{tmp_path.name}-bin"
    programs.mkdir()
    start = "from summarizer._cli.main import main; main()"
    (programs / "summarizer").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -c "{start}" "$@"\n')
    (programs / "summarizer").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    with FaultServer(answer=_answer, models=("my-model",)) as server:
        yield Runner(tmp_path, server.base_url, monkeypatch)


@pytest.mark.parametrize("page", PAGES)
def test_the_blocks_of_a_page_do_what_they_show(page, runner):
    missing: list[str] = []
    for block in blocks(page):
        if block.missing:
            missing += block.missing
            continue
        now = runner.run(block)
        if UPDATES and now != block.code:
            (ROOT / page).write_text(read(page).replace(block.code, now), encoding="utf-8")
    if missing:
        pytest.skip(f"the other blocks hold; not recorded yet: {', '.join(sorted(set(missing)))}")


def test_output_that_differs_from_what_is_shown_is_noticed():
    assert _matches(["a", "...", "b c..."], "a\nx\ny\nb cd\n")
    assert _matches(["a", "..."], "a\n")
    assert not _matches(["a", "b"], "a\nx\nb\n")
    assert not _matches(["a"], "a\nb\n")
    assert not _matches(["a", "..."], "x\na\n")


# --- links --------------------------------------------------------------------------------------------

LINKS = sorted({(page, link["target"]) for page in PAGES for link in _LINK.finditer(read(page))})


def _anchors(page: Path) -> set[str]:
    """Give the anchors of a page as they are made of its headings."""
    prose = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_a_link_leads_somewhere(page, target):
    if re.match(r"https?:", target):
        assert target.startswith("https://")
        return
    path, _, anchor = target.partition("#")
    aim = (ROOT / page).parent / path if path else ROOT / page
    if aim.parent.name == "schemas":  # inside the package where the wheel is tested
        aim = resource("schemas", aim.name)
    if aim == DOCS / "figures.md" and not aim.exists():
        pytest.skip("docs/figures.md is generated by the benchmarks and not there yet")
    assert aim.exists()
    assert not anchor or anchor in _anchors(aim)


def test_the_readme_stays_short():
    assert len(read("README.md").splitlines()) < 150


# --- the command line ---------------------------------------------------------------------------------


@pytest.fixture
def help_of(monkeypatch):
    """Give the help page of a command at 80 columns; typer's runner would make it two columns wider."""
    monkeypatch.setenv("COLUMNS", "80")

    def page(command: str) -> str:
        written = io.StringIO()
        with contextlib.redirect_stdout(written), contextlib.suppress(SystemExit):
            app([*command.split(), "--help"], prog_name="summarizer")
        return written.getvalue()

    return page


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_pages_are_those_of_the_program(command, help_of):
    mark = f"help: {command}".strip()
    (shown,) = (block.code for block in blocks("docs/cli.md") if block.mark == mark)
    if UPDATES and shown != help_of(command):
        before, after = (f"<!-- {mark} -->\n```text\n{page}```" for page in (shown, help_of(command)))
        (DOCS / "cli.md").write_text(read("docs/cli.md").replace(before, after), encoding="utf-8")
        return
    assert shown == help_of(command)


def test_every_command_has_its_help_page():
    assert {name for name in COMMANDS if name} == {command.name for command in app.registered_commands}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained_beside_its_help_page(command, help_of):
    prose = _BLOCK.sub("", read("docs/cli.md"))
    options = set(re.findall(r"(?<=\s)--[a-z-]+", help_of(command)))
    assert [option for option in sorted(options) if f"`{option}" not in prose and f" {option}" not in prose] == []


def test_the_messages_that_are_explained_are_those_of_the_program():
    package = Path(inspect.getfile(errors)).parent
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(package.rglob("*.py")))
    source = re.sub(r'"\s*f?"', "", source)  # a message that runs over two lines of code
    messages = [row[0] for row in _table("docs/quickstart.md", "## When something goes wrong")]
    pieces = [piece.strip() for message in messages for piece in message.split("...") if piece.strip()]
    assert [piece for piece in pieces if piece not in source] == []


# --- the brief ----------------------------------------------------------------------------------------


def _names(schema: dict) -> set[str]:
    properties = [schema["properties"], *(d.get("properties", {}) for d in schema["$defs"].values())]
    return {name for each in properties for name in each}


def _values(node: object) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(_values, node))
    if not isinstance(node, dict):
        return set()
    here = {value for value in node.get("enum", ()) if isinstance(value, str)}
    return here.union(*(_values(value) for value in node.values()))


def test_every_field_of_a_saved_brief_is_explained_and_every_value_that_it_may_have():
    prose, schema = read("docs/brief.md"), published_schema(Brief)
    assert [name for name in sorted(_names(schema) | _values(schema)) if f"`{name}`" not in prose] == []


def _table(page: str, heading: str) -> list[list[str]]:
    """Give the rows of the first table under a heading, cells stripped."""
    section = read(page).partition(f"\n{heading}\n")[2]
    rows = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows]


SEEN = _table("docs/brief.md", "### What they see")
UNSEEN = _table("docs/brief.md", "### What they cannot see")


def _verdict(statement: str, evidence: str):
    article = article_of(evidence, "Kelmaria charges a duty of 12%.")
    return verdict_of(Statement(text=statement, evidence=[Span.of(article, 1)]), ArticleFacts(article), [])


@pytest.mark.parametrize(("check", "statement", "evidence", "verdict"), SEEN)
def test_the_checks_see_what_the_page_says(check, statement, evidence, verdict):
    found = _verdict(statement, evidence)
    assert (found.value, [problem.check for problem in found.problems]) == (verdict, [check])


@pytest.mark.parametrize(("what", "statement", "evidence"), UNSEEN)
def test_the_checks_miss_what_the_page_says_that_they_miss(what, statement, evidence):
    assert _verdict(statement, evidence).value == "supported", f"{what} is seen now: take it off the list"


def test_every_check_is_described():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "summarizer" / "grounding").glob("*.py")]
    if not sources:  # the built wheel is tested without the source beside it
        folder = Path(inspect.getfile(importlib.import_module("summarizer.grounding"))).parent
        sources = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    names = r'(?:check=|Finding\(|Reference\([^,]+, )"(\w+)"'
    checks = {name for source in sources for name in re.findall(names, source)}
    prose = read("docs/brief.md") + read("docs/verification.md")
    assert len(checks) >= 20
    assert [check for check in sorted(checks) if f"`{check}`" not in prose] == []


# --- the library --------------------------------------------------------------------------------------


def test_the_table_of_settings_is_that_of_the_program():
    shown = {name: ast.literal_eval(default) for name, default, *_ in _table("docs/library.md", "## Settings")}
    known = {f.name: f.default for f in fields(Settings) if not f.name.startswith("_")}
    assert MISSING not in known.values()
    assert shown == known


def test_the_settings_are_the_keywords_of_the_summarizer():
    keywords = set(inspect.signature(Summarizer.__init__).parameters) - {"self", "kind"}
    assert keywords == {name for name, *_ in _table("docs/library.md", "## Settings")}


def test_every_error_is_in_the_page_about_the_library():
    named = {n for n, c in vars(errors).items() if inspect.isclass(c) and issubclass(c, Exception)}
    assert [name for name in sorted(named) if name not in read("docs/library.md")] == []
