"""What changes places: cause and effect, first and later, more and less, numbers and what they count, ranks and lists."""

from __future__ import annotations

import pytest

from summarizer import check_summary

ARTICLE = """
    Velmora exports more steel than Kelmaria. The bridge was closed because the river flooded. The strike began after the talks
    collapsed. The plant has been shut since 2019. Garrow is the second-largest port in the country. The fund gave 20 million
    crowns to schools and 12 million crowns to hospitals. Farmers, dockers and teachers took part in the march. Reyl lost to Orton
    in the final of 2018. The judge ordered the firm to pay Quill 5,000 crowns. Before the vote, the speaker read a letter aloud.
    Four of the five sheds that the storm damaged were rebuilt before the winter came, and one was sold. The first half was goalless.
    New orders came to 210 million crowns, so that the order book stood at 395 million at the end of June.
"""
SAME = [
    "Kelmaria exports less steel than Velmora.",
    "Because the river flooded, the bridge was closed.",
    "After the talks collapsed, the strike began.",
    "The talks collapsed before the strike began.",
    "The strike began when the talks collapsed.",
    "Garrow is the country's second-largest port.",
    "The fund gave 12 million crowns to hospitals.",
    "Teachers, farmers and dockers took part in the march.",
    "Orton beat Reyl in the final of 2018.",
    "The firm was ordered to pay Quill 5,000 crowns.",
    "The speaker read a letter aloud before the vote.",
    "Four of the five sheds were rebuilt before the winter came.",
    "The order book stood at 395 million crowns at the end of June.",
]
CHANGED = [
    ("Velmora exports less steel than Kelmaria.", "unsupported", "opposites", "less"),
    ("The river flooded because the bridge was closed.", "unsupported", "order", "because"),
    ("Because the bridge was closed, the river flooded.", "unsupported", "order", "Because"),
    ("The talks collapsed after the strike began.", "unsupported", "order", "after"),
    ("The strike began before the talks collapsed.", "unsupported", "opposites", "before"),
    ("After the strike began, the talks collapsed.", "unsupported", "order", "After"),
    ("The speaker read a letter aloud after the vote.", "unsupported", "order", "after"),
    ("The plant has been shut until 2019.", "unsupported", "opposites", "until"),
    ("Garrow is the largest port in the country.", "unsupported", "modality", "largest"),
    ("The fund gave 20 million crowns to hospitals.", "unsupported", "numbers", "20 million"),
    ("Farmers, dockers, nurses and teachers took part in the march.", "weak", "substance", "nurses"),
    ("Reyl beat Orton in the final of 2018.", "unsupported", "opposites", "beat"),
    ("The judge ordered Quill to pay the firm 5,000 crowns.", "unsupported", "roles", "pay"),
]


PARTS = """
    Sales rose by 5 percent to 20 million crowns. Every party except the Greens voted for the law. Lind was born in Zelt in 1950
    and died in Marle in 2004. Neither the mayor nor the council was told of the leak. The court upheld the ban on trawling.
    The bishop apologised to the villagers. Both brothers were acquitted of fraud but convicted of theft. The firm opened offices
    in Tessin and later in Ferro, and the plant was built in Zelt and its owner lives in Marle.
"""
RIGHT = [
    "Sales rose by 5 percent.",
    "Sales rose 5 percent, to 20 million crowns.",
    "The Greens did not vote for the law.",
    "Lind died in Marle in 2004.",
    "Lind was born in 1950.",
    "The mayor was not told of the leak.",
    "Both brothers were convicted of theft.",
    "The firm opened offices in Ferro.",
    "The bishop apologised to the villagers.",
]
WRONG = [
    ("Sales rose to 5 percent.", "unsupported", "numbers", "5 percent"),
    ("Sales rose by 20 million crowns.", "unsupported", "numbers", "20 million"),
    ("Every party including the Greens voted for the law.", "unsupported", "negation", "Greens"),
    ("Lind was born in 2004.", "weak", "spliced", "2004"),
    ("Lind was born in Marle.", "weak", "spliced", "Marle"),
    ("The mayor was told of the leak.", "unsupported", "negation", "mayor"),
    ("The court lifted the ban on trawling.", "unsupported", "opposites", "lifted"),
    ("The villagers apologised to the bishop.", "unsupported", "roles", "apologised"),
    ("Both brothers were acquitted of theft.", "weak", "spliced", "theft"),
    ("The plant was built in Marle.", "weak", "spliced", "Marle"),
]


def _judged(article: str, text: str):
    (sentence,) = check_summary(text, article).statements
    return sentence.verdict, [(problem.check, problem.found) for problem in sentence.problems]


@pytest.mark.parametrize(("article", "text"), [*((ARTICLE, text) for text in SAME), *((PARTS, text) for text in RIGHT)])
def test_what_is_only_told_in_another_order_or_in_part_is_supported(article, text):
    assert _judged(article, text) == ("supported", [])


@pytest.mark.parametrize(
    ("article", "text", "verdict", "check", "found"),
    [*((ARTICLE, *case) for case in CHANGED), *((PARTS, *case) for case in WRONG)],
)
def test_what_has_changed_places_or_is_said_of_another_part_is_found_and_named(article, text, verdict, check, found):
    judged, problems = _judged(article, text)
    assert judged == verdict
    assert (check, found) in problems
