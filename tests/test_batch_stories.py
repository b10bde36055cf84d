"""One story on many sites is found, whatever the outlets did to it; what only looks the same is told from it."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.article import Article
from summarizer.batch import stories as module
from summarizer.batch.shingles import (
    dateline_end,
    jaccard,
    resemblance,
    same_figures,
    shingles,
    signature,
    story_text,
    words_of,
)
from summarizer.batch.stories import LIKE, Stories
from tests.hostile import texts as hostile_texts

_CHANCE = random.Random(3)
WORDS = ["".join(_CHANCE.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(3_000)]


def text_of(seed: int, words: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def edited(text: str, words: int, seed: int = 1) -> str:
    parts = text.split()
    for place in random.Random(seed).sample(range(len(parts)), words):
        parts[place] = f"w{seed}x{place}"
    return " ".join(parts)


def grouped(*texts: str, **options) -> dict[int, int]:
    with closing(sqlite3.connect(":memory:")) as connection:
        stories = Stories(connection)
        for number, text in enumerate(texts):
            stories.add(number, len(text), text, signature(text))
        found = list(stories.group(texts.__getitem__))
    assert len(dict(found)) == len(found)
    return dict(found)


def test_different_texts_lead_themselves():
    assert grouped(*(text_of(seed) for seed in range(30))) == {}


def test_copies_with_small_changes_are_told_by_the_longest():
    text = text_of(1)
    assert grouped(edited(text, 5), text + " and more of it", text_of(2), text, text.upper()) == {0: 1, 3: 1, 4: 1}


def test_identical_texts_are_grouped_even_if_short_and_similar_short_ones_are_not():
    short = text_of(1, 40)
    assert signature(short) == b""
    assert grouped(short, short, short + " more", text_of(2)) == {1: 0}


def test_the_copies_of_an_article_go_where_it_goes():
    text = text_of(1)
    assert grouped(text, text, text + " more", text) == {0: 2, 1: 2, 3: 2}


def test_a_chain_is_no_star():
    first = text_of(1, 400)
    chain = [first]
    for step in range(1, 6):
        words = chain[-1].split()
        words[step * 60 - 60 : step * 60 - 45] = [f"s{step}n{n}" for n in range(15)]
        chain.append(" ".join(words))
    likes = [jaccard(shingles(words_of(a)), shingles(words_of(b))) for a, b in pairwise(chain)]
    assert all(like >= LIKE for like in likes)
    leaders = grouped(*chain)
    for number, leader in leaders.items():
        assert leader not in leaders
        assert jaccard(shingles(words_of(chain[number])), shingles(words_of(chain[leader]))) >= LIKE
    assert jaccard(shingles(words_of(chain[0])), shingles(words_of(chain[-1]))) < LIKE
    assert len(leaders) < len(chain) - 1


def test_the_longest_of_several_leaders_is_joined():
    base = text_of(1, 400)
    longest, shorter = edited(base, 12, 1) + " x y z", edited(base, 12, 2)
    between = base
    numbers = grouped(shorter, between, longest)
    assert jaccard(shingles(words_of(longest)), shingles(words_of(shorter))) < LIKE
    assert numbers == {1: 2}


def test_the_order_of_adding_changes_nothing_but_numbers():
    base = [text_of(seed) for seed in range(4)]
    texts = [*base, *(edited(text, 6) for text in base), *(text + " tail" for text in base)]
    expected = {texts[n]: texts[leader] for n, leader in grouped(*texts).items()}
    for seed in range(3):
        mixed = random.Random(seed).sample(texts, len(texts))
        assert {mixed[n]: mixed[leader] for n, leader in grouped(*mixed).items()} == expected
    assert len(expected) == 8


def test_a_signature_of_another_version_is_like_nothing():
    text = text_of(1)
    with closing(sqlite3.connect(":memory:")) as connection:
        stories = Stories(connection)
        stories.add(0, 9, "a", signature(text))
        stories.add(1, 8, "b", bytes([signature(text)[0] + 1]) + signature(text)[1:])
        assert list(stories.group(lambda _: text)) == []


def test_tables_are_temporary_and_leave_the_ledger_as_it_was(tmp_path):
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        before = (tmp_path / "ledger.sqlite").read_bytes()
        stories = Stories(connection)
        for number in range(3):
            stories.add(number, 10 - number, str(number), signature(text_of(1)))
        assert list(stories.group(lambda _: text_of(1))) == [(1, 0), (2, 0)]
        connection.commit()
        assert connection.execute("SELECT count(*) FROM main.sqlite_master").fetchone() == (0,)
        assert (tmp_path / "ledger.sqlite").read_bytes() == before


def test_the_caller_may_write_and_commit_while_groups_come(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PAGE", 3)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        connection.execute("CREATE TABLE told (number, leader)")
        stories = Stories(connection)
        for number in range(20):
            stories.add(number, 100 - number, str(number), signature(text_of(1)))
        for found in stories.group(lambda _: text_of(1)):
            connection.execute("INSERT INTO told VALUES (?, ?)", found)
            connection.commit()
        assert connection.execute("SELECT count(*), min(leader), max(leader) FROM told").fetchone() == (19, 0, 0)


def form(number: int) -> str:
    """Fill in a form: two thirds of the text are the same each time, so bands are shared and nothing is alike."""
    return text_of(0, 300) + " " + text_of(number + 1, 90)


def test_many_texts_by_one_form_cost_no_square(monkeypatch):
    monkeypatch.setattr(module, "_MOST_LEADERS", 5)
    monkeypatch.setattr(module, "_MOST_READ", 3)
    compared = []
    resembles = module.resemblance
    monkeypatch.setattr(module, "resemblance", lambda a, b: compared.append(1) or resembles(a, b))
    asked: list[int] = []
    texts = [form(number) for number in range(150)]
    with closing(sqlite3.connect(":memory:")) as connection:
        stories = Stories(connection)
        for number, text in enumerate(texts):
            stories.add(number, len(text), str(number), signature(text))
        found = list(stories.group(lambda number: asked.append(number) or texts[number]))
    assert found == []
    assert 150 < len(compared) <= 150 * 5 * 21 / 3  # the form's bands were met, and were not all of them followed
    assert len(asked) <= 150 * 4


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("LONDON (Reuters) - Prices rose on Monday.", "Prices rose"),
        ("LONDON, Jan 4 (Reuters) - Prices rose.", "Prices rose"),
        ("NEW YORK, Jan. 4 (AP) — Prices rose.", "Prices rose"),
        ("PARIS – Prices rose.", "Prices rose"),
        ("WASHINGTON, D.C. (AFP) -- Prices rose.", "Prices rose"),
        ("Prices rose - a little - on Monday.", "Prices rose"),
        ("The long-awaited report came on Monday, it said - at last.", "The long"),
        ("US prices rose - by a lot.", "US prices"),
    ],
)
def test_a_dateline_is_no_part_of_the_story(text, rest):
    assert text[dateline_end(text) :].startswith(rest)


def test_case_typography_and_white_space_make_no_difference():
    plain = '"It isn\'t over," he said - of the talks... final'
    other = "“It  isn’t\u00a0OVER,” he said — of the talks… \ufb01nal"
    assert words_of(plain) == words_of(other)


def test_scripts_without_spaces_are_compared_by_their_characters():
    text = "政府は月曜日に新しい計画を発表し、来年から実施すると述べた。野党は財源が明らかでないと批判している。" * 2
    assert len(shingles(words_of(text))) > 40
    assert words_of("政府は") == ["政", "府", "は"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("police said that 3 people were killed there", "police said that 5 people were killed there", False),
        ("police said that three people were killed there", "police said that 3 people were killed there", True),
        ("police said that three people were killed there", "police said that four people were killed there", False),
        ("the court will meet on Monday to decide it", "the court will meet on Tuesday to decide it", False),
        ("the court will meet on Monday to decide it", "the court will meet tomorrow to decide it", True),
        ("a fire on March 3 killed nobody in town", "a fire on Mar 3 killed nobody in town", True),
        ("it rose to 5 percent and then to 5 percent", "it rose to 5 percent", True),
        ("it was 5 then", "and 6 it was", True),
    ],
)
def test_other_figures_in_the_same_words_are_another_story(one, other, same):
    assert same_figures(words_of(one), words_of(other)) is same


@given(hostile_texts(surrogates=True), st.integers(1, 40))
def test_any_text_is_like_itself(text, times):
    text = f"{text} " * times
    words = words_of(text)
    assert same_figures(words, words)
    assert signature(text) == signature(text)
    if shingles(words):
        assert jaccard(shingles(words), shingles(words)) == 1
    if signature(text):
        assert resemblance(signature(text), signature(text)) == 1


@given(st.integers(0, 60))
def test_the_estimate_is_near_the_exact_figure(changed):
    one = text_of(7)
    other = edited(one, changed)
    exact = jaccard(shingles(words_of(one)), shingles(words_of(other)))
    assert abs(resemblance(signature(one), signature(other)) - exact) < 0.2


def test_a_long_dateline_of_nothing_takes_linear_time():
    for hostile in ("A" * 100_000, "A " * 50_000, "(" * 100_000, "A (" * 30_000, "- " * 50_000, "A, " * 50_000):
        assert dateline_end(hostile) <= 150


def test_headlines_bylines_and_boilerplate_are_not_what_a_story_is_known_by():
    body = "The council met on Monday to discuss the harbour, and nobody left before midnight. " * 4
    one = Article.from_text(f"Council meets late\n\nBy A. Reporter\n\n{body}\n\nAdvertisement\n\n{body}", language="en")
    other = Article.from_text(f"Harbour: long night\n\n{body}\n\n{body}\n\nRead more: What to know", language="en")
    assert story_text(one) == story_text(other)


def test_on_planted_copies_of_real_articles_nothing_alike_is_missed_and_little_is_put_together_wrongly(shared):
    from benchmarks.stories import measure

    result = measure(25)
    alike = result.alike()
    assert len(alike) > 100
    assert alike <= result.leaders.keys()
    assert len(result.wrong) <= 0.01 * len(result.leaders)
    fakes = [n for n, each in enumerate(result.planted) if each.kind.startswith(("update", "sports", "earnings"))]
    assert len(fakes) > 100
    assert not result.leaders.keys() & fakes
