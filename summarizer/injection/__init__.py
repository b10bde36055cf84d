"""Injection: finds what in an article speaks to a model instead of telling the story.

Nothing is taken out of the article for it. What is found is marked in the prompt and listed in the brief.
"""

from __future__ import annotations

from summarizer.injection.finding import Injection, find_injections

__all__ = ["Injection", "find_injections"]
