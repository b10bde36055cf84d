"""The extractive engine as a whole: verbatim statements, names that resolve, any text, linear time."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.article import Article
from summarizer.brief import Content, evidenced
from summarizer.errors import TooShortError
from summarizer.extractive import extract
from summarizer.reading import read
from tests.articles import article_of

DISPUTE = (
    "The Harbour Workers' Union (HWU) said it would strike unless Garrow Terminals raises its offer by noon.",
    "“We have waited for three years and we will not wait any longer,” a spokeswoman for the union said.",
    "Garrow Terminals, the port's operator, rejected the demand and accused the union of blackmail.",
    "The company announced last week that it would cut 300 jobs, at a cost of $12 million.",
    "The union is demanding a pay rise of 8%.",
    "Both sides are due to meet the Federal Mediation Office next Monday.",
    "Germany and France, whose exporters depend on the port, fear losses of €40 million a day.",
)
PIECES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20),
    st.sampled_from([*"“”\"'‘’«»„「」()[],.;:!?—", " "]),
    st.sampled_from(["Acme Corp said ", "the minister ", "unless ", "will meet ", "on Friday ", "President ", "Ada "]),
)
TEXTS = st.lists(PIECES, min_size=1, max_size=40).map("".join)


def folded(text: str) -> str:
    return " ".join(text.split())


def evidence_of(item) -> str:
    return " ".join(folded(span.quote) for span in item.evidence)


def assert_is_sound(article: Article, content: Content) -> None:
    names = {p.name for p in content.parties}
    text = folded(" ".join(s.text for s in article.sentences))
    for item in (content.bottom_line, *content.stakes, *content.threats, *content.next_steps):
        assert item.text in evidence_of(item)
    for party in content.parties:
        assert party.role in evidence_of(party)
        assert all(folded(form) in text for form in (party.name, *party.aliases))
    for quotation in content.quotations:
        assert quotation.words in evidence_of(quotation)
        assert quotation.speaker in names
    for stake in content.stakes:
        assert set(stake.for_whom) <= names
    for threat in content.threats:
        assert set(threat.who) | set(threat.against) <= names
        assert threat.condition is None or threat.condition in evidence_of(threat)
    for step in content.next_steps:
        assert set(step.who) <= names
        assert step.when is None or step.when.phrase in evidence_of(step)
    for _, item in evidenced(content):
        assert item.evidence
        assert all(article.text[s.start : s.end] == s.quote for s in item.evidence)


def test_a_brief_of_a_dispute_is_sound():
    article = article_of(*DISPUTE)
    assert_is_sound(article, extract(article))


def test_the_main_parts_of_a_dispute_are_found():
    content = extract(article_of(*DISPUTE))
    threat = content.threats[0]
    assert content.parties[0].name == "Harbour Workers' Union"
    assert (threat.who, threat.status) == (["Harbour Workers' Union"], "threatened")
    assert threat.condition == "unless Garrow Terminals raises its offer by noon"
    assert "next Monday" in [s.when.phrase for s in content.next_steps if s.when]
    assert content.quotations[0].speaker == "Harbour Workers' Union"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(TEXTS.map(folded).filter(bool), min_size=1, max_size=6),
    st.sampled_from(["en", "de", "zh", "xx"]),
)
def test_any_text_becomes_a_sound_brief(sentences, language):
    article = article_of(*sentences, language=language)
    assert_is_sound(article, extract(article))


@pytest.mark.parametrize(
    "sentence",
    [
        "X",
        "?",
        "word " * 4_000,
        "a" * 10_000,
        "THE GOVERNMENT SAID IT WOULD IMPOSE TARIFFS ON FRIDAY.",
        "“" * 3_000,
        "Bank of the " * 900,
        "if " * 3_000,
    ],
)
def test_odd_sentences_are_survived(sentence):
    article = article_of(sentence.strip())
    content = extract(article)
    assert content.headline.evidence[0].sentence == 1
    assert len(content.bottom_line.text) <= 1_200


def test_an_article_without_sentences_is_refused():
    with pytest.raises(TooShortError):
        extract(Article(text="", sentences=()))


def test_the_same_article_gives_the_same_brief():
    article = article_of(*DISPUTE)
    assert extract(article) == extract(article)


def test_time_grows_with_length_and_not_with_its_square():
    short, long = (article_of(*(DISPUTE * times)) for times in (100, 800))

    def seconds(article: Article) -> float:
        start = time.process_time()
        extract(article)
        return time.process_time() - start

    seconds(short)
    rounds = [(seconds(short), seconds(long)) for _ in range(3)]
    # A list searched for each verb made this 23, eight times the length being eight times the work.
    assert min(taken for _, taken in rounds) < 18 * min(taken for taken, _ in rounds)


def test_no_heavy_package_is_imported():
    code = (
        "import sys, summarizer.extractive; "
        "print([m for m in ('openai', 'instructor', 'trafilatura', 'rich', 'typer') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_another_language_gets_headline_bottom_line_and_quotations():
    content = extract(
        article_of(
            "Die Kanzlerin Angela Merkel hat am Montag neue Gespräche angekündigt.",
            "„Wir werden die Verhandlungen nächste Woche fortsetzen“, sagte Angela Merkel in Berlin.",
            language="de",
        )
    )
    assert content.bottom_line.text.startswith("Die Kanzlerin")
    assert [q.speaker for q in content.quotations] == ["Angela Merkel"]
    assert content.threats == []


def test_a_chinese_quotation_has_its_speaker():
    content = extract(article_of("外交部发言人表示：「中方坚决反对任何形式的单边制裁措施。」", language="zh"))
    assert content.quotations[0].speaker == "外交部发言人"
    assert content.quotations[0].words == "中方坚决反对任何形式的单边制裁措施。"


def test_what_others_say_of_a_party_is_theirs():
    article = article_of(
        "Norvania alleges that the utility Kelmaria State Power sells electricity to three smelters below cost.",
        "Norvania wants one price for every smelter.",
    )
    parties = {party.name: party for party in extract(article).parties}
    assert parties["Kelmaria State Power"].attribution == "Norvania"
    assert parties["Norvania"].attribution is None


def test_a_role_is_not_cut_where_quoted_words_begin(example):
    parties = {party.name: party for party in extract(read(example("trade-dispute.txt"))).parties}
    assert "called the deadline “an ultimatum" in parties["Kelmaria’s trade ministry"].role
