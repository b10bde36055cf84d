"""What somebody is asked to do, or has yet to do, is not told as done; what was done is."""

from __future__ import annotations

import pytest

from summarizer import check_summary

ARTICLE = (
    "{sentence} The council met in the town hall on the hill, where the mayor and her deputies had waited since the early "
    "morning for the engineers to come back with the report on the old stone bridge over the river."
)
OPEN = [
    ("A second car was involved in the attack.", "Officers were investigating whether a second car was involved in the attack.", "involved"),
    ("The fire was started on purpose.", "It is unclear whether the fire was started on purpose.", "started"),
    ("The agency has approved the deal.", "The agency has to approve the deal.", "approved"),
    ("The agency approved the deal.", "The agency must approve the deal.", "approved"),
    ("Parliament approved the treaty.", "Parliament has yet to approve the treaty.", "approved"),
    ("The firm bought the airline.", "The firm is in talks to buy the airline.", "bought"),
    ("The union went on strike.", "The federation urged its members to go on strike.", "went"),
    ("The court fined the company.", "Prosecutors asked the court to fine the company.", "fined"),
    ("The company was fined.", "Prosecutors asked for the company to be fined.", "fined"),
    ("The minister resigned.", "The opposition called on the minister to resign.", "resigned"),
]  # fmt: skip
DONE = [
    ("The firm sold the airline.", "The firm managed to sell the airline."),
    ("The port closed.", "The port had to close."),
    ("Fowler opened the series with a home run.", "Fowler was the first person to open the series with a home run."),
    ("The guard dispersed the crowd with water.", "The guard used water to disperse the crowd."),
    ("The firm agreed to buy the airline.", "The firm agreed to buy the airline."),
    ("Prosecutors called for the company to be fined.", "Prosecutors asked the court to fine the company."),
    ("The expanded port is due in June.", "The firm was asked to expand the port, which is due in June."),
    ("The minister would resign.", "The opposition called on the minister to resign."),
    ("The firm, which was asked to pay, closed the port.", "The firm, which was asked to pay, closed the port."),
]


def _problems(text: str, sentence: str):
    (checked,) = check_summary(text, ARTICLE.format(sentence=sentence)).statements
    return checked.verdict, [
        (problem.check, problem.found) for problem in checked.problems if problem.check == "undone"
    ]


@pytest.mark.parametrize(("text", "sentence", "verb"), OPEN)
def test_what_is_still_open_is_weak_as_something_done_and_the_verb_is_named(text, sentence, verb):
    verdict, found = _problems(text, sentence)
    assert verdict != "supported"
    assert found == [("undone", verb)]


@pytest.mark.parametrize(("text", "sentence"), DONE)
def test_what_was_done_or_is_told_as_open_is_no_finding(text, sentence):
    assert _problems(text, sentence)[1] == []
