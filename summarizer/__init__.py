"""Briefs of articles that can be checked, statement by statement.

Importing this package imports nothing heavy: each public name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from summarizer.article import Article as Article
    from summarizer.article import Sentence as Sentence
    from summarizer.brief import Brief as Brief
    from summarizer.brief import CustomBrief as CustomBrief
    from summarizer.brief import NextStep as NextStep
    from summarizer.brief import Party as Party
    from summarizer.brief import Quotation as Quotation
    from summarizer.brief import Span as Span
    from summarizer.brief import Stake as Stake
    from summarizer.brief import Statement as Statement
    from summarizer.brief import Threat as Threat
    from summarizer.brief import Verdict as Verdict
    from summarizer.checking import Finding as Finding
    from summarizer.checking import check_brief as check_brief
    from summarizer.dates import Resolved as Resolved
    from summarizer.dates import resolve_date as resolve_date
    from summarizer.errors import AccountError as AccountError
    from summarizer.errors import AnswerError as AnswerError
    from summarizer.errors import ArticleError as ArticleError
    from summarizer.errors import RunError as RunError
    from summarizer.errors import SummarizerError as SummarizerError
    from summarizer.errors import TransportError as TransportError
    from summarizer.errors import UsageError as UsageError
    from summarizer.facade import Summarizer as Summarizer
    from summarizer.grounding.summary import CheckedSentence as CheckedSentence
    from summarizer.grounding.summary import SummaryReport as SummaryReport
    from summarizer.grounding.summary import check_summary as check_summary
    from summarizer.kinds import Kind as Kind
    from summarizer.prompts import Prompt as Prompt

    __version__: str

_HOMES = {
    "AccountError": "errors",
    "AnswerError": "errors",
    "Article": "article",
    "ArticleError": "errors",
    "Brief": "brief",
    "CheckedSentence": "grounding.summary",
    "CustomBrief": "brief",
    "Finding": "checking",
    "Kind": "kinds",
    "NextStep": "brief",
    "Party": "brief",
    "Prompt": "prompts",
    "Quotation": "brief",
    "Resolved": "dates",
    "RunError": "errors",
    "Sentence": "article",
    "Span": "brief",
    "Stake": "brief",
    "Statement": "brief",
    "Summarizer": "facade",
    "SummaryReport": "grounding.summary",
    "SummarizerError": "errors",
    "Threat": "brief",
    "TransportError": "errors",
    "UsageError": "errors",
    "Verdict": "brief",
    "check_brief": "checking",
    "check_summary": "grounding.summary",
    "resolve_date": "dates",
}

__all__ = sorted(["__version__", *_HOMES])  # noqa: PLE0605 - one list of names, not two


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    if name == "__version__":
        return import_module("summarizer.version").VERSION
    if name in _HOMES:
        return getattr(import_module(f"summarizer.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'summarizer' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
