"""What is settled early is settled the same, and what depends on the article alone is worked out once."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from summarizer.article import Article
from summarizer.brief import Span, Statement
from summarizer.extractive.lexicon import any_of, lexicon
from summarizer.grounding import _is_of_title, facts, ground, roles, wording
from summarizer.grounding.alignment import _GLANCE, _nearest
from summarizer.grounding.cases import Case
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.judging import judge, judge_for, rank
from summarizer.grounding.once import once
from summarizer.grounding.wording import _DASHES, _QUOTES, _levelled
from summarizer.grounding.words import _WORDS, TOKEN, Passage, Tag, analyse
from tests.articles import article_of
from tests.test_verification import CHANGED, FACTS, SAME, WEAK


class Notes(BaseModel):
    """The smallest content with statements."""

    statements: list[Statement]


CLAIMS = [(case[-1] if case in SAME else case[2]) for case in (*SAME, *CHANGED, *WEAK)]


@pytest.mark.parametrize("least", ["unsupported", "weak", "supported"])
@pytest.mark.parametrize("places", [[0], [1, 3], [4, 5]])
def test_a_judgement_that_may_be_given_up_is_the_same_or_none_where_the_verdict_is_lower(least, places):
    given_up = 0
    for text in CLAIMS:
        whole = judge(Passage(text), places, FACTS)
        early = judge_for(least, Passage(text), places, FACTS, doubts=whole.findings)
        if rank(whole.value) < rank(least):
            assert early is None
            given_up += 1
        else:
            assert early is not None
            assert (early.value, early.score) == (whole.value, whole.score)
            assert sorted(early.findings) == sorted(whole.findings)
    assert given_up == 0 if least == "unsupported" else given_up


def test_no_text_of_the_article_is_folded_or_taken_apart_twice(monkeypatch):
    article = article_of(
        "The minister said: “We did not seek this dispute.”",
        "Officials met on Friday in Tarvenholm.",
        "The port handled nine tonnes of copper last year.",
    )
    folded: list[str] = []
    original = wording.folded
    for module in ("facts", "words", "quotes"):
        monkeypatch.setattr(f"summarizer.grounding.{module}.folded", lambda text: folded.append(text) or original(text))
    texts = [
        "The minister said: “We sought this”.",
        "Officials said “no quarrel” on Friday.",
        "“Two tonnes” of copper.",
    ]
    content = Notes(
        statements=[Statement(text=text, evidence=[Span.of(article, at + 1)]) for at, text in enumerate(texts)]
    )
    ground(content, article)
    ground(content, article)
    assert folded.count(article.text) == 1
    assert all(folded.count(sentence.text) <= 1 for sentence in article.sentences)
    assert ArticleFacts.of(article) is ArticleFacts.of(article)


@given(
    st.lists(st.text(st.sampled_from("abBé c-]^"), min_size=1, max_size=4), min_size=1, max_size=6),
    st.text(st.sampled_from("abBéÉ c-]^."), max_size=30),
)
def test_a_pattern_by_first_letters_finds_what_the_plain_one_finds(phrases, text):
    ordered = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    plain = re.compile(rf"(?<!\w)(?:{ordered})(?!\w)", re.IGNORECASE)
    assert [m.span() for m in any_of(tuple(phrases)).finditer(text)] == [m.span() for m in plain.finditer(text)]


#: Spaces and marks of all kinds between words, and letters that patterns take for others.
MESSY = st.text(st.sampled_from("aZé.’'19,$北 \t\n\u1680\u3000\u00a0-U٣éſıİ\u212a"), max_size=40)


@given(MESSY)
def test_words_taken_piece_by_piece_are_those_of_the_whole_text(text):
    whole = text.lower() if text.isupper() and len(text) == len(text.lower()) else text
    assert Passage(text).words == [analyse(found) for found in TOKEN.findall(whole)]
    matches = list(TOKEN.finditer(Passage(text)._quiet))
    assert len(Passage(text).words) == len(matches)
    assert [Passage(text).span(at, at) for at in range(len(matches))] == [match.span() for match in matches]
    joined = Passage.joined([Passage(text), Passage("\u212a 9"), Passage(text)])
    matches = list(TOKEN.finditer(joined._quiet))
    assert [joined.span(at, at) for at in range(len(joined.words))] == [match.span() for match in matches]


FEW_WORDS = st.lists(st.sampled_from("The the port nine 9 may not Friday said he of and Ada".split()), max_size=140)  # noqa: SIM905


@given(FEW_WORDS)
def test_places_of_stems_and_tags_are_those_that_a_walk_over_the_words_finds(words):
    passage = Passage(" ".join(words))
    stems = [word.stem for word in passage.words]
    for stem in {*stems, "harbour"}:
        assert list(passage.where(stem)) == [at for at, other in enumerate(stems) if other == stem]
    assert passage.last == {stem: max(passage.where(stem)) for stem in stems}
    for tag in (Tag.NUMBER, Tag.CALENDAR, Tag.HEDGE, Tag.DENIAL, Tag.REPORTING, Tag.GENDER, Tag.NAME):
        assert passage.tagged(tag) == [at for at, word in enumerate(passage.words) if word.tags & tag]


@given(FEW_WORDS, st.integers(0, 120))
@example(["said"] * 3, 0)
@example(["port"], 2 * _GLANCE)
def test_the_nearest_place_is_the_first_from_there_on_or_else_the_last(words, gap):
    """From every place, of every stem that stands near the beginning, behind a gap, and at the end."""
    ends = "port nine Friday Ada"
    evidence = Passage(" ".join([ends, *words, ends, *["said"] * gap, ends, "said"]))
    stems = [word.stem for word in evidence.words]
    for stem in ("port", "#9", "friday", "ada"):
        places = [at for at, other in enumerate(stems) if other == stem]
        for wanted in range(len(stems) + 1):
            assert _nearest(evidence, stem, wanted) == next((at for at in places if at >= wanted), places[-1])


@given(st.text(st.sampled_from("aB \n“”\"'`´–—-….«»「」’"), max_size=30))
def test_levelling_marks_keeps_every_other_sign_and_every_offset(text):
    levelled = _levelled(text)
    assert len(levelled) == len(text)
    marks = {**dict.fromkeys(_QUOTES, '"'), **dict.fromkeys(_DASHES, "-")}
    assert levelled == "".join(marks.get(sign, sign) for sign in text)


def test_a_sign_that_is_a_letter_only_in_small_letters_has_its_place():
    shouted = Passage("300 \u212a")
    assert [word.lower for word in shouted.words] == ["300", "k"]
    assert shouted.span(1, 1) == (4, 5)


def test_a_long_piece_is_taken_apart_and_not_remembered():
    kept = len(_WORDS)
    assert len(Passage("x-" * 5_000).words) == 5_000
    assert len(_WORDS) == kept


@given(
    st.lists(st.sampled_from(["if", "strike", "co-op", "coup d'état", "'tis", "éa b", "sit in", "9th"]), max_size=5),
    st.lists(st.sampled_from(["if", "İf", "ıf", "ſtrike", "STRIKE", " ", "-", "'", "k", "_", "9th", "éa"]), max_size=8),
)
def test_a_search_that_looks_at_first_words_finds_what_the_pattern_finds(phrases, pieces):
    text = "".join(pieces)
    found, plain = lexicon().search_of(text, tuple(phrases)), any_of(tuple(phrases)).search(text)
    assert (found and found.span()) == (plain and plain.span())


def test_what_is_kept_once_is_worked_out_at_the_first_question_only():
    class Told:
        asked = 0

        @once
        def answer(self) -> int:
            """Tell it."""
            self.asked += 1
            return 7

    told = Told()
    assert (told.asked, told.answer, told.answer, told.asked) == (0, 7, 7, 1)
    assert Told.answer.__doc__ == "Tell it."


WORDS = st.lists(
    st.sampled_from(["port", "strike", "the", "tonnes", "copper", "9", "minister"]), min_size=1, max_size=7
)


@given(st.lists(WORDS, min_size=1, max_size=4), st.booleans(), st.sampled_from([0, facts._MANY]))
def test_words_near_each_other_and_neighbours_are_those_within_each_sentence(sentences, has_title, many):
    article = article_of(*(" ".join(words) + "." for words in sentences))
    found = ArticleFacts(replace(article, title="Copper strike at the port: 9 tonnes" if has_title else None))
    texts = [*found.sentences, found.outside]
    near = {(a, b) for text in texts for at, a in enumerate(text.content) for b in text.content[at + 1 : at + 4]}
    stems = {stem for text in texts for stem in text.content} | {"nowhere"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facts, "_MANY", many)
        assert {pair for pair in product(stems, repeat=2) if found.are_near(*pair)} == near
    beside = {" ".join(pair) for text in texts for pair in pairwise([word.stem for word in text.words])}
    assert {pair for pair in found.neighbours if "\n" not in pair} == beside


def test_no_sign_but_an_e_becomes_one_so_that_texts_that_fold_alike_have_as_many():
    becoming = {sign for sign in map(chr, range(0x110000)) if "e" in sign.lower()}
    assert becoming == {"e", "E"}
    assert wording.count_e("“Eve—left…”") == wording.folded("“Eve—left…”").count("e")


@given(st.text(st.sampled_from("Aa b'’é-“9.İ"), max_size=8), st.text(st.sampled_from("Aa b'’é-“9.İ"), max_size=12))
def test_a_claim_that_is_told_from_the_title_by_a_word_is_not_in_it(claim, title):
    facts = ArticleFacts(Article(text="", sentences=(), title=title))
    plain = bool(wording.folded(claim)) and wording.folded(claim) in wording.folded(title)
    assert _is_of_title(Passage(claim), facts) == plain


@pytest.mark.parametrize("places", [[0], [1, 3], [4, 5], [0, 1, 2, 3, 4, 5]])
def test_names_beside_their_own_words_are_passed_over_with_the_same_findings(monkeypatch, places):
    def found():
        cases = (Case(Passage(text), FACTS.evidence(places), FACTS, places) for text in CLAIMS)
        return [list(roles.roles(case)) for case in cases]

    quick, looked = found(), []
    monkeypatch.setattr(roles, "_is_beside_its_own", lambda case, *run: looked.append(run))
    assert found() == quick
    assert looked
