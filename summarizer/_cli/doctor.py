"""summarizer doctor: which engine would run and why, whether the endpoint answers, and what it takes."""

from __future__ import annotations

from typing import Annotated

import typer

from summarizer._cli.options import ApiKey, BaseUrl, EngineName, Model, ModeOption, given
from summarizer._cli.talk import put


def doctor(
    engine: EngineName = None,
    model: Model = None,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
    mode: ModeOption = None,
    ask: Annotated[
        bool, typer.Option("--ask/--no-ask", help="Ask the model one small question (some hundred tokens).")
    ] = True,
) -> None:
    """Tell which engine would run and why, and whether its endpoint works.

    Exits with 1 where a configured endpoint does not. Never prints a key.
    """
    from summarizer.diagnosis import diagnose  # noqa: PLC0415 - only here
    from summarizer.settings import resolve  # noqa: PLC0415

    settings = resolve(**given(engine=engine, model=model, base_url=base_url, api_key=api_key, mode=mode))
    works = True
    for fact in diagnose(settings, ask=ask):
        put(f"{fact.name + ':':<12} {fact.text}")
        works = works and fact.is_well
    if not works:
        raise typer.Exit(1)
