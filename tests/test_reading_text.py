"""From a string to an article: sentences, furniture, offsets, in any language and for any input."""

import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.article import Article
from summarizer.errors import TooLongError, TooShortError
from summarizer.reading import MAX_BYTES, Overrides, read_text
from summarizer.reading.languages import detect
from summarizer.reading.sentences import split
from summarizer.reading.structure import take_apart

SHARED = Path(__file__).parents[1].parent / "shared"
FILLER = (
    "The council met on Monday to discuss the harbour, and nobody left before midnight. "
    "Members of the opposition asked for another report about the costs of the new quay. "
    "The mayor answered that the figures would be ready within a week, as planned before."
)
LANGUAGES = ["en", "de", "fr", "ru", "zh", "ja", "ar", "hi", "th", "xx"]
awkward = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\"'“”‘’«».!?…()[] \n\n\t。！？」U.S.Mr#*-—:/"),
    ),
    max_size=300,
)


def article(text: str, **known) -> Article:
    return read_text(text, Overrides(**known))


def words(found: Article) -> list[str]:
    return [sentence.text for sentence in found.sentences]


def furniture(found: Article) -> list[tuple[str, str]]:
    return [(item.kind, found.text[item.start : item.end]) for item in found.furniture]


@settings(max_examples=400, deadline=None)
@given(text=awkward, language=st.sampled_from(LANGUAGES))
def test_sentences_are_exact_slices_in_order_for_any_text(text, language):
    structure = take_apart(text, 0, language)
    stretches = sorted(
        [(s.start, s.end) for s in structure.sentences] + [(f.start, f.end) for f in structure.furniture]
    )
    assert [s.number for s in structure.sentences] == list(range(1, len(structure.sentences) + 1))
    assert all(0 <= start < end <= len(text) for start, end in stretches)
    assert all(one[1] <= two[0] for one, two in pairwise(stretches))
    assert all(s.text and s.text == s.text.strip() for s in structure.sentences)


@settings(max_examples=200, deadline=None)
@given(text=awkward, language=st.sampled_from(LANGUAGES))
def test_no_letter_or_digit_is_lost_between_sentences_and_furniture(text, language):
    structure = take_apart(text, 0, language)
    stretches = [(s.start, s.end) for s in structure.sentences] + [(f.start, f.end) for f in structure.furniture]
    covered = {i for start, end in stretches for i in range(start, end)}
    assert all(i in covered for i, char in enumerate(text) if char.isalnum())


@pytest.mark.parametrize("piece", ["and then they went on, ", "然后他们继续走，", "a\n", "-- x "])
def test_a_text_without_a_full_stop_is_cut_between_words_into_sentences_that_can_be_read(piece):
    text = (piece * 20_000)[:40_000].strip()
    ranges = list(split(text, 0, len(text), "en"))
    assert len(ranges) > 7
    assert all(end - start <= 5_000 for start, end in ranges)
    words = [text[start:end] for start, end in ranges]
    assert "".join("".join(words).split()) == "".join(text.split())
    assert piece[0] != "a" or all(sentence.split()[-1] in piece.split() for sentence in words[:-1])


def test_a_word_that_is_longer_than_any_sentence_stays_whole():
    text = f"They wrote {'x' * 12_000} and left {'y' * 7_000} behind"
    assert [text[start:end].split() for start, end in split(text, 0, len(text), "en")] == [
        ["They", "wrote"], ["x" * 12_000], ["and", "left"], ["y" * 7_000], ["behind"],
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(), max_size=200))
def test_any_string_can_be_read_beside_an_article(text):
    found = article(f"The story is this.\n\n{text}\n\n{FILLER}")
    assert all(found.text[s.start : s.end] == s.text for s in found.sentences)
    assert FILLER in found.text
    assert len(found.sha256) == 64


@settings(max_examples=200, deadline=None)
@given(text=awkward)
def test_paragraphs_count_from_nought_without_gaps(text):
    numbers = [s.paragraph for s in take_apart(text, 0, "en").sentences]
    assert sorted(set(numbers)) == list(range(len(set(numbers))))
    assert numbers == sorted(numbers)


@given(paragraph=st.sampled_from([FILLER, "“No. We stay.” He left. " * 400, "x. " * 3000]))
def test_a_long_paragraph_is_cut_as_a_whole_although_it_is_read_in_windows(paragraph):
    spans = list(split(paragraph, 0, len(paragraph), "en"))
    assert " ".join(paragraph[start:end] for start, end in spans) == paragraph.strip()


