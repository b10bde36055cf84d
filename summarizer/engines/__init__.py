"""Engines write the brief; this is what every engine looks like and how one is found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from summarizer.brief import Tokens
from summarizer.errors import SettingsError
from summarizer.render.safe import visible
from summarizer.settings import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from summarizer.article import Article
    from summarizer.kinds import Kind
    from summarizer.settings import Settings

ENTRY_POINTS = "summarizer.engines"

#: The engines of this package, so that a checkout that is not installed finds them too.
_OWN = {
    "extractive": "summarizer.engines.extractive:create",
    "openai": "summarizer.engines.openai:create",
}

#: Stands in for the key of an engine that sends nothing.
_NO_KEY = "none"


@dataclass(frozen=True, slots=True)
class Draft:
    """What an engine gives back: content that fits its kind, not yet grounded, and what it took."""

    content: BaseModel
    model: str | None = None
    tokens: Tokens = field(default_factory=Tokens)
    cost: Decimal | None = None
    tries: int = 0
    flags: tuple[str, ...] = ()


@runtime_checkable
class Engine(Protocol):
    """Writes the content of a brief.

    An engine is used from one event loop, by many calls at once. Plug one in with an entry point in the group
    `summarizer.engines` that names a function `(Settings) -> Engine`.
    """

    name: str
    #: True where it fills the built-in kind only, whatever prompt and schema say.
    built_in_kind_only: bool

    async def write(self, article: Article, kind: Kind[Any]) -> Draft:
        """Write the content for one article; RunError where that fails."""
        ...

    async def aclose(self) -> None:
        """Close what the engine opened."""
        ...


@runtime_checkable
class Asks(Protocol):
    """An engine that can be asked for something else than a whole brief, so that its items can be mended."""

    async def ask(self, article: Article, kind: Kind[Any], user: str) -> Draft:
        """Ask for the kind's content with a user message of its own; RunError where that fails."""
        ...


def total(draft: Draft, more: list[Draft]) -> Draft:
    """Give a draft with what further calls took added to its counts; a cost is known only where all are."""
    drafts = [draft, *more]
    costs = [d.cost for d in drafts if d.cost is not None]
    return replace(
        draft,
        tokens=Tokens(**{name: sum(getattr(d.tokens, name) for d in drafts) for name in Tokens.model_fields}),
        cost=sum(costs, start=Decimal(0)) if len(costs) == len(drafts) else None,
        tries=sum(d.tries for d in drafts),
        flags=tuple(dict.fromkeys(flag for d in drafts for flag in d.flags)),
    )


def choose(settings: Settings) -> tuple[str, str]:
    """Give the name of the engine that these settings lead to, and why, in one line."""
    if settings.engine != "auto":
        return settings.engine, "asked for by name"
    if settings.replay is not None:
        return "openai", "a cassette is replayed"
    missing = settings.missing_for_model()
    if missing and settings.origin_of("model") != "argument":  # a model that is asked for is never left out quietly
        return "extractive", f"no model is configured: {missing}"
    return (
        "openai",
        f"the model {visible(settings.model or '')} is configured ({settings.origin_of('model')})",
    )


def create(settings: Settings, *, sends: bool = True) -> Engine:
    """Create the engine that these settings lead to; SettingsError where there is none of that name.

    One that never `sends`, because what it would send is only counted, needs no key.
    """
    name, _ = choose(settings)
    if name == "extractive" and (settings.record or settings.replay):
        raise SettingsError("the extractive engine makes no HTTP calls: there is nothing to record or replay")
    if not sends and settings.api_key is None:
        settings = replace(settings, api_key=Secret(_NO_KEY))
    return _factory(name)(settings)


def names() -> list[str]:
    """Give the names of all engines that are installed."""
    return sorted({*_OWN, *(entry.name for entry in entry_points(group=ENTRY_POINTS))})


def _factory(name: str) -> Callable[[Settings], Engine]:
    if name in _OWN:  # no look at all installed packages for what is known
        module, _, function = _OWN[name].partition(":")
        from importlib import import_module  # noqa: PLC0415

        factory: Callable[[Settings], Engine] = getattr(import_module(module), function)
        return factory
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        loaded: Callable[[Settings], Engine] = entry.load()
        return loaded
    raise SettingsError(f"there is no engine {visible(name)}; there are auto, {', '.join(names())}")
