"""The model engine, over openai and instructor; importing this package imports both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from summarizer.cassettes import metadata
from summarizer.engines.openai.engine import OpenAIEngine
from summarizer.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from summarizer.settings import Settings

__all__ = ["OpenAIEngine", "create"]


def create(settings: Settings) -> OpenAIEngine:
    """Create the engine; SettingsError where a model or a key is missing."""
    if settings.replay is not None:
        return OpenAIEngine(_as_recorded(settings, settings.replay))
    missing = settings.missing_for_model()
    if missing:
        raise SettingsError(f"the engine openai needs a {'key' if settings.model else 'model'}: {missing}")
    return OpenAIEngine(settings)


def _as_recorded(settings: Settings, cassette: Path) -> Settings:
    """Take from the cassette what was not given: a replay must send the requests that were recorded."""
    recorded = metadata(cassette)
    taken = {
        name: recorded[name]
        for name in ("model", "base_url", "mode", "max_output_tokens", "temperature")
        if isinstance(recorded.get(name), (str, int, float)) and settings.origin_of(name) != "argument"
    }
    return replace(settings, **taken)
