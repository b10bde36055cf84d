"""Where title, outlet, byline, date, language and URL come from, and what beats what."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import SummarizerError
from summarizer.reading import Overrides, read_text
from summarizer.reading.dates import find_date
from summarizer.reading.metadata import front_matter

BODY = (
    "The council met on Monday to discuss the harbour, and nobody left before midnight. "
    "Members of the opposition asked for another report about the costs of the new quay. "
    "The mayor answered that the figures would be ready within a week, as planned before."
)
DAY = dt.date(2025, 10, 25)


def known(text: str, **given_values) -> dict[str, object]:
    article = read_text(text, Overrides(**given_values))
    names = ("title", "outlet", "byline", "published", "language", "url")
    return {name: getattr(article, name) for name in names if getattr(article, name) is not None}


def test_a_bare_text_says_nothing_but_its_language():
    assert known(BODY) == {"language": "en"}


def test_a_front_matter_says_everything():
    text = (
        "---\ntitle: Harbour vote\nsite: The Ledger\nauthor: [Pat Example, Sam Sample]\n"
        "date: 2025-10-25T09:00:00Z\n"
        f"lang: en-GB\nlink: https://ledger.example/1\ncolour: blue\n---\n\n{BODY}"
    )
    assert known(text) == {
        "title": "Harbour vote",
        "outlet": "The Ledger",
        "byline": "Pat Example, Sam Sample",
        "published": DAY,
        "language": "en",
        "url": "https://ledger.example/1",
    }


def test_a_front_matter_is_not_numbered_and_offsets_count_it():
    text = f"---\ntitle: Harbour vote.\n---\n{BODY}"
    article = read_text(text)
    assert article.text == text
    assert article.sentences[0].start == text.index("The council")


def test_what_is_given_beats_what_is_found():
    text = f"---\ntitle: Found\ndate: 2024-01-01\nlang: fr\n---\n\n# Heading\n\n{BODY}"
    assert known(text, title="Given", published=DAY, language="de") == {
        "title": "Given",
        "published": DAY,
        "language": "de",
    }


@pytest.mark.parametrize(
    "front",
    [
        "title: [1, {a: b}]\ndate: 17\nauthor: {x: y}\nlang: 5\nurl: true",
        "title: ''\ndate: 2025-99-99x",
        "? [a, b]\n: c",
        "title: !!python/object/apply:os.system [id]",
        "title: &a [*a]",
        "a: " + "[" * 3000,
        "date: 2025-13-45",
        "- just\n- a list",
        "x: " + "9" * 6000,
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\ntitle: *c",
        "title: 'unclosed",
    ],
)
def test_a_wrong_or_hostile_front_matter_is_ignored(front):
    assert not {"byline", "published", "url"} & set(known(f"---\n{front}\n---\n\n{BODY}"))


@given(text=st.text(st.sampled_from("---\n: [{}]&*!|>'\"ab1?,#%@`\t ")))
def test_no_front_matter_is_a_crash(text):
    _, start = front_matter(f"---\n{text}")
    assert 0 <= start <= len(text) + 4


def test_characters_that_yaml_spells_are_cleaned():
    assert known(f'---\ntitle: "a\\x1b[31m\\ud800b"\n---\n\n{BODY}')["title"] == "a[31mb"


def test_what_is_given_can_always_be_written():
    assert known(BODY, title="a\udcffb")["title"] == "ab"


def test_a_rule_at_the_top_of_a_long_text_is_no_front_matter():
    assert front_matter("---\n" + "a: b\n" * 5000 + "---\n")[1] == 0


@pytest.mark.parametrize("prefix", [" date 2025-10-25 ", "Date: 2025-10-25 ", "Published 2025-10-25 — ", "2025-10-25 "])
def test_a_date_before_the_first_words_is_no_part_of_the_first_sentence(prefix):
    article = read_text(prefix + BODY)
    assert article.published == DAY
    assert article.sentences[0].text.startswith("The council")
    assert article.text == prefix + BODY


@pytest.mark.parametrize(
    "line",
    [
        "Saturday, October 25, 2025\u00a0",
        "25 October 2025",
        "Oct. 25, 2025",
        "2025-10-25",
        "Published: 25 Oct 2025, 10:30 GMT",
        "Updated October 25, 2025 at 9:00 a.m.",
        "2025年10月25日",
        "25.10.2025",
    ],
)
def test_a_date_on_a_line_of_its_own_is_the_published_date(line):
    article = read_text(f"{line}\n\n\n{BODY}")
    assert article.published == DAY
    assert len(article.sentences) == 3


@pytest.mark.parametrize(
    ("dateline", "expected"),
    [
        ("KUALA LUMPUR, Oct 25 (Example Wire) - ", {"outlet": "Example Wire"}),
        ("TOWN, October 25, 2025 (Example Wire) — ", {"outlet": "Example Wire", "published": DAY}),
        ("NEW YORK (AP) -- ", {"outlet": "AP"}),
        ("TOWN, 25 October 2025 - ", {"published": DAY}),
        ("CANBERRA - ", {}),
    ],
)
def test_a_dateline_says_outlet_and_date_and_stays_in_its_sentence(dateline, expected):
    text = dateline + BODY
    assert known(text) == {"language": "en", **expected}
    assert read_text(text).sentences[0].text.startswith(dateline.split(",")[0].split(" (")[0].rstrip(" -"))


def test_an_ordinary_bracket_is_no_dateline():
    assert "outlet" not in known(f"The council (Labour) - which met on Monday - voted. {BODY}")


@pytest.mark.parametrize(
    ("top", "title"),
    [
        ("# Harbour vote fails", "Harbour vote fails"),
        ("Harbour vote fails", "Harbour vote fails"),
        ("**Harbour vote fails**", "Harbour vote fails"),
        ("The council voted.", None),
        ("Advertisement", None),
        ("CNN --", None),
    ],
)
def test_a_short_first_line_without_a_full_stop_is_the_title(top, title):
    assert known(f"{top}\n\n{BODY}").get("title") == title


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Pat Example", {"byline": "Pat Example"}),
        ("By Pat Example | The Ledger", {"byline": "Pat Example"}),
        ("By the trade desk", {"byline": "trade desk"}),
        ("Author: Pat Example", {"byline": "Pat Example"}),
        ("Source: The Ledger", {"outlet": "The Ledger"}),
        ("CNN --", {"outlet": "CNN"}),
    ],
)
def test_a_byline_below_the_title_is_read(line, expected):
    assert known(f"Harbour vote fails\n\n{line}\n\n{BODY}") == {
        "title": "Harbour vote fails",
        "language": "en",
        **expected,
    }


def test_a_title_that_is_given_is_a_headline_wherever_it_stands():
    article = read_text(f"Will it open?\n\n{BODY}", Overrides(title="Will it open?"))
    assert [item.kind for item in article.furniture] == ["headline"]
    assert len(article.sentences) == 3


@pytest.mark.parametrize(
    "text", ["03/04/2025", "3.4.2025", "13/13/2025", "2025-02-30", "31 June 2025", "May 2025", "1/2"]
)
def test_a_date_that_can_be_read_in_two_ways_or_in_none_is_left_alone(text):
    assert find_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2025-10-25T23:30:00-04:00",
        "20251025",
        "25/10/2025",
        "10/25/2025",
        "25 de octubre de 2025",
        "25. Oktober 2025",
        "25 octobre 2025",
        "25 października 2025",
        "October 25th, 2025",
        "Sat, 25 Oct 2025 10:00:00 GMT",
    ],
)
def test_a_date_is_read_in_the_forms_that_newsrooms_use(text):
    assert find_date(text) == DAY


@given(day=st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
def test_every_iso_date_is_read(day):
    assert find_date(day.isoformat()) == day


@given(text=st.text(max_size=200))
def test_metadata_of_any_text_is_one_line_or_nothing(text):
    try:
        values = known(f"{text}\n\n{BODY}")
    except SummarizerError:
        return
    assert all("\n" not in value for value in values.values() if isinstance(value, str))
