"""Times in articles: days by rule, or the reason why not; the table of phrases is the measure."""

from __future__ import annotations

import datetime as dt
import time
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import dates as table
from summarizer import Article, Summarizer, check_brief, resolve_date
from summarizer.checking import read_article_of, read_brief
from summarizer.dates import LONGEST, Precision
from summarizer.dates.tense import tense_of
from summarizer.dates.words import english

WEDNESDAY = dt.date(2026, 3, 11)
CASES = table.cases()


def day(text):
    return dt.date.fromisoformat(text)


def days(phrase, published=WEDNESDAY, context=None):
    found = resolve_date(phrase, published, context=context)
    return found.earliest, found.latest


@pytest.mark.parametrize(("held_out", "floor"), [(False, 0.98), (True, 0.95)])
def test_the_table_of_phrases_is_read_as_people_read_it(held_out, floor):
    part = [case for case in CASES if case.held_out is held_out]
    assert table.share(part, table.ours, table.strict) >= floor


def test_the_table_holds_300_phrases_and_no_case_twice():
    assert len(CASES) == 300
    assert sum(case.held_out for case in CASES) == 80
    assert len({(case.phrase, case.context, case.published) for case in CASES}) == 300


def test_the_measure_can_fail():
    moved = [case for case in CASES if case.published and case.expected]
    late = [
        table.Case(case.phrase, case.context, case.published + dt.timedelta(days=40), case.expected, case.held_out)
        for case in moved
    ]
    assert table.share(late, table.ours, table.strict) < 0.5
    assert table.share(CASES, lambda _: None, table.strict) < 0.2


def test_without_a_day_of_publication_what_is_relative_is_left_open():
    found = resolve_date("next Thursday", None)
    assert (found.earliest, found.latest, found.precision, found.reading) == (None, None, None, None)
    assert "day of publication" in found.reason


@pytest.mark.parametrize(
    "phrase", ["27 March 2026", "March 27, 2026", "2026-03-27", "27.3.2026", "Friday, March 27, 2026"]
)
def test_a_full_date_needs_no_anchor(phrase):
    assert days(phrase, None) == (day("2026-03-27"), day("2026-03-27"))


def test_the_tense_of_the_sentence_chooses_the_friday():
    assert days("on Friday", context="The court ruled on Friday.") == (day("2026-03-06"),) * 2
    assert days("on Friday", context="The court will rule on Friday.") == (day("2026-03-13"),) * 2


def test_a_weekday_that_no_word_places_is_either_of_two():
    found = resolve_date("on Friday", WEDNESDAY)
    assert (found.earliest, found.latest, found.precision) == (day("2026-03-06"), day("2026-03-13"), "either day")


def test_next_thursday_is_that_of_the_week_after_and_says_where_it_may_be_another():
    found = resolve_date("next Thursday", WEDNESDAY)
    assert (found.earliest, found.latest, found.precision) == (day("2026-03-19"), day("2026-03-19"), "day")
    assert found.reading == "the Thursday of the week after that of Wednesday 2026-03-11"
    monday = resolve_date("next Thursday", day("2026-03-09"))
    assert (monday.earliest, monday.latest, monday.precision) == (day("2026-03-12"), day("2026-03-19"), "either day")


def test_last_quarter_is_the_one_before_and_not_the_fourth():
    assert days("last quarter", day("2026-08-26")) == (day("2026-04-01"), day("2026-06-30"))
    assert days("the last quarter of 2025", day("2026-08-26")) == (day("2025-10-01"), day("2025-12-31"))


def test_the_month_of_may_is_no_verb():
    assert days("the last two weeks of May", day("2026-08-26")) == (day("2026-05-18"), day("2026-05-31"))


def test_a_weekday_that_contradicts_its_date_is_left_open():
    assert days("Monday, April 3") == (None, None)
    assert days("Monday, April 3, 2026") == (None, None)
    assert days("Friday, April 3") == (day("2026-04-03"),) * 2


@pytest.mark.parametrize(
    ("phrase", "part_of_the_reason"),
    [
        ("3/4", "Europe"),
        ("fiscal 2027", "fiscal"),
        ("every Friday", "recurs"),
        ("two days later", "another event"),
        ("within three days of the ruling", "another event"),
        ("the next month", "another event"),
        ("for two months", "how long"),
        ("before the summer", "hemisphere"),
        ("at noon", "no day"),
        ("soon", "no time"),
        ("30 February", "no such day"),
        ("in 9999 years", "outside of the calendar"),
        ("on Super Tuesday", "no rule"),
        ("year", "no rule"),
        ("", "no words"),
        ("x" * (LONGEST + 1), "longer"),
    ],
)
def test_what_is_left_open_says_why(phrase, part_of_the_reason):
    found = resolve_date(phrase, WEDNESDAY)
    assert (found.earliest, found.latest) == (None, None)
    assert part_of_the_reason in found.reason


def test_other_languages_are_left_open_but_for_iso_dates():
    assert resolve_date("nächsten Donnerstag", WEDNESDAY, "de").reason == "no rules for language de"
    assert resolve_date("2026-03-27", None, "de").earliest == day("2026-03-27")
    assert resolve_date("tomorrow", WEDNESDAY, "en-GB").earliest == day("2026-03-12")


def test_times_of_day_and_zones_do_not_matter():
    for phrase in ("Friday, March 27", "at 5 p.m. EDT on Friday, March 27", "Friday, March 27 at 0900 GMT"):
        assert days(phrase) == (day("2026-03-27"),) * 2


