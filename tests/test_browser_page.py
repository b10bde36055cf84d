"""The page of one brief in a real browser: what it does, that it is fit for everybody, and that nothing else runs."""

from __future__ import annotations

import html
import socket

import pytest

from summarizer import Article, Summarizer
from summarizer.render.html.page import render_html
from tests import briefs
from tests.attacks import VECTORS
from tests.browser import opened
from tests.corpora import CORPORA, LONGEST, fields, words
from tests.hostile import ATTACKS, MARKUP

#: Enough of them that the article scrolls in a window of 500 pixels.
FILLING = tuple(f"Clause {n} of the agreement was read out to the members of the board." for n in range(60))
STRUCTURE = """[...document.querySelectorAll('*')].map(
    (node) => [node.localName, node.namespaceURI, node.getAttributeNames().sort().join(' '), node.getAttribute('class')].join('|'))"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def page(folder):
    """The page of the brief with its article, which goes on for long beyond the sentences that are cited."""
    article = briefs.article((*briefs.SENTENCES[:6], *FILLING))
    return written(folder / "brief.html", briefs.about(moved(66), article), article)


def moved(last):
    """Give the brief with one more stake that rests on the last sentence."""
    brief = briefs.brief()
    far = brief.stakes[0].model_copy(update={"text": "The last clause was read.", "evidence": briefs.spans(9).copy()})
    far.evidence[0] = far.evidence[0].model_copy(update={"sentence": last, "quote": FILLING[-1]})
    return brief.model_copy(update={"stakes": [*brief.stakes, far]})


def written(path, brief, article=None):
    path.write_text(render_html(brief, article), encoding="utf-8")
    return path


def lit(shown):
    return shown.page.eval_on_selector_all(".s.lit", "found => found.map((node) => node.id)")


def focus(shown):
    return shown.page.evaluate("document.activeElement.id")


# --- with the script ----------------------------------------------------------------------------------


def test_hovering_a_statement_lights_its_evidence_and_scrolls_there(browser, page):
    with opened(browser, page, height=500, reduced_motion="reduce") as shown:
        assert lit(shown) == []
        shown.page.get_by_text("The last clause was read.").hover()
        shown.page.wait_for_selector("#s66.lit")
        assert shown.page.evaluate("document.getElementById('article').scrollTop") > 500
        box = shown.page.locator("#s66").bounding_box()
        assert 0 < box["y"] < 500
        shown.page.mouse.move(5, 5)
        shown.page.wait_for_function("document.querySelectorAll('.s.lit').length === 0")


def test_a_part_of_a_statement_lights_its_own_evidence(browser, page):
    with opened(browser, page) as shown:
        shown.page.get_by_text("Talks before the end of April.").hover()
        shown.page.wait_for_selector("#s6.lit")
        assert lit(shown) == ["s6"]


def test_focus_lights_as_the_pointer_does(browser, page):
    with opened(browser, page) as shown:
        shown.page.locator("section[aria-labelledby=bottom-line] a").first.focus()
        assert lit(shown) == ["s1", "s7"]


def test_the_keys_lead_through_the_statements_to_the_evidence_and_back(browser, page):
    with opened(browser, page) as shown:
        shown.page.keyboard.press("j")
        assert (focus(shown), lit(shown)) == ("st1", ["s1"])
        shown.page.keyboard.press("j")
        shown.page.keyboard.press("j")
        shown.page.keyboard.press("k")
        assert (focus(shown), lit(shown)) == ("st2", ["s1", "s7"])
        shown.page.keyboard.press("Enter")
        assert focus(shown) == "s1"
        shown.page.keyboard.press("Enter")
        assert "Northwater threatens to close" in shown.page.inner_text("#rests")
        shown.page.keyboard.press("Escape")
        assert shown.page.is_hidden("#rests")
        shown.page.keyboard.press("Escape")
        assert focus(shown) == "st2"


def test_the_keys_are_explained_and_single_ones_can_be_turned_off(browser, page):
    with opened(browser, page) as shown:
        shown.page.keyboard.press("?")
        assert "next statement" in shown.page.inner_text("dialog[open]")
        shown.page.locator("#single-keys").uncheck()
        shown.page.keyboard.press("Escape")
        assert shown.page.is_hidden("#help")
        shown.page.keyboard.press("j")
        assert focus(shown) == ""
        shown.page.get_by_role("button", name="Keys").click()
        shown.page.get_by_role("button", name="Close").click()
        assert shown.page.is_hidden("#help")
        assert shown.violations() == []


def test_a_key_with_a_modifier_is_the_browser_s(browser, page):
    with opened(browser, page) as shown:
        shown.page.keyboard.press("Control+j")
        assert focus(shown) == ""


def test_clicking_a_sentence_lists_what_rests_on_it_and_leads_there(browser, page):
    with opened(browser, page) as shown:
        shown.page.locator("#s5 bdi").click()
        entries = shown.page.locator("#rests li")
        assert entries.all_inner_texts() == [
            "Dockworkers' Federation: represents the terminal's workers and has announced a strike",
            "About 900 jobs depend on the terminal.",
        ]
        entries.nth(1).locator("a").click()
        assert "About 900 jobs" in shown.page.inner_text(f"#{focus(shown)}")
        shown.page.locator("#s20 bdi").click()
        assert entries.all_inner_texts() == ["No statement rests on it."]
        shown.page.locator("#s4 bdi").click()
        assert (
            entries.all_inner_texts()[-1] == "Ellery Port Authority: Wants: To raise 64 million dollars for dredging."
        )


def test_the_list_does_not_cover_the_sentence_it_is_about(browser, page):
    with opened(browser, page, height=500, reduced_motion="reduce") as shown:
        low = "[...document.querySelectorAll('.s')].findLast((s) => s.getBoundingClientRect().bottom < innerHeight - 8).id"
        sentence = shown.page.locator(f"#{shown.page.evaluate(low)}")
        sentence.locator("bdi").click()
        box, panel = sentence.bounding_box(), shown.page.locator("#rests").bounding_box()
        assert 0 < box["y"] < box["y"] + box["height"] <= panel["y"]


def test_who_wants_no_motion_gets_none(browser, page):
    with opened(browser, page, reduced_motion="reduce") as shown:
        assert shown.page.evaluate("getComputedStyle(document.getElementById('article')).scrollBehavior") == "auto"
    with opened(browser, page, reduced_motion="no-preference") as shown:
        assert shown.page.evaluate("getComputedStyle(document.getElementById('article')).scrollBehavior") == "smooth"


# --- without it, on paper, on a phone -----------------------------------------------------------------


def test_without_a_script_the_numbers_are_footnotes_and_lead_back(browser, page):
    with opened(browser, page, java_script_enabled=False) as shown:
        shown.page.locator("section[aria-labelledby=bottom-line] a").nth(1).click()
        assert shown.page.url.endswith("#s7")
        assert shown.page.locator("#s7:target").count() == 1
        shown.page.locator("#s7 a").click()
        assert shown.page.url.endswith("#st2")
        assert shown.page.is_hidden("[data-opens=help]")
        assert shown.page.is_hidden("#rests")


def test_all_of_it_is_printed_in_black_on_white_with_what_is_folded(browser, page):
    with opened(browser, page, color_scheme="dark", java_script_enabled=False) as shown:
        shown.page.emulate_media(media="print", color_scheme="light")
        assert shown.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        assert shown.page.is_hidden(".bar")
        assert shown.page.locator("details dl.facts").last.bounding_box()["height"] > 0
        article = shown.page.locator("#article").evaluate(
            "node => [node.scrollHeight - node.clientHeight, getComputedStyle(node).position]"
        )
        assert article == [0, "static"]
        pdf = shown.page.pdf()
        assert pdf.startswith(b"%PDF")
        assert pdf.count(b"/Type /Page\n") >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_system_says_whether_it_is_light_or_dark(browser, page, scheme):
    with opened(browser, page, color_scheme=scheme) as shown:
        colour = shown.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (sum(map(int, colour[4:-1].split(","))) > 600) == (scheme == "light")


def foreign(folder, language, words):
    article = Article.from_text(words, language=language)
    with Summarizer(engine="extractive") as summarizer:
        return written(folder / f"{language}.html", summarizer.brief(article), article)


@pytest.fixture(scope="module")
def arabic(folder):
    words = "هددت الشركة يوم الثلاثاء بإغلاق محطة الحبوب في الميناء ما لم تسحب السلطة رسوم العبور. وقالت السلطة إن الرسوم تمول تعميق القناة. "
    return foreign(folder, "ar", words * 3)


@pytest.fixture(scope="module")
def chinese(folder):
    return foreign(
        folder,
        "zh",
        "北水码头公司周二表示，除非港务局撤回新的过境费，否则将关闭粮食码头。港务局说，费用将用于疏浚北航道。" * 3,
    )


@pytest.fixture(scope="module")
def custom(folder):
    """The page of a kind of one's own, without its article."""
    return written(folder / "custom.html", briefs.custom({"W" * 300: {"a": [1]}, "b": [briefs.statement("x", 1)]}))


