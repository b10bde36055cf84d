"""From a claim and its evidence to a verdict: all checks, one score, and the problems with their place in the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.brief import Problem
from summarizer.grounding.cases import Case
from summarizer.grounding.checks import CHECKS, run_checks
from summarizer.grounding.support import features, fitted
from summarizer.grounding.wording import count_e

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from summarizer.brief import VerdictValue
    from summarizer.grounding.cases import Finding
    from summarizer.grounding.facts import ArticleFacts
    from summarizer.grounding.words import Passage

_LEAST_OF_WHOLE = 0.9


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
    is_conditional: bool = False,
    is_cited: bool = True,
) -> Judgement:
    """Judge a claim against the sentences at these places (from 0) of the article."""
    case = Case(claim, article.evidence(sentences), article, sentences, attribution, is_conditional, is_cited)
    return _whole(case) if _is_whole(case) else _weighed(case, list(run_checks(case)))


def judge_for(
    least: VerdictValue,
    claim: Passage,
    sentences: Sequence[int],
    article: ArticleFacts,
    *,
    attribution: str | None = None,
    is_conditional: bool = False,
    is_cited: bool = True,
    doubts: Iterable[Finding] = (),
) -> Judgement | None:
    """Judge as `judge` does, and give up as soon as the verdict cannot be `least` or a better one.

    `doubts` is what the checks found with other evidence: where one finding is one too many, it is looked for first.
    """
    case = Case(claim, article.evidence(sentences), article, sentences, attribution, is_conditional, is_cited)
    if _is_whole(case):
        return _whole(case)
    findings: list[Finding] = []
    names = {finding.check for finding in doubts} if least == "supported" else ()
    checks = sorted(CHECKS, key=lambda check: check.__name__ not in names) if names else CHECKS
    for finding in run_checks(case, checks):
        if rank("unsupported" if finding.grave else "weak") < rank(least):
            return None
        findings.append(finding)
    judged = _weighed(case, findings)
    return judged if rank(judged.value) >= rank(least) else None


def rank(value: VerdictValue) -> int:
    """Give the place of a verdict, the worst first."""
    return ("unsupported", "weak", "supported").index(value)


def _weighed(case: Case, findings: list[Finding]) -> Judgement:
    score = fitted().score(features(case, findings))
    return Judgement(_value(findings, score), score, findings, case)


def _value(findings: Sequence[Finding], score: float) -> VerdictValue:
    model = fitted()
    if any(finding.grave for finding in findings) or score < model.unsupported_below:
        return "unsupported"
    return "weak" if findings or score < model.supported_from else "supported"


def _is_whole(case: Case) -> bool:
    """Tell whether a claim is its evidence, word for word: nothing that is left out can change what it says."""
    claim, evidence = case.claim, case.evidence
    if len(claim.text) < _LEAST_OF_WHOLE * len(evidence.text):
        return False
    # Texts that do not have one letter equally often are told from each other before both are written anew.
    return count_e(claim.text) == count_e(evidence.text) and claim.folded == evidence.folded


def _whole(case: Case) -> Judgement:
    return Judgement("supported", 1.0, [], case)


def _problem(case: Case, finding: Finding) -> Problem:
    if not case.claim.words:
        return Problem(check=finding.check, message=finding.message)
    start, end = case.claim.span(finding.first, finding.last)
    return Problem(
        check=finding.check, message=finding.message, found=case.claim.text[start:end][:200], start=start, end=end
    )
