"""Words are found as they stand, but for typography; anything else is another text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.brief import Span
from summarizer.grounding.wording import find_words
from tests.articles import article_of


def _evidence(*sentences: str) -> tuple[str, list[Span]]:
    article = article_of(*sentences)
    return article.text, [Span.of(article, n) for n in range(1, len(sentences) + 1)]


SAID = "The minister said: “We did not seek this dispute — but it’s here… and we will not leave.”"

SAME = [
    "We did not seek this dispute",
    "we did not seek this dispute",
    '"We did not seek this dispute',
    "We did not seek this dispute - but it's here... and we will not leave.",
    "We  did not\nseek this dispute",
    "“We did not seek this dispute – but it’s here…",
]
ANOTHER = [
    "We did seek this dispute",
    "We did not seek this disputes",
    "e did not seek",
    "We did not SEEK this dispute",
    "seek this dispute and we will not leave",
    "We will not leave",
    "",
    "”",
]


@pytest.mark.parametrize("words", SAME)
def test_typography_spaces_and_the_first_case_are_no_difference(words):
    text, evidence = _evidence("Before.", SAID)
    found = find_words(words, evidence)
    assert found is not None
    assert found.sentence == 2
    assert text[found.start :].startswith("We did not")


@pytest.mark.parametrize("words", ANOTHER)
def test_any_other_difference_is_one(words):
    assert find_words(words, _evidence("Before.", SAID)[1]) is None or words == "We will not leave"


def test_the_first_letter_alone_may_change_its_case():
    assert find_words("we will not leave", _evidence(SAID)[1]) is not None
    assert find_words("We Will not leave", _evidence(SAID)[1]) is None


def test_words_run_on_from_one_sentence_to_the_next():
    text, evidence = _evidence("“It can be avoided.", "“What we need is a price.”")
    found = find_words("It can be avoided. What we need is a price.", evidence)
    assert found is not None
    assert text[found.start : found.end] == "It can be avoided. “What we need is a price."


def test_words_do_not_run_on_over_a_sentence_that_is_not_cited():
    _, evidence = _evidence("It can be avoided.", "Not cited.", "What we need is a price.")
    assert find_words("It can be avoided. What we need is a price.", [evidence[0], evidence[2]]) is None


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip),
        min_size=1,
        max_size=4,
    ),
    st.data(),
)
def test_any_stretch_of_a_sentence_is_found_at_words_that_are_its_own(sentences, data):
    text, evidence = _evidence(*(s.strip() for s in sentences))
    span = data.draw(st.sampled_from(evidence))
    words = span.quote.split()
    start = data.draw(st.integers(0, len(words) - 1))
    wanted = " ".join(words[start : data.draw(st.integers(start + 1, len(words)))])
    found = find_words(wanted, evidence)
    if found is not None:
        assert 0 <= found.start < found.end <= len(text)
    elif wanted.strip("\"'`´“”„‟«»‹›‘’‚‛′″「」『』 \t\n\r\u00a0"):
        # Only what begins or ends inside a word for the search's idea of one may be missed.
        assert not wanted[0].isalnum() or not wanted[-1].isalnum() or not wanted.isascii()


def test_long_hostile_words_take_no_longer_than_their_length_asks():
    _, evidence = _evidence("a " * 20_000 + "b.")
    start = time.process_time()
    assert find_words("a " * 19_000 + "c", evidence) is None
    assert find_words('" ' * 1_400 + "x", evidence) is None
    assert time.process_time() - start < 2
