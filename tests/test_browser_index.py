"""The pages over a folder in a real browser: search, filters, order, keys, paper, phones, and nothing else runs."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from summarizer.site import pages
from summarizer.site.digest import Digest
from summarizer.site.folder import Copy, Entry
from summarizer.site.pages import site
from tests import briefs
from tests.browser import opened
from tests.corpora import CORPORA, hands
from tests.hostile import ATTACKS, MARKUP

BRIEFS = 230
PLACES = ("Port Ellery", "Zürich", "Kelmaria", "北京", "القاهرة")
STRUCTURE = """[...document.querySelectorAll('*')].map(
    (node) => [node.localName, node.namespaceURI, node.getAttributeNames().sort().join(' '), node.getAttribute('class')].join('|'))"""


def story(number):
    """Give a brief that differs from the others in what can be searched, filtered and sorted."""
    brief = briefs.brief()
    place = PLACES[number % len(PLACES)]
    article = brief.article.model_copy(
        update={
            "title": f"Story {number} from {place}",
            "published": None if number == 7 else dt.date(2026, 1, 1) + dt.timedelta(days=number),
            "injections": brief.article.injections if number == 5 else [],
            "outlet": f"Outlet {number % 3}",
        }
    )
    verification = brief.verification.model_copy(update={"weak": number % 2, "unsupported": int(number % 10 == 0)})
    changed = {"article": article, "verification": verification}
    if number % 4:
        changed["threats"] = []
    if number == 3:
        changed["threats"] = [brief.threats[0].model_copy(update={"kind": "sanction"})]
    return brief.model_copy(update=changed)


def written(folder, digest, name="Spring"):
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in site(digest, name):
        (folder / file).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    digest = Digest()
    for number in range(BRIEFS):
        digest.add(Entry(f"{number}.txt", None, story(number)))
    digest.add_copies(Copy(f"c{n}", "12.txt", "T", outlet, None) for n, outlet in enumerate("ABCDEF"))
    return written(tmp_path_factory.mktemp("index") / "site", digest)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """The same of a few briefs: what axe looks at takes it long."""
    digest = Digest()
    for number in range(11):
        digest.add(Entry(f"{number}.txt", None, story(number)))
    digest.add_copies([Copy("c", "2.txt", "T", "A", None)])
    return written(tmp_path_factory.mktemp("few") / "site", digest)


@pytest.fixture
def index(folder):
    return folder / "index.html"


def titles(shown):
    return shown.page.eval_on_selector_all("tbody a", "found => found.map((node) => node.textContent)")


def count(shown):
    return shown.page.inner_text("#found")


# --- search, filters, order ---------------------------------------------------------------------------


def test_typing_leaves_the_rows_that_hold_every_word(browser, index):
    with opened(browser, index) as shown:
        assert count(shown) == "230 briefs"
        shown.page.locator("#q").press_sequentially("zurich STORY 216")
        assert titles(shown) == ["Story 216 from Zürich"]
        assert count(shown) == "1 of 230 briefs"
        shown.page.locator("#q").press_sequentially(" nowhere")
        assert (titles(shown), count(shown)) == ([], "0 of 230 briefs")
        assert shown.page.is_visible("#none")
        shown.page.get_by_role("button", name="Clear").click()
        shown.page.wait_for_selector("#none", state="hidden")  # the search waits for a pause in what is typed
        assert count(shown) == "230 briefs"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("zurich", 46),
        ("ZÜRICH", 46),
        ("北京", 46),
        ("القاهرة", 46),
        ("northwater", 230),
        ("2026-01-02", 1),
        ("sanction", 1),
        ("grain terminal", 230),
        ("outlet 2", 99),
    ],
)
def test_capitals_accents_and_scripts_are_found(browser, index, words, found):
    with opened(browser, index) as shown:
        shown.page.fill("#q", words)
        # "outlet 2" is two words, and the second is in other fields of some rows too
        assert int(count(shown).split()[0]) >= found if words == "outlet 2" else int(count(shown).split()[0]) == found


def test_a_copy_is_found_by_its_outlet_under_its_origin(browser, index):
    with opened(browser, index) as shown:
        shown.page.fill("#q", "story 12 kelmaria")
        row = shown.page.locator("tbody tr", has=shown.page.get_by_text("Story 12 from", exact=False)).first
        assert row.locator("[data-is=same]").inner_text() == "Also in: A, B, C, D +2"


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("#act", "sanction", 1),
        ("#act", "any", 59),
        ("#act", "none", 171),
        ("#verdict", "supported", 92),
        ("#verdict", "weak", 115),
        ("#verdict", "unsupported", 23),
        ("#party", "dockworkers", 230),
        ("#party", "nobody", 0),
        ("#from", "2026-08-01", 18),
        ("#to", "2026-01-10", 9),
    ],
)
def test_each_filter_leaves_what_it_says(browser, index, field, value, found):
    with opened(browser, index) as shown:
        fill = shown.page.select_option if field in {"#act", "#verdict"} else shown.page.fill
        fill(field, value)
        assert count(shown) == f"{found} of 230 briefs" if found < BRIEFS else "230 briefs"


def test_filters_work_together(browser, index):
    with opened(browser, index) as shown:
        shown.page.fill("#q", "port ellery")
        shown.page.select_option("#verdict", "unsupported")
        shown.page.fill("#to", "2026-02-01")
        assert titles(shown) == [f"Story {n} from Port Ellery" for n in (30, 20, 10, 0)]


def test_a_heading_sorts_and_says_so(browser, index):
    with opened(browser, index) as shown:
        heading = shown.page.get_by_role("columnheader", name="Date")
        assert heading.get_attribute("aria-sort") == "descending"
        shown.page.get_by_role("button", name="Date").click()
        assert titles(shown)[1] == "Story 0 from Port Ellery"
        assert heading.get_attribute("aria-sort") == "ascending"
        shown.page.get_by_role("button", name="Checks").click()
        assert heading.get_attribute("aria-sort") is None
        assert all(int(title.split()[1]) % 10 == 0 for title in titles(shown)[:23])


def test_going_back_from_a_brief_finds_the_search_again(browser, index):
    with opened(browser, index) as shown:
        shown.page.fill("#q", "zürich 11")
        shown.page.get_by_role("button", name="Article").click()
        before = titles(shown)
        shown.page.goto((index.parent / "steps.html").as_uri())
        shown.page.go_back()
        assert (titles(shown), shown.page.input_value("#q")) == (before, "zürich 11")
        assert before


def test_an_address_with_nonsense_shows_everything(browser, index):
    with opened(browser, index) as shown:
        shown.page.goto(f"{index.as_uri()}#sort=__proto__&verdict=constructor&x=%FF&act=%3Cscript%3E")
        shown.page.reload()
        assert count(shown) == "230 briefs"
        assert shown.messages == []


def test_scrolling_and_a_button_show_the_rest(browser, index):
    with opened(browser, index) as shown:
        assert len(titles(shown)) == pages.ROWS
        shown.page.locator("#more button").focus()
        for _ in range(12):
            shown.page.mouse.wheel(0, 20_000)
            shown.page.wait_for_timeout(50)
            if shown.page.is_hidden("#more"):
                break
        assert len(set(titles(shown))) == BRIEFS


def test_the_rows_that_the_script_draws_are_those_of_the_page(browser, index):
    rows = "[...document.querySelectorAll('tbody tr')].map((row) => row.outerHTML)"
    with opened(browser, index) as shown:
        before = shown.page.evaluate(rows)
        shown.page.fill("#q", "x y z nothing")
        assert titles(shown) == []
        shown.page.fill("#q", "")
        for _ in range(BRIEFS // 25):
            shown.page.evaluate("drawMore()")
        after = shown.page.evaluate(rows)
        assert len(before) == pages.ROWS
        assert after[: pages.ROWS] == before
        assert any("parts of it speak" in row and 'data-is="warned">' in row for row in after)


def test_the_keyboard_is_enough(browser, index):
    with opened(browser, index) as shown:
        shown.page.keyboard.press("/")
        assert shown.page.evaluate("document.activeElement.id") == "q"
        shown.page.keyboard.type("story 101 ")
        for _ in range(40):
            shown.page.keyboard.press("Tab")
            if shown.page.evaluate("document.activeElement.matches('tbody a')"):
                break
        assert shown.page.evaluate("document.activeElement.textContent") == "Story 101 from Zürich"
        assert shown.violations() == []


def test_the_data_on_the_page_is_what_was_written(browser, tmp_path):
    words = ["</script><script>owned()</script>", "<!--", "]]>", "\u2028\u2029", "&lt;", "'\"\\", "\\u003c"]
    digest = Digest()
    for number, word in enumerate(words):
        digest.add(Entry(f"{number}", None, briefs.with_words(briefs.brief(), lambda _, w=word: f"x {w}")))
    folder = written(tmp_path / "site", digest)
    with opened(browser, folder / "index.html") as shown:
        rows = shown.page.evaluate("rows.map((row) => row[AT.title])")
    assert json.dumps(rows) == json.dumps([row.title for row in digest.rows])


@pytest.mark.parametrize("corpus", CORPORA)
def test_attacks_in_the_data_on_the_page_come_back_as_they_were_written(browser, tmp_path, corpus):
    digest = Digest()
    for number, hand in enumerate(hands(corpus)):
        digest.add(Entry(f"{number}", None, briefs.hostile_and_harmless(briefs.brief(), hand)[0]))
    with opened(browser, written(tmp_path / "site", digest) / "index.html") as shown:
        rows = shown.page.evaluate("rows.map((row) => [row[AT.title], row[AT.line], row[AT.outlet]])")
        names = shown.page.evaluate("names")
    assert rows == [[row.title, row.bottom_line, row.outlet] for row in digest.rows]
    assert set(names) >= {name for row in digest.rows for name in row.parties}


# --- the other pages ----------------------------------------------------------------------------------


def test_a_bar_of_the_time_line_leads_to_its_steps(browser, folder):
    with opened(browser, folder / "steps.html") as shown:
        bar = shown.page.locator("svg.bars a").last
        bar.click()
        target = shown.page.url.partition("#")[2]
        assert shown.page.locator(f"[id='{target}']").is_visible()


def test_pointing_at_a_name_lights_its_lines_and_nothing_else(browser, folder):
    with opened(browser, folder / "threats.html") as shown:
        name = shown.page.locator("#graph a").first
        name.hover()
        assert shown.page.locator("#graph.asks").count() == 1
        assert shown.page.locator("#graph .tie.asked").count() == 1
        shown.page.mouse.move(1, 1)
        assert shown.page.locator("#graph .asked").count() == 0
        name.focus()
        assert shown.page.locator("#graph a.asked").count() == 2
        shown.page.keyboard.press("Enter")
        assert shown.page.locator("li:target").inner_text().startswith("Northwater Terminals → Ellery Port Authority")


def test_more_of_a_pair_leads_to_the_briefs_that_name_it(browser, folder):
    with opened(browser, folder / "threats.html") as shown:
        with shown.page.expect_navigation():
            shown.page.get_by_role("link", name="more: the briefs that name").first.click()
        assert shown.page.input_value("#party") == "Northwater Terminals"


# --- without a script, on paper, on a phone, for everybody --------------------------------------------


def test_without_a_script_all_briefs_can_be_read_page_by_page(browser, index):
    with opened(browser, index, java_script_enabled=False) as shown:
        assert shown.page.is_hidden("#filters")
        assert shown.page.is_hidden("#more")
        found = titles(shown)
        for number in ("2", "3"):
            with shown.page.expect_navigation():
                shown.page.locator(".pager a", has_text=number).click()
            found += titles(shown)
        assert len(set(found)) == BRIEFS


@pytest.mark.parametrize("name", ["index", "index-2", "steps", "threats"])
@pytest.mark.parametrize("width", [360, 768])
def test_no_width_scrolls_sideways(browser, folder, name, width):
    with opened(browser, folder / f"{name}.html", width=width) as shown:
        assert shown.width() <= 0


def test_a_word_without_end_does_not_scroll_sideways(browser, tmp_path):
    digest = Digest()
    digest.add(Entry("w", None, briefs.with_words(briefs.brief(), lambda _: "w" * 190)))
    folder = written(tmp_path / "site", digest, "w" * 200)
    for name in ("index", "steps", "threats"):
        for width in (360, 1280):
            with opened(browser, folder / f"{name}.html", width=width) as shown:
                assert shown.width() <= 0, (name, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "steps", "threats"])
def test_axe_finds_nothing(browser, few, name, scheme):
    with opened(browser, few / f"{name}.html", color_scheme=scheme) as shown:
        assert shown.axe() == []


def test_axe_finds_nothing_on_a_phone(browser, few):
    with opened(browser, few / "index.html", width=360) as shown:
        assert shown.axe() == []
        shown.page.fill("#q", "zürich")
        assert shown.axe() == []


def test_the_list_is_printed_without_its_controls(browser, index):
    with opened(browser, index) as shown:
        shown.page.fill("#q", "zürich 2")
        shown.page.emulate_media(media="print")
        assert shown.page.is_hidden("#filters")
        assert shown.page.is_hidden("nav")
        assert shown.page.is_visible("tbody tr")
        assert shown.page.pdf().startswith(b"%PDF")


# --- nothing else runs --------------------------------------------------------------------------------


def test_hostile_words_run_nothing_load_nothing_and_add_nothing(browser, tmp_path):
    words = (*MARKUP, *ATTACKS)
    assert_harmless(browser, tmp_path, [words[first:] + words[:first] for first in range(0, len(words), 6)])


@pytest.mark.parametrize("corpus", CORPORA)
def test_large_lists_of_attacks_run_nothing_load_nothing_and_add_nothing(browser, tmp_path, corpus):
    assert_harmless(browser, tmp_path, hands(corpus))


def assert_harmless(browser, tmp_path, dealt):
    """Open the pages over briefs in hostile words and over harmless ones: nothing happens, and they are built alike."""
    sides = [Digest(), Digest()]
    for number, words in enumerate(dealt):
        pair = briefs.hostile_and_harmless(briefs.brief(), words)
        for side, brief in zip(sides, pair, strict=True):
            day = dt.date(2026, 3, 1) + dt.timedelta(days=6 * number)
            article = brief.article.model_copy(update={"published": day})
            side.add(Entry(f"{number:04}", None, brief.model_copy(update={"article": article})))
    places = [written(tmp_path / place, side) for place, side in zip(("hostile", "harmless"), sides, strict=True)]
    for name in ("index", "steps", "threats"):
        hostile, harmless = (structure_of(browser, place / f"{name}.html") for place in places)
        assert hostile <= harmless, name  # in other numbers: the words sort, and some are alike


def structure_of(browser, path):
    """Open a page, use it where it is the index, find that nothing happens, and give the kinds of elements on it."""
    with opened(browser, path) as shown:
        if path.name == "index.html":
            shown.page.fill("#q", "")
            for heading in ("Article", "Date", "Date"):
                shown.page.get_by_role("button", name=heading).click()
        assert shown.harm() == []
        return set(shown.page.evaluate(STRUCTURE))