def test_a_seasons_span_covers_both_hemispheres_but_fall_is_northern():
    assert days("the autumn of 2027") == (day("2027-03-01"), day("2027-11-30"))
    assert days("the fall of 2027") == (day("2027-09-01"), day("2027-11-30"))


@pytest.mark.parametrize(
    ("sentence", "tense"),
    [
        ("The court ruled on Friday.", "past"),
        ("The court will rule on Friday.", "coming"),
        ("The ruling will be published on Friday.", "coming"),
        ("Ministers agreed to meet on Friday.", "coming"),
        ("Ministers met to discuss the plan on Friday.", "past"),
        ("The talks, he said on Friday, will go on.", "past"),
        ("On Friday, the two sides will meet.", "coming"),
        ("The vote scheduled for Friday was moved.", "coming"),
        ("The army had moved in on Friday.", "past"),
    ],
)
def test_the_tense_is_that_of_the_nearest_telling_verb(sentence, tense):
    assert tense_of("Friday", sentence) == tense


_WORDS = sorted(
    {
        *english().weekdays, *english().months, *english().units, *english().numbers, *english().ordinals,
        *english().seasons, *english().joins, *english().fillers,
        *(w for table in (english().leads, english().modifiers, english().stages)
        for phrases in table.values() for words, _ in phrases for w in words),
        "the", "of", "half", "weekend", "ago", "3", "27th", "2027", "2030s", "3/4", "'s", ",", "-",
    }
)  # fmt: skip


def _is_consistent(found):
    open_ended = found.earliest is None or found.latest is None
    is_resolved = found.earliest is not None or found.latest is not None
    assert open_ended or found.earliest <= found.latest
    assert is_resolved == (found.reason is None) == (found.reading is not None)
    assert found.precision in get_args(Precision) if is_resolved else found.precision is None


@given(st.lists(st.sampled_from(_WORDS), max_size=14), st.dates() | st.none(), st.sampled_from(["", "will", "was"]))
def test_any_row_of_time_words_gives_ordered_days_or_a_reason(words, published, verb):
    phrase = " ".join(words)
    _is_consistent(resolve_date(phrase, published, context=f"It {verb} {phrase}"))


@given(st.text(max_size=220), st.dates() | st.none(), st.text(max_size=10))
def test_no_text_makes_it_fail(phrase, published, language):
    _is_consistent(resolve_date(phrase, published, language or "en", context=phrase[::-1]))
    _is_consistent(resolve_date(phrase, published))


@pytest.mark.parametrize("published", [dt.date.min, dt.date.max, dt.date(5, 5, 5)])
def test_the_ends_of_the_calendar_are_no_failure(published):
    for case in CASES:
        _is_consistent(resolve_date(case.phrase, published, context=case.context))


@given(st.dates(dt.date(1900, 1, 1), dt.date(2150, 1, 1)))
def test_a_weekday_lies_within_seven_days_and_next_and_last_within_fourteen(published):
    for phrase, reach in (("on Friday", 7), ("by Friday", 7), ("next Friday", 14), ("last Friday", 14)):
        found = resolve_date(phrase, published)
        assert abs((found.earliest - published).days) <= reach
        assert abs((found.latest - published).days) <= reach


@pytest.mark.parametrize("unit", ["first half of ", "the end of the ", "the week of ", "two days after ", "last "])
def test_a_nested_phrase_takes_no_longer_than_its_length(unit):
    started = time.process_time()
    for _ in range(10):
        resolve_date((unit * LONGEST)[:LONGEST], WEDNESDAY)
    assert time.process_time() - started < 1


def test_a_long_sentence_costs_in_proportion_to_its_length():
    def cost(length):
        sentence = "he went to a place and " * length + "on Friday"
        started = time.process_time()
        for _ in range(5):
            resolve_date("on Friday", WEDNESDAY, context=sentence)
        return time.process_time() - started

    cost(10)
    assert cost(64_000) < 64 * max(cost(1_000), 0.002) * 4


STORY = (
    "Norvania said on Monday that it would impose a tariff on cars from Kelmaria.\n\n"
    "The two governments are due to hold talks next Thursday in Saint Orvell, the ministry said.\n\n"
    "The tariff is scheduled to take effect on April 1, according to the ministry of trade of Norvania.\n"
)


@pytest.fixture
def saved_brief(tmp_path):
    """A brief whose article was dated from outside: its text names no date."""
    article, saved = tmp_path / "story.txt", tmp_path / "brief.json"
    article.write_text(STORY, encoding="utf-8")
    text = Article.from_text(STORY, published=WEDNESDAY, language="en")
    with Summarizer(engine="extractive") as summarizer:
        brief = summarizer.brief(text)
    info = brief.article.model_copy(update={"source": str(article)})
    saved.write_text(brief.model_copy(update={"article": info}).model_dump_json(), encoding="utf-8")
    return saved


def _findings(saved):
    brief = read_brief(saved)
    return [finding.message for finding in check_brief(brief, read_article_of(brief))]


def test_a_brief_dated_from_outside_holds_when_it_is_checked_again(saved_brief):
    steps = read_brief(saved_brief).next_steps
    assert day("2026-03-19") in {step.when.latest for step in steps if step.when}
    assert _findings(saved_brief) == []


def test_a_changed_day_in_a_saved_brief_is_found(saved_brief):
    text = saved_brief.read_text(encoding="utf-8")
    saved_brief.write_text(text.replace('"latest":"2026-03-19"', '"latest":"2026-03-20"'), encoding="utf-8")
    (message,) = _findings(saved_brief)
    assert message.startswith("the phrase means other days than the brief says: the Thursday of the week after")