@pytest.fixture(scope="module")
def hostile(folder):
    """The page of a brief and an article in hostile words, the longest without a space among them."""
    words = ["w" * 400, *MARKUP[:8], "https://evil.example/" + "a" * 180]
    article = briefs.article(words)
    brief = briefs.with_words(briefs.brief(), lambda _: "w" * 190)
    return written(folder / "wide.html", briefs.about(brief, article), article)


@pytest.mark.parametrize("name", ["page", "arabic", "chinese", "custom", "hostile"])
def test_a_phone_shows_the_page_without_scrolling_sideways(browser, request, name):
    with opened(browser, request.getfixturevalue(name), width=360, height=740) as shown:
        assert shown.width() <= 0
        shown.page.set_viewport_size({"width": 320, "height": 740})  # or a window at four times its size
        assert shown.width() <= 0
        brief, article = (shown.page.locator(f"#{part}").bounding_box()["y"] for part in ("brief", "article"))
        assert brief < article


def test_an_article_written_from_right_to_left_is_shown_so(browser, arabic):
    with opened(browser, arabic) as shown:
        sign = shown.page.locator(".claim .sign").first.bounding_box()
        words = shown.page.locator(".claim .words bdi").first.bounding_box()
        assert sign["x"] > words["x"]
        assert shown.page.locator("#article .text").get_attribute("lang") == "ar"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["page", "arabic", "custom"])
