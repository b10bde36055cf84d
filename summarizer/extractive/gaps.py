"""What a reader would want to know and the article does not say, by plain rules; judgements, not facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.article import Article
    from summarizer.brief import NextStep, Party, Quotation, Threat
    from summarizer.extractive.lines import Line

MOST = 4
_FIGURE = re.compile(r"\d")


def gaps(
    article: Article,
    lines: list[Line],
    *,
    parties: list[Party],
    threats: list[Threat],
    next_steps: list[NextStep],
    quotations: list[Quotation],
    voices: set[str],
) -> list[str]:
    """Judge what is missing; `voices` are the names of all who are quoted or reported. At most four lines."""
    if article.language != "en":
        note = "Stakes, threats and next steps were looked for in English only."
        return [gap for gap in (_no_date(article, next_steps), note) if gap]
    found = [
        _no_date(article, next_steps),
        *_unheard(parties, threats, voices),
        *_unconditional(threats),
        *_undated(next_steps),
        None if next_steps else "The article does not say what happens next.",
        None if quotations or not parties else "Nobody is quoted directly.",
        None if any(_FIGURE.search(line.text) for line in lines) else "The article gives no figures.",
    ]
    return [gap for gap in found if gap is not None][:MOST]


def _no_date(article: Article, next_steps: list[NextStep]) -> str | None:
    if article.published is not None:
        return None
    leaning = ", so its dates cannot be placed" if any(s.when for s in next_steps) else ""
    return f"The article's date is not known{leaning}."


def _unheard(parties: list[Party], threats: list[Threat], voices: set[str]) -> list[str]:
    """Name those whom a threat or accusation is aimed at and who do not speak."""
    aimed = dict.fromkeys(name for threat in threats for name in threat.against)
    known = {p.name for p in parties if p.kind != "place"}
    silent = [name for name in aimed if name in known and name not in voices]
    return [f"{name} is the target of a threat or an accusation and is not heard." for name in silent[:2]]


def _unconditional(threats: list[Threat]) -> list[str]:
    open_ones = [t for t in threats if t.status == "threatened" and t.condition is None]
    return [f"No condition is given for the threat in sentence {t.evidence[0].sentence}." for t in open_ones[:1]]


def _undated(next_steps: list[NextStep]) -> list[str]:
    open_ones = [s for s in next_steps if s.when is None]
    return [f"No date is given for the step in sentence {s.evidence[0].sentence}." for s in open_ones[:1]]
