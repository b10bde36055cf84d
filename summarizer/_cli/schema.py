"""summarizer schema: the JSON Schemas, as published and as a model is asked for."""

from __future__ import annotations

from typing import Annotated

import typer

from summarizer._cli.options import SchemaName, allow_local_modules
from summarizer._cli.talk import stdout


def schema(
    asked: Annotated[
        bool, typer.Option("--asked", help="The schema that a model is asked for, not the published one.")
    ] = False,
    schema: SchemaName = None,
) -> None:
    """Print the JSON Schema of a brief."""
    from summarizer.kinds import kind_from_options  # noqa: PLC0415 - pydantic only here
    from summarizer.schemas import dumps, published_schema  # noqa: PLC0415

    allow_local_modules()
    kind = kind_from_options(None, schema)
    with stdout() as stream:
        stream.write(dumps(kind.schema if asked else published_schema(kind.brief)))