def test_axe_finds_nothing(browser, request, name, scheme):
    with opened(browser, request.getfixturevalue(name), color_scheme=scheme) as shown:
        shown.page.locator("summary").last.click()
        shown.page.locator("#s1 bdi").click()
        shown.page.wait_for_selector("#rests li")
        shown.page.keyboard.press("j")
        assert shown.axe() == []


def test_axe_finds_nothing_on_a_phone_nor_in_the_help(browser, page):
    with opened(browser, page, width=360) as shown:
        assert shown.axe() == []
        shown.page.keyboard.press("?")
        assert shown.axe() == []


# --- nothing else runs --------------------------------------------------------------------------------

ALL = (*MARKUP, *ATTACKS)


@pytest.mark.parametrize("first", range(0, len(ALL), 12))
def test_hostile_words_run_nothing_load_nothing_and_add_nothing(browser, folder, first):
    attacks = ALL[first:] + ALL[:first]
    pair = briefs.hostile_and_harmless(briefs.brief(), attacks)
    assert_harmless(browser, folder, pair, attacks[:10])


@pytest.mark.parametrize("corpus", CORPORA)
def test_large_lists_of_attacks_run_nothing_load_nothing_and_add_nothing(browser, folder, corpus):
    attacks = words(corpus)
    brief = briefs.long(10)
    assert fields(brief) >= len(attacks)
    pair = briefs.hostile_and_harmless(brief, [attack[:LONGEST] for attack in attacks])
    assert_harmless(browser, folder, pair, attacks)


def assert_harmless(browser, folder, pair, attacks):
    """Open both pages, the first with an article of attacks, and find that nothing happens and that they are built alike."""
    articles = briefs.article([f"{word}." for word in attacks]), briefs.article(["A word."] * len(attacks))
    structures = []
    for brief, article in zip(pair, articles, strict=True):
        with opened(browser, written(folder / "pair.html", briefs.about(brief, article), article)) as shown:
            for key in ("j", "j", "Enter", "Enter"):
                shown.page.keyboard.press(key)
            assert shown.harm() == []
            structures.append(shown.page.evaluate(STRUCTURE))
    assert structures[0] == structures[1]


@pytest.mark.parametrize("policy", [True, False], ids=["policy", "no policy"])
def test_a_page_that_did_not_escape_would_be_noticed(browser, folder, policy):
    attacks = [vector.text for vector in VECTORS if vector.family == "handler at once"]
    hostile, harmless = briefs.hostile_and_harmless(briefs.brief(), attacks)
    torn = html.unescape(render_html(hostile))
    path = folder / "unescaped.html"
    path.write_text(torn if policy else torn.replace("Content-Security-Policy", "none"), encoding="utf-8")
    with opened(browser, path) as shown, opened(browser, written(folder / "as it is.html", harmless)) as right:
        assert right.harm() == []
        assert shown.page.evaluate(STRUCTURE) != right.page.evaluate(STRUCTURE)
        assert "script-src-attr" in shown.harm() if policy else shown.harm()[0] == "owned"


def test_what_came_onto_the_page_all_the_same_would_neither_run_nor_load(browser, folder, page):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        host = f"127.0.0.1:{server.getsockname()[1]}"
        planted = f"<script>owned()</script><img src='http://{host}/x' onerror='owned()'><style>h1 {{ display: none }}</style>"
        torn = folder / "torn.html"
        torn.write_text(page.read_text(encoding="utf-8").replace("<body>", f"<body>{planted}"), encoding="utf-8")
        with opened(browser, torn) as shown:
            assert not shown.page.evaluate("'isOwned' in window")
            assert set(shown.violations()) == {"script-src-elem", "script-src-attr", "style-src-elem", "img-src"}
            assert shown.page.is_visible("h1")
            with pytest.raises(TimeoutError):  # nobody called
                server.accept()
