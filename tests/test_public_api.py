"""What the package promises: its names, its errors, and that importing it costs nothing."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import summarizer
from summarizer import errors

HEAVY = (
    "openai",
    "instructor",
    "trafilatura",
    "httpx2",
    "httpx",
    "aiohttp",
    "yaml",
    "genai_prices",
    "vcr",
    "tenacity",
    "jinja2",
)


def test_the_names_are_sorted_and_each_is_there():
    assert list(summarizer.__all__) == sorted(summarizer.__all__)
    for name in summarizer.__all__:
        assert getattr(summarizer, name) is not None
    assert dir(summarizer) == summarizer.__all__


def test_the_names_that_types_see_are_those_that_are_there():
    tree = ast.parse(Path(summarizer.__file__).read_text(encoding="utf-8"))
    typed = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    assert typed | {"__version__"} == set(summarizer.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = summarizer.Nonsense


def test_the_tree_of_errors_is_the_one_that_is_drawn():
    lines = re.findall(r"^([│ ├└─]*)(\w+(?:Error))\b", errors.__doc__, re.MULTILINE)
    drawn, stack = {}, []
    for indent, name in lines:
        depth = len(indent) // 4
        drawn[name] = stack[depth - 1] if depth else "Exception"
        stack[depth:] = [name]
    real = {
        n: c.__bases__[0].__name__ for n, c in vars(errors).items() if inspect.isclass(c) and issubclass(c, Exception)
    }
    assert drawn == real


def test_misuse_and_failure_have_exit_codes_of_their_own():
    assert errors.UsageError.exit_code == 2
    assert errors.RunError.exit_code == 1
    assert not issubclass(errors.UsageError, errors.RunError)


def _imported(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def test_importing_the_package_imports_nothing_heavy():
    imported = _imported("import summarizer")
    assert not imported & {*HEAVY, "pydantic", "rich", "typer"}


_CLI = """
from summarizer._cli.main import app
try:
    app({!r})
except SystemExit as end:
    assert end.code in (0, None), end.code
"""


@pytest.mark.parametrize("arguments", [["--help"], ["brief", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments):
    imported = _imported(_CLI.format(arguments))
    assert not imported & {*HEAVY, "rich.console", "summarizer.brief", "summarizer.reading"}


@pytest.mark.parametrize("arguments", [["schema"], ["schema", "--asked"]])
def test_the_schema_command_imports_neither_openai_nor_instructor(arguments):
    assert not _imported(_CLI.format(arguments)) & set(HEAVY)


@pytest.mark.parametrize("output_format", ["terminal", "json", "markdown"])
def test_an_extractive_brief_imports_neither_openai_nor_instructor(output_format, example):
    arguments = [
        "brief",
        "--engine",
        "extractive",
        "--format",
        output_format,
        str(example("trade-dispute.txt")),
    ]
    assert not _imported(_CLI.format(arguments)) & set(HEAVY)


def test_a_check_imports_neither_openai_nor_instructor(example, tmp_path):
    article, saved = str(example("trade-dispute.txt")), str(tmp_path / "saved.json")
    _imported(_CLI.format(["brief", "--engine", "extractive", "-o", saved, article]))
    assert not _imported(_CLI.format(["check", saved])) & set(HEAVY)


def test_public_functions_have_docstrings_and_full_types():
    for name in summarizer.__all__:
        found = getattr(summarizer, name)
        if inspect.isclass(found):
            assert found.__doc__, name
            for member, function in vars(found).items():
                if inspect.isfunction(function) and not member.startswith("_"):
                    assert function.__doc__, f"{name}.{member}"
                    assert "return" in function.__annotations__, f"{name}.{member}"
        elif callable(found):
            assert found.__doc__, name


def test_the_package_says_that_it_is_typed():
    assert (Path(summarizer.__file__).parent / "py.typed").is_file()
