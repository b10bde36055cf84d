"""The checks in the order in which their findings are listed; each is a small function over a `Case`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.grounding.amounts import numbers
from summarizer.grounding.days import dates
from summarizer.grounding.modality import modality
from summarizer.grounding.names import names
from summarizer.grounding.order import order
from summarizer.grounding.polarity import negation, opposites
from summarizer.grounding.quantifiers import quantifiers
from summarizer.grounding.quotes import quotations
from summarizer.grounding.roles import roles
from summarizer.grounding.speakers import attribution, speakers
from summarizer.grounding.splices import spliced
from summarizer.grounding.substance import kinds, pronouns, replaced, substance
from summarizer.grounding.undone import undone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from summarizer.grounding.cases import Case, Check, Finding

#: Add a check of your own kind here; `docs/verification.md` has a row for each.
CHECKS: tuple[Check, ...] = (
    numbers,
    quantifiers,
    dates,
    names,
    roles,
    order,
    negation,
    opposites,
    kinds,
    pronouns,
    modality,
    undone,
    attribution,
    speakers,
    quotations,
    spliced,
    replaced,
    substance,
)


def run_checks(case: Case, checks: Iterable[Check] = CHECKS) -> Iterator[Finding]:
    """Give all findings, each place of the claim once for each check; no more checks run than findings are taken."""
    told: set[tuple[str, int]] = set()
    for check in checks:
        for finding in check(case):
            if (finding.check, finding.first) not in told:
                told.add((finding.check, finding.first))
                yield finding
