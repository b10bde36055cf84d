"""Tokens and money: what a request will take, what a reply took, and what that costs."""

from __future__ import annotations

import re
from decimal import Decimal  # noqa: TC003
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeGuard

from summarizer.brief import Tokens

if TYPE_CHECKING:
    from summarizer.settings import Settings

#: Bytes of UTF-8 for one token, in English and in scripts outside ASCII; tokenizers of large models lie
#: between 3.5 and 4.6 in English prose and need about one token a character in Chinese.
BYTES_PER_TOKEN = 4.0
NON_ASCII_PER_TOKEN = 1.6

#: Counts above this are nonsense: no model reads or writes as much in one call.
MAX_PLAUSIBLE = 20_000_000

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")


def estimate(text: str) -> int:
    """Estimate the tokens of a text, without a tokenizer (none works offline for every model)."""
    ascii_only = len(text) if text.isascii() else len(text) - sum(map(len, _NON_ASCII.findall(text)))
    return round(ascii_only / BYTES_PER_TOKEN + (len(text) - ascii_only) / NON_ASCII_PER_TOKEN) + 1


def estimate_of_body(body: bytes) -> int:
    """Estimate the tokens that a request's body takes, from its bytes: in UTF-8 no script has more tokens than that."""
    return round(len(body) / BYTES_PER_TOKEN) + 1


def usage_of(reply: dict[str, Any]) -> Tokens:
    """Read a reply's usage; what is missing or absurd is unknown, never 0."""
    usage = reply.get("usage")
    if not isinstance(usage, dict):
        return Tokens(unknown=1)
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if not (_plausible(prompt) and _plausible(completion)) or prompt == 0:
        return Tokens(unknown=1)
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    if not _plausible(cached) or cached > prompt:
        cached = 0
    return Tokens(input=prompt, output=completion, cached=cached)


def _plausible(count: object) -> TypeGuard[int]:
    return isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= MAX_PLAUSIBLE


def cost(tokens: Tokens, settings: Settings) -> Decimal | None:
    """Give the price in US dollars, or None where the price or a part of the usage is not known.

    A price is the one that was set, else that of the server at the base URL; the same model's price elsewhere is
    no guide.
    """
    if tokens.unknown:
        return None
    if settings.price is not None:
        return settings.price.of(tokens)
    model = settings.model or ""
    return _price(tokens, model, settings.base_url) if _has_price(model, settings.base_url) else None


def has_price(settings: Settings) -> bool:
    """Tell whether what a call costs will be known."""
    return settings.price is not None or _has_price(settings.model or "", settings.base_url)


def _price(tokens: Tokens, model: str, base_url: str) -> Decimal:
    from genai_prices import Usage, calc_price  # noqa: PLC0415 - 370 ms to import, and not for --help

    usage = Usage(input_tokens=tokens.input, cache_read_tokens=tokens.cached, output_tokens=tokens.output)
    return calc_price(usage, model_ref=model, provider_api_url=base_url).total_price


@lru_cache(maxsize=64)
def _has_price(model: str, base_url: str) -> bool:
    """Tell whether the price is known: an unknown one is looked for once, not once an article."""
    try:
        _price(Tokens(input=1, output=1), model, base_url)
    except (LookupError, ValueError):
        return False
    return True
