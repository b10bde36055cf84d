"""From a claim and its evidence to a verdict: all checks, one score, and the problems with their place in the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.brief import Problem
from summarizer.grounding.cases import Case
from summarizer.grounding.checks import run_checks
from summarizer.grounding.support import features, fitted
from summarizer.grounding.wording import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.brief import VerdictValue
    from summarizer.grounding.cases import Finding
    from summarizer.grounding.facts import ArticleFacts
    from summarizer.grounding.words import Passage

_WHOLE = 0.9


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checks make of one claim against one choice of evidence."""

    value: VerdictValue
    score: float
    findings: list[Finding]
    case: Case

    def problems(self) -> list[Problem]:
        """Give the findings as problems, with their code points in the claim."""
        if not self.findings and self.value != "supported":
            message = "no check found a contradiction, but its words do not stand together like this in the article"
            return [Problem(check="support", message=message)]
        return [_problem(self.case, finding) for finding in self.findings]


def judge(
    claim: Passage,
    sentences: Sequence[int],
    article: ArticleFacts,
    *,
    attribution: str | None = None,
    is_cited: bool = True,
) -> Judgement:
    """Judge a claim against the sentences at these places (from 0) of the article."""
    evidence = article.evidence(sentences)
    case = Case(claim, evidence, article, tuple(article.before(sentences)), attribution, is_cited, tuple(sentences))
    if _is_whole(claim.text, evidence.text):
        return Judgement("supported", 1.0, [], case)
    findings = run_checks(case)
    model = fitted()
    score = model.score(features(case, findings))
    return Judgement(_value(findings, score), score, findings, case)


def _value(findings: Sequence[Finding], score: float) -> VerdictValue:
    model = fitted()
    if any(finding.grave for finding in findings) or score < model.unsupported_below:
        return "unsupported"
    return "weak" if findings or score < model.supported_from else "supported"


def _is_whole(claim: str, evidence: str) -> bool:
    """Tell whether a claim is its evidence, word for word: nothing that is left out can change what it says."""
    return len(claim) >= _WHOLE * len(evidence) and folded(claim) == folded(evidence)


def _problem(case: Case, finding: Finding) -> Problem:
    if not case.claim.words:
        return Problem(check=finding.check, message=finding.message)
    start, end = case.claim.span(finding.first, finding.last)
    return Problem(
        check=finding.check, message=finding.message, found=case.claim.text[start:end][:200], start=start, end=end
    )
