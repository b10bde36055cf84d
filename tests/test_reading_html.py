"""From a page to an article, and nothing worse than a typed error from a hostile one."""

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.errors import SourceError, SummarizerError, TooLongError, TooShortError
from summarizer.reading import Overrides, read_bytes, read_text
from summarizer.reading.webpage import MAX_TAGS, is_html

PARAGRAPH = (
    "The council met on Monday to discuss the harbour, and nobody left before midnight, said the clerk. "
    "Members of the opposition asked for another report about the costs of the new quay and of the old one."
)
HEAD = (
    '<title>Harbour vote fails - The Ledger</title><meta property="og:title" content="Harbour vote fails">'
    '<meta property="og:site_name" content="The Ledger"><meta name="author" content="Pat Example">'
    '<meta property="article:published_time" content="2025-10-25T09:00:00+02:00">'
    '<link rel="canonical" href="https://ledger.example/1">'
)


def page(body: str = "", head: str = HEAD) -> str:
    text = f"<p>{PARAGRAPH}</p>" * 3
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head>{head}</head><body><nav><a href="/">Home</a></nav><article>'
        f"<h1>Harbour vote fails</h1>{text}<h2>What is next?</h2>{text}{body}</article>"
        "<footer>All rights reserved</footer></body></html>"
    )


def test_a_page_gives_its_metadata():
    article = read_text(page())
    assert (article.title, article.outlet, article.byline) == (
        "Harbour vote fails",
        "The Ledger",
        "Pat Example",
    )
    assert (article.published, article.language) == (dt.date(2025, 10, 25), "en")
    assert article.url == "https://ledger.example/1"


def test_what_is_given_beats_the_page():
    article = read_text(page(), Overrides(title="Given", outlet="O", language="de", url="u", byline="b"))
    found = (article.title, article.outlet, article.language, article.url, article.byline)
    assert found == ("Given", "O", "de", "u", "b")


def test_a_page_becomes_paragraphs_between_blank_lines():
    article = read_text(page())
    assert article.text.split("\n\n")[1] == PARAGRAPH
    assert all(article.text[s.start : s.end] == s.text for s in article.sentences)
    assert "Home" not in article.text
    assert "rights" not in article.text


def test_headings_are_headlines_even_with_a_question_mark():
    article = read_text(page())
    headlines = [article.text[f.start : f.end] for f in article.furniture if f.kind == "headline"]
    assert headlines == ["Harbour vote fails", "What is next?"]


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type":"Article","datePublished":"2025-10-25T01:00Z"}</script>',
        '<meta itemprop="datePublished" content="2025-10-25">',
        '<meta name="date" content="25 October 2025">',
    ],
)
def test_the_date_is_read_from_wherever_a_page_declares_it(head):
    assert read_text(page(head=head)).published == dt.date(2025, 10, 25)


def test_an_ambiguous_date_in_a_page_is_not_guessed():
    assert read_text(page(head='<meta name="date" content="03/04/2025">')).published is None


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.xhtml"])
def test_the_suffix_says_that_it_is_html(name):
    assert is_html("no tag", name)


@pytest.mark.parametrize(
    "text",
    [
        "<!doctype HTML>",
        " \n<html>",
        "\ufeff<html lang=x>",
        "<!-- x --><body>",
        "<?xml version='1.0'?><html>",
    ],
)
def test_the_beginning_says_that_it_is_html(text):
    assert is_html(text, "")


@pytest.mark.parametrize("text", ["The <html> tag opens a page.", "<b>bold</b> Markdown", "# <body>", ""])
def test_a_text_that_mentions_tags_is_no_page(text):
    assert not is_html(text, "a.md")


def test_a_row_of_comments_is_looked_through_once():
    start = time.process_time()
    assert not is_html("<!---->" * 1000 + "x", "")
    assert time.process_time() - start < 1


def test_a_page_in_a_legacy_encoding_is_read_by_its_declaration():
    body = "<p>Le café de l’été à Orléans était fermé.</p>"
    data = page(body, head='<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">').encode("cp1252")
    assert "Le café de l’été à Orléans était fermé." in read_bytes(data).text


def test_characters_that_references_spell_are_cleaned_too():
    spelt = "It&#146;s the harbour&#27;[31m that is closed &#x0;for the whole of&#xD800; this week, it said."
    article = read_text(page(f"<p>{spelt}</p>"))
    assert "It’s the harbour[31m that is closed for the whole of this week, it said." in article.text
    assert article.cleaning == (("control character", 3),)


def test_a_page_without_an_article_is_too_short():
    with pytest.raises(TooShortError):
        read_text("<html><body><div>We use cookies</div></body></html>")


@pytest.mark.parametrize("tag", ["div", "p", "span", "b", "table", "ul", "blockquote", "br"])
def test_too_many_tags_are_refused_at_once(tag):
    start = time.process_time()
    with pytest.raises(TooLongError, match="50,000 is the most") as caught:
        read_text("<html><body>" + f"<{tag}>" * 200_000)
    assert caught.value.limit == MAX_TAGS
    assert time.process_time() - start < 2


HOSTILE = {
    "nested": "<div>" * 40_000,
    "nested lists": "<ul><li>" * 20_000,
    "nested quotes": "<blockquote><p>x" * 20_000,
    "attribute": f"<p title='{'x' * 9_000_000}'>",
    "attributes": "<p " + "a=b " * 1_000_000 + ">",
    "entities": "<p>" + "&nosuch;&amp;" * 300_000,
    "open brackets": "<" * 2_000_000,
    "comments": "<!--" * 500_000,
    "json": '<script type="application/ld+json">' + '{"author":' * 100_000 + "</script>",
    "json list": '<script type="application/ld+json">' + "[" * 500_000 + "</script>",
    "doctype": '<!DOCTYPE a [<!ENTITY a "xx"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>&b;&c;',
    "cdata": "<![CDATA[" * 100_000,
    "unclosed": "<p" * 40_000,
    "nul": "\0" * 100_000,
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_hostile_page_ends_in_an_article_or_a_typed_error_in_bounded_time(what):
    start = time.process_time()
    try:
        outcome = read_text(f"<html><body>{HOSTILE[what]}<p>{PARAGRAPH}</p>").text
    except SummarizerError as error:
        outcome = str(error)
    assert outcome
    assert "root:" not in outcome
    assert time.process_time() - start < 15


def test_a_fault_of_the_parser_is_a_clear_refusal(monkeypatch):
    def fail(*_, **__):
        raise RecursionError

    monkeypatch.setattr("trafilatura.bare_extraction", fail)
    with pytest.raises(SourceError, match="cannot be taken apart as HTML"):
        read_text(page())


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.sampled_from(["<p>", "</p>", "<br>", "<h2>", "</h2>", "<ul><li>", "a b. ", "&#x202e;", "<", "é"]))
)
def test_any_mixture_of_tags_gives_exact_offsets(parts):
    article = read_text(page("".join(parts)))
    assert all(article.text[s.start : s.end] == s.text and s.text for s in article.sentences)