@pytest.mark.parametrize(
    "sentence",
    [
        "The U.S. Senate voted on Tuesday.",
        "Mr. Smith met Gov. Jones and Dr. Who on Jan. 5 in St. Louis.",
        "J. K. Rowling and George W. Bush wrote to Sen. Warren.",
        "“Why not?” she asked.",
        'He told reporters, "...We have a lot to discuss."',
        "Sales rose 4.5 percent, i.e. more than in No. 7.",
        "Sen. Pat Example, D-N.M., said the bill had died.",
    ],
)
def test_abbreviations_and_quotations_do_not_end_a_sentence(sentence):
    text = f"{sentence} {FILLER}"
    assert text[slice(*next(split(text, 0, len(text), "en")))] == sentence


def test_a_quotation_mark_stays_with_the_words_that_it_encloses():
    text = "He told reporters at the gate. “ We stay.” Nobody moved. He said “no. Never.” Then he left."
    found = [text[start:end] for start, end in split(text, 0, len(text), "en")]
    assert not any(sentence.endswith("“") or sentence.startswith("”") for sentence in found)


def test_hard_wrapped_text_is_not_cut_at_line_ends():
    wrapped = (
        "The council of the Town met on Monday to discuss the harbour of\n"
        "Example Bay, and nobody left before midnight, said the clerk.\n"
        "Members of the opposition asked for another report about the new\n"
        "Quay. The mayor answered that the figures would be ready within a\n"
        "week, as planned.\n\nA second paragraph follows after a blank line, and is wrapped at the\nsame column."
    )
    found = article(wrapped)
    assert len(found.sentences) == 4
    assert [s.paragraph for s in found.sentences] == [0, 0, 0, 1]
    assert found.furniture == ()


def test_single_line_ends_separate_paragraphs_where_there_are_no_blank_lines():
    found = article("\n".join(FILLER.split(". ")).replace("\n", ".\n"))
    assert [s.paragraph for s in found.sentences] == [0, 1, 2]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Advertisement", "advertisement"),
        ("Story continues below", "advertisement"),
        ("Read more: Five questions about the port", "promotion"),
        ("Sign up to our newsletter for the week in trade", "promotion"),
        ("Share this article", "promotion"),
        ("Facebook Twitter WhatsApp", "promotion"),
        ("This website uses cookies to improve your visit.", "promotion"),
        ("FILE - Ships wait at the quay on May 2. (AP Photo/Pat Example, File)", "caption"),
        ("Photo: Example Agency", "caption"),
        ("Image caption Ships wait at the quay", "caption"),
        ("Ships wait at the quay in the U.S. on Monday. (Getty Images)", "caption"),
        ("By Pat Example and Sam Sample", "byline"),
        ("Reporting by Pat Example; editing by Sam Sample", "byline"),
        ("“We have a lot to do…” says mayor ahead of vote", "headline"),
        ("What the harbour needs", "headline"),
        ("## What happens next?", "headline"),
    ],
)
def test_furniture_stays_in_the_text_without_a_number(line, kind):
    text = f"{FILLER}\n\n{line}\n\n{FILLER}"
    found = article(text)
    assert found.text == text
    assert (kind, line) in furniture(found)
    assert len(found.sentences) == 6


@pytest.mark.parametrize(
    "line",
    [
        "Nobody was hurt.",
        "“We stay.”",
        "Read more books, the minister said.",
        "By Tuesday the port had closed.",
        "Follow the money, investigators were told.",
        "Related crimes rose by a third.",
        "Share prices fell.",
        "The photo was taken by a neighbour.",
        "More news is expected on Friday.",
        "Demand for video games rose sharply.",
        "The opposition asked for three things:",
        "* A lower fee for small boats",
        "— The mayor of Example Bay",
    ],
)
def test_a_line_of_the_story_keeps_its_number(line):
    found = article(f"{FILLER}\n\n{line}\n\n{FILLER}")
    assert line.removeprefix("* ") in words(found)
    assert furniture(found) == []


def test_a_list_after_a_colon_is_part_of_the_story():
    found = article(f"{FILLER}\n\nThe union wants:\n\nHigher wages\n\nShorter hours\n\n{FILLER}")
    assert {"Higher wages", "Shorter hours"} <= set(words(found))


