"""The page of one brief, read by a parser: what stands on it, where links lead, and that no data becomes markup."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from summarizer import Article, Summarizer
from summarizer.article import Furniture
from summarizer.brief import NextStep, When
from summarizer.errors import UsageError
from summarizer.render.html.page import render_html
from summarizer.render.html.pane import whole
from summarizer.render.html.timeline import timeline
from summarizer.render.items import one_line
from summarizer.render.parts import Item, Time
from summarizer.render.safe import visible
from summarizer.render.view import view
from tests import briefs
from tests.articles import article_of
from tests.corpora import CORPORA, hands, words
from tests.hostile import ATTACKS, MARKUP, texts

DAY = dt.date(2026, 3, 10)


def page(brief=None, article=None):
    """Parse the page of a brief."""
    return html.document_fromstring(render_html(brief or briefs.brief(), article))


def beside():
    """Parse the page of the brief with its article beside it."""
    article = briefs.article()
    return page(briefs.about(briefs.brief(), article), article)


def text(node):
    return " ".join(node.text_content().split())


def named(tree, heading):
    """Give the section of a heading."""
    (section,) = tree.xpath(f"//section[h2[normalize-space()='{heading}']]")
    return section


def structure(markup):
    """Give every element with the names of its attributes, and its class, in the order of the document."""
    tree = html.document_fromstring(markup)
    return [(node.tag, sorted(node.keys()), node.get("class")) for node in tree.iter()]


# --- what stands on it --------------------------------------------------------------------------------


def test_the_sections_stand_in_the_order_of_the_other_formats():
    shown = view(briefs.brief())
    expected = ["Warning", "Bottom line", *(s.title for s in shown.sections), "Left out", "Asked again", "Checks"]
    assert [text(node) for node in beside().xpath("//main//h2")] == expected


def test_every_statement_shows_its_verdict_by_a_sign_and_a_word_and_its_problems():
    (threat,) = beside().xpath("//li[contains(., 'strike for a week')]")
    assert threat.xpath(".//*[@class='sign unsupported']/text()") == ["✗"]
    assert threat.xpath(".//*[@class='unseen']/text()") == ["unsupported: "]
    problems = [text(p) for p in threat.xpath(".//p[contains(@class, 'problem')]")]
    assert problems == ["unsupported: the evidence says a day: “a week”", "unsupported: better carried by 5"]


def test_a_threat_shows_its_status_its_condition_and_whom_it_is_aimed_at():
    (threat,) = beside().xpath("//li[contains(., 'will close its grain terminal on 1 July.')]")
    assert [text(tag) for tag in threat.xpath(".//*[@class='tag']")] == ["threatened", "coerce"]
    assert [text(fact) for fact in threat.xpath(".//dd")] == [
        "Northwater Terminals → Ellery Port Authority",
        "unless the authority withdraws the transit fee",
        "Northwater Terminals",
    ]


def test_what_was_mended_and_what_it_cost_is_folded_away():
    folded = [text(node) for node in beside().xpath("//details[not(@open)]")]
    assert "About 9,000 jobs" in folded[0]
    assert "$0.0031" in folded[1]


def test_every_sentence_of_the_article_is_there_once_with_its_number():
    shown = {
        node.get("id"): text(node.find("bdi"))
        for node in beside().xpath("//*[contains(@class, 's ') or @class='s']")
        if node.get("id")
    }
    assert shown == {f"s{n}": words for n, words in enumerate(briefs.SENTENCES, 1)}


def test_a_sentence_that_speaks_to_a_model_is_marked_in_the_article_with_the_reason():
    (aimed,) = beside().xpath("//aside//*[contains(@class, 'aimed')]")
    assert aimed.get("id") == "s10"
    assert "speaks of the reader's own answer" in text(aimed.getparent())


def test_furniture_and_what_lies_between_sentences_are_shown_and_told_apart():
    words = "Advertisement\nOne. Two. (end)"
    sentences = article_of("x").sentences
    article = Article(
        text=words,
        sentences=tuple(type(sentences[0])(n, start, start + 4, 0, words) for n, start in ((1, 14), (2, 19))),
        furniture=(Furniture("advertisement", 0, 13),),
    )
    paragraphs = [[(piece.text, piece.number, piece.furniture) for piece in p] for p in whole(article, ()).paragraphs]
    assert paragraphs == [
        [("Advertisement", None, "advertisement")],
        [("One.", 1, None), ("Two.", 2, None)],
        [("(end)", None, None)],
    ]


def test_stretches_that_overlap_are_shown_once():
    article = briefs.article()
    doubled = Article(article.text, article.sentences, furniture=(Furniture("caption", 5, 400),))
    shown = [piece.text for paragraph in whole(doubled, ()).paragraphs for piece in paragraph]
    assert shown == list(briefs.SENTENCES)


def test_without_the_article_the_cited_sentences_stand_there_and_the_page_says_so():
    tree = page()
    assert "The article itself is not on this page" in text(tree.find(".//aside"))
    assert [node.get("id") for node in tree.xpath("//aside//*[@class='s']")] == [f"s{n}" for n in range(1, 10)]


def test_an_article_that_is_not_the_one_of_the_brief_is_refused():
    with pytest.raises(UsageError, match="not the article that the brief was written about"):
        render_html(briefs.brief(), briefs.article(("Another.",)))


def test_the_title_of_the_article_is_shown_unless_a_headline_of_the_text_is():
    article = briefs.article(title="Port fee")
    assert whole(article, ()).title == "Port fee"
    headed = Article("Port fee", (), title="Port fee", furniture=(Furniture("headline", 0, 8),))
    assert whole(headed, ()).title is None


@pytest.mark.parametrize(
    ("language", "direction", "lang"),
    [
        ("ar", "rtl", "ar"),
        ("he", "rtl", "he"),
        ("zh", "ltr", "zh"),
        ("en", "ltr", "en"),
        ('"><b>', "ltr", ""),
        ("", "ltr", ""),
        ("e1", "ltr", ""),
        ("english", "ltr", ""),
    ],
)
def test_the_article_is_in_its_own_language_and_direction(language, direction, lang):
    brief = briefs.brief()
    tree = page(brief.model_copy(update={"article": brief.article.model_copy(update={"language": language})}))
    (words,) = tree.xpath("//aside/div[@lang]")
    assert (words.get("dir"), words.get("lang")) == (direction, lang)
    assert tree.get("lang") == "en"


def test_the_counts_of_a_page_read_from_left_to_right_beside_an_article_that_does_not():
    brief = briefs.brief()
    tree = page(brief.model_copy(update={"article": brief.article.model_copy(update={"language": "ar"})}))
    counts = tree.xpath("//p[@class='counts']/span[position() > 1]")
    assert len(counts) == 3
    assert {count.get("dir") for count in counts} == {"ltr"}


@pytest.mark.parametrize("content", [[1, 2], {"a": {"b": [briefs.statement("x", 1)]}}, "words", {"_": {}}, None])
def test_a_kind_of_ones_own_has_a_page(content):
    tree = page(briefs.custom(content))
    assert text(tree.find(".//h1"))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


# --- where links lead ---------------------------------------------------------------------------------


@pytest.mark.parametrize("tree", [page(), beside()], ids=["cited", "article"])
def test_every_link_leads_to_something_on_the_page(tree):
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = tree.xpath("//@href")
    assert len(links) >= 30
    assert {link for link in links if link.removeprefix("#") not in ids or not link.startswith("#")} == set()


def test_the_numbers_behind_a_statement_are_its_evidence_and_a_sentence_leads_back():
    tree = beside()
    (bottom,) = tree.xpath("//section[@aria-labelledby='bottom-line']//li")
    assert bottom.get("data-evidence").split() == ["1", "7"]
    assert bottom.xpath(".//a/@href") == ["#s1", "#s7"]
    (back,) = tree.xpath("//*[@id='s7']/a/@href")
    assert back == f"#{bottom.get('id')}"


def test_a_sentence_that_nothing_rests_on_leads_nowhere():
    assert not beside().xpath("//*[@id='s9']/a")


# --- the time line ------------------------------------------------------------------------------------


def step(first, last, phrase="soon", **more):
    return Item(
        "x", time=Time(phrase, "days", first and dt.date(2026, 3, first), last and dt.date(2026, 3, last), **more)
    )


def test_steps_lie_between_the_day_of_publication_and_the_last_day():
    line = timeline([step(20, 20), step(15, 16), Item("no time")], DAY)
    assert (line.first, line.last, line.undated) == (DAY, dt.date(2026, 3, 20), 1)
    assert [row.number for row in line.rows] == [2, 1]
    assert [mark.left for row in line.rows for mark in row.marks] == [50.0, 96.4]


def test_one_day_or_another_has_two_marks_and_an_open_time_reaches_the_end():
    rows = {
        row.number: row
        for row in timeline([step(12, 19, is_either=True), step(None, 20), step(20, None), step(11, 30)], DAY).rows
    }
    assert [len(rows[n].marks) for n in (1, 2, 3)] == [2, 1, 1]
    assert rows[2].marks[0].left == 2.0
    assert rows[3].marks[0].left + rows[3].marks[0].width == 98.0
    assert [rows[n].is_open for n in (1, 2, 3, 4)] == [False, True, True, False]


def test_no_line_is_drawn_where_nothing_is_dated_or_all_of_it_is_one_day():
    assert timeline([Item("x"), Item("y", time=Time("soon"))], DAY) is None
    assert timeline([step(10, 10)], DAY) is None
    assert timeline([], None) is None


@given(st.lists(st.tuples(st.none() | st.dates(), st.none() | st.dates()), max_size=8), st.none() | st.dates())
def test_no_mark_leaves_the_line_whatever_the_days(days, published):
    steps = [Item("x", time=Time("p" * 99, "d", first, last)) for first, last in days]
    line = timeline(steps, published)
    assert line is None or line.published is None or 0 <= line.published <= 100
    for row in line.rows if line else ():
        assert len(row.label) <= 44
        for mark in row.marks:
            assert mark.width > 0
            assert 0 <= mark.left <= mark.left + mark.width <= 100


def test_the_article_s_own_words_for_a_time_stand_on_the_line():
    labels = [text(node) for node in named(beside(), "Next steps").xpath(".//*[@class='label']")]
    assert labels == ["1 · 2026-03-12 or 2026-03-19 · next Thursday"]


def test_days_of_words_that_are_not_in_the_evidence_are_on_no_line():
    when = When(phrase="in May", earliest=DAY, latest=dt.date(2026, 5, 1))
    steps = [NextStep(text="x", who=[], when=when, certainty="planned", evidence=[])]
    shown = view(briefs.brief().model_copy(update={"next_steps": steps}))
    assert timeline(shown.sections[3].items, DAY) is None


# --- hostile words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("attack", [*ATTACKS, *MARKUP])
def test_a_known_attack_in_every_field_leaves_the_page_as_it_is(attack):
    hostile, harmless = briefs.hostile_and_harmless(briefs.brief(), [f"{attack}."])
    assert structure(render_html(hostile)) == structure(render_html(harmless))


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_family_of_attacks_in_every_field_leaves_the_page_as_it_is(corpus):
    for hand in hands(corpus):
        hostile, harmless = briefs.hostile_and_harmless(briefs.brief(), hand)
        assert structure(render_html(hostile)) == structure(render_html(harmless)), hand


@pytest.mark.parametrize("corpus", CORPORA)
def test_an_article_of_attacks_is_read_as_the_words_it_is(corpus):
    article = briefs.article([f"{word.strip()}." for word in words(corpus)])
    tree = page(briefs.about(briefs.brief(), article), article)
    shown = tree.xpath("//aside//*[@id and contains(@class, 's')]/bdi")
    assert [node.text_content() for node in shown] == [
        visible(one_line(sentence.text)) for sentence in article.sentences
    ]
    assert not tree.xpath("//aside//script | //aside//img | //aside//svg | //@onerror | //@onload | //@style")


@settings(max_examples=40, deadline=None)
@given(words=st.lists(texts(), min_size=1, max_size=9))
def test_hostile_words_leave_the_page_as_it_is(words):
    # The dots: some fields are stripped of spaces and some are not, and a title that is the headline is not shown.
    hostile, harmless = briefs.hostile_and_harmless(briefs.brief(), [f".{word}." for word in words])
    assert structure(render_html(hostile)) == structure(render_html(harmless))


@pytest.mark.parametrize("attack", [*ATTACKS, *MARKUP])
def test_a_known_attack_in_the_article_is_read_as_the_words_it_is(attack):
    words = [f"{attack} {n}." for n in range(10)]
    article = briefs.article(words)
    tree = page(briefs.about(briefs.brief(), article), article)
    shown = [node.text_content() for node in tree.xpath("//aside//*[@id and contains(@class, 's')]/bdi")]
    assert [visible(shown_one) for shown_one in shown] == shown
    assert len(shown) == 10
    assert not tree.xpath("//aside//script | //aside//img | //@onerror | //@onload | //@style")


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        texts(surrogates=True) | st.integers() | st.none() | st.booleans(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(surrogates=True), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_content_of_a_kind_of_ones_own_can_be_written_as_utf8(value):
    written = render_html(briefs.custom(value)).encode()
    tree = html.document_fromstring(written)
    assert not {node.tag for node in tree.iter()} & {"img", "iframe", "object", "embed", "base", "link"}
    assert len(tree.xpath("//script")) == 1


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_any_article_can_stand_on_a_page(words):
    article = Article.from_text(f"{words}\n\n{' '.join(briefs.SENTENCES)}")
    with Summarizer(engine="extractive") as summarizer:
        brief = summarizer.brief(article)
    tree = html.document_fromstring(render_html(brief, article).encode())
    assert len(tree.xpath("//aside//*[starts-with(@id, 's') and contains(concat(' ', @class, ' '), ' s ')]")) == len(
        article.sentences
    )
