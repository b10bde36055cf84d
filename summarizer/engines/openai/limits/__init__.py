"""Keeps within what a server allows: paces calls, holds them when it refuses, and stops asking a dead server."""

from __future__ import annotations

from summarizer.engines.openai.limits.limiter import Limiter
from summarizer.engines.openai.limits.registry import limiter_for
from summarizer.engines.openai.limits.state import LimiterState
from summarizer.engines.openai.limits.tickets import Need, Patience

__all__ = ["Limiter", "LimiterState", "Need", "Patience", "limiter_for"]