def test_a_text_without_full_stops_is_not_all_headlines():
    lines = "\n\n".join(f"and then the speaker number {i} rose to say a few words" for i in range(6))
    assert len(article(lines).sentences) == 6


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", FILLER),
        (
            "de",
            "Die Regierung hat am Mittwoch einen Entwurf vorgelegt, und die Länder müssen noch zustimmen.",
        ),
        (
            "fr",
            "Le gouvernement a présenté un projet de loi, mais les députés ne sont pas tous pour la réforme.",
        ),
        (
            "es",
            "El Gobierno presentó el miércoles una ley, pero los diputados no la votarán hasta la semana que viene.",
        ),
        (
            "pl",
            "Rząd przedstawił w środę projekt ustawy, ale opozycja już zapowiedziała, że nie będzie go popierać.",
        ),
        ("ru", "Правительство в среду представило законопроект об энергетике."),
        ("uk", "Уряд у середу представив законопроєкт про енергетику, і депутати його розглянуть."),
        ("zh", "政府星期三提出了一项关于能源的法案。"),
        ("ja", "政府は水曜日、エネルギーに関する法案を提出した。"),
        ("ko", "정부는 수요일 법안을 국회에 제출했다."),
        ("ar", "قدمت الحكومة مشروع قانون بشأن الطاقة."),
        ("he", "הממשלה הציגה הצעת חוק בנושא האנרגיה."),
        ("el", "Η κυβέρνηση παρουσίασε νομοσχέδιο για την ενέργεια."),
        ("hi", "सरकार ने बुधवार को विधेयक पेश किया।"),
        ("th", "รัฐบาลได้เสนอร่างกฎหมายเกี่ยวกับพลังงาน"),
    ],
)
def test_the_language_is_told_by_script_or_by_stop_words(language, text):
    assert detect(text) == language


def test_too_few_words_are_refused_with_their_number():
    with pytest.raises(TooShortError, match=r"has 4 words .* at least 40") as caught:
        article("Only four words here.")
    assert caught.value.words == 4
    with pytest.raises(TooShortError, match="has 0 words"):
        article("")


@pytest.mark.parametrize(
    "text",
    [
        "We use cookies. Accept all",
        (
            "We and our 842 partners store and/or access information on a device, such as cookies. You may manage "
            "your choices at any time. We use cookies to give you personalised ads and content, and to measure how "
            "they do. Some of our partners rely on legitimate interests, to which you may object in the settings."
        ),
    ],
)
def test_a_cookie_notice_is_named_as_one(text):
    with pytest.raises(TooShortError, match="looks like a cookie, consent or subscription notice"):
        article(text)


def test_an_article_about_cookies_is_an_article():
    assert len(article(f"{FILLER} The regulator said that the company must accept all cookies rules.").sentences) == 4


def test_a_string_beyond_the_limit_is_refused():
    with pytest.raises(TooLongError) as caught:
        article("x" * (MAX_BYTES + 1))
    assert caught.value.limit == MAX_BYTES


def test_importing_loads_nothing_heavy():
    code = "import sys, summarizer.reading; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "summarizer.reading" in loaded
    assert not {"trafilatura", "charset_normalizer", "pydantic", "openai", "yaml", "lxml"} & set(loaded)


@pytest.mark.parametrize(
    "unit",
    ["x", " ", "\n", "a.\n", '"', "“", "(a ", "U.S. ", "a\n\n", ". “", "sign up to ", "A/B ", "— a\n", "0-"],
)
def test_the_time_grows_no_faster_than_the_text(unit):
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.process_time()
        take_apart(text, 0, "en")
        return time.process_time() - start

    seconds(1_000)
    short, long = min(seconds(10_000), seconds(10_000)), seconds(100_000)
    for _ in range(4):  # a machine that stalls for a moment makes one run slow, and not all of them
        if long < 30 * max(short, 0.005):
            break
        long = min(long, seconds(100_000))
    # Ten times the text may take ten times as long, and no more than thirty: a square would take a hundred.
    assert long < 30 * max(short, 0.005)


def test_real_news_keeps_nearly_all_its_words_in_sentences():
    path = SHARED / "data" / "wikinews" / "dev.jsonl"
    if not path.exists():
        pytest.skip(f"the data set is not there: {path}")
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    shares = []
    for text in texts:
        found = article(text)
        shares.append(sum(s.end - s.start for s in found.sentences) / len(found.text.strip()))
    assert len(shares) > 100
    assert sum(share > 0.9 for share in shares) > 0.95 * len(shares)
