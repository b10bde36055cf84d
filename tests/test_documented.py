"""Fields are described by the docstrings below them, read from the source when a schema is asked for."""

from __future__ import annotations

import subprocess
import sys

from summarizer.brief import Evidenced, Model, Statement
from summarizer.documented import field_docs


class Outer:
    """Holds a class, as a user's module may."""

    class Inner(Evidenced):
        """A kind of claim."""

        place: str
        """Where it happened,
        as the article says."""
        plain: int = 0


def test_a_field_is_described_by_the_docstring_below_it_and_no_other() -> None:
    assert field_docs([Outer.Inner]) == {"place": "Where it happened,\nas the article says."}


def test_a_schema_has_the_descriptions_of_the_bases_too() -> None:
    properties = Outer.Inner.model_json_schema()["properties"]
    assert properties["place"]["description"].startswith("Where it happened")
    assert properties["attribution"]["description"].startswith("Who the article says said it")
    assert "description" not in properties["plain"]


def test_classes_inside_a_function_are_found() -> None:
    class Local(Model):
        here: str
        """Said below."""

    assert Local.model_json_schema()["properties"]["here"]["description"] == "Said below."


def test_a_class_without_source_is_described_by_nothing() -> None:
    made = type("Made", (Statement,), {"__module__": "nowhere"})
    assert field_docs([made, int]) == {}


def test_the_source_is_not_read_on_import() -> None:
    code = (
        "import summarizer.brief, summarizer.documented as d;"
        "assert d._docs_of_module.cache_info().misses == 0;"
        "summarizer.brief.Statement.model_json_schema();"
        "assert d._docs_of_module.cache_info().misses"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
