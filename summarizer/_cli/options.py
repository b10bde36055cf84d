"""The options that several commands share, each described once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from summarizer.errors import UsageError

EngineName = Annotated[
    str | None,
    typer.Option(
        "--engine",
        help="auto, openai, extractive, or the name of a plugged-in engine [default: auto]",
        show_default=False,
    ),
]
Model = Annotated[
    str | None, typer.Option("--model", "-m", help="Model to ask. Else SUMMARIZER_MODEL or the config file.")
]
BaseUrl = Annotated[str | None, typer.Option("--base-url", help="OpenAI-compatible endpoint. Else OPENAI_BASE_URL.")]
ApiKey = Annotated[
    str | None,
    typer.Option(
        "--api-key",
        help="Key of the endpoint; others on this machine may see it here, so prefer OPENAI_API_KEY.",
    ),
]
ModeOption = Annotated[
    str | None,
    typer.Option(
        "--mode",
        help="How the shape is asked for: auto, json_schema, tools or json [default: auto]",
        show_default=False,
    ),
]
PromptFile = Annotated[Path | None, typer.Option("--prompt", help="A prompt template of your own.")]
SchemaName = Annotated[
    str | None,
    typer.Option("--schema", help="A shape of your own: FILE.json (JSON Schema) or package.module:Class."),
]

MaxInputTokens = Annotated[
    int | None,
    typer.Option("--max-input-tokens", help="Refuse a longer article [default: 100000]", show_default=False),
]
MaxOutputTokens = Annotated[
    int | None,
    typer.Option(
        "--max-output-tokens", help="Let the model write at most this much [default: 8192]", show_default=False
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option("--temperature", help="Sampling temperature [default: the server's]", show_default=False),
]
Timeout = Annotated[
    float | None, typer.Option("--timeout", help="Seconds for one call [default: 180]", show_default=False)
]
Proxy = Annotated[str | None, typer.Option("--proxy", help="Go through this HTTP proxy; none is used otherwise.")]
ResendUnknown = Annotated[
    bool | None,
    typer.Option(
        "--resend-unknown/--no-resend-unknown",
        help="Send a call again whose reply got lost and may have been paid [default: resend once]",
        show_default=False,
    ),
]
Mend = Annotated[
    bool,
    typer.Option(
        "--mend/--no-mend",
        help="Ask again for statements that fail their checks [default: mend]",
        show_default=False,
    ),
]


def named_path(value: str) -> Path:
    """Read a path; UsageError for an empty one, which a variable that is not set leaves, and Path takes for `.`."""
    if not value:
        raise UsageError("a path is empty; name a folder, or . for this one")
    return Path(value)


def given(**options: Any) -> dict[str, Any]:  # noqa: ANN401 - settings of any type
    """Keep the options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def allow_local_modules() -> None:
    """Let `--schema package.module:Class` find modules of the current folder, after all installed ones."""
    if "" not in sys.path:
        sys.path.append("")
