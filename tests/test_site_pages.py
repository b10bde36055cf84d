"""The pages over a folder: what they show, in which order, and that hostile words stay words."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from summarizer.brief import When
from summarizer.site import pages
from summarizer.site.digest import Digest, Menace, Row, Same, Step, key_of, page_name
from summarizer.site.folder import Copy, Entry
from summarizer.site.graph import LINES, MOST, graph, ties_of
from summarizer.site.network import network, note
from summarizer.site.pages import Record, site
from summarizer.site.pictures import bars
from summarizer.site.stepping import groups_of
from summarizer.site.timeline import MOST as MOST_BARS
from summarizer.site.timeline import UNITS, start_of, timeline
from tests import briefs
from tests.corpora import CORPORA, hands
from tests.hostile import ATTACKS, MARKUP, texts

DAY = dt.date(2026, 3, 10)


def row(**more):
    words = dict.fromkeys(("title", "outlet", "bottom_line", "language"), "x")
    numbers = dict.fromkeys(("threats", "steps", "supported", "weak", "unsupported"), 0)
    return Row(
        **{
            "id": "a",
            "page": "briefs/a.html",
            "published": DAY,
            "parties": (),
            "acts": (),
            "cost": None,
            "warned": False,
            **words,
            **numbers,
            **more,
        }
    )


def step(day, latest=None, *, text="It happens.", certainty="planned"):
    return Step(row(), text, ("Who",), certainty, "then", f"{day}", day, latest or day, "supported")


def menace(who, against, status="threatened", act="coerce"):
    return Menace(row(), "They will.", tuple(who), tuple(against), act, status, "supported")


def digest_of(*entries):
    digest = Digest()
    for identifier, brief in entries:
        digest.add(Entry(identifier, None, brief))
    return digest


def parsed(digest, name="Spring"):
    return {file: html.document_fromstring(text) for file, text in site(digest, name)}


def text_of(node):
    return " ".join(node.text_content().split())


# --- the index ----------------------------------------------------------------------------------------


def test_a_row_shows_what_an_analyst_looks_for():
    page = parsed(digest_of(("a.txt", briefs.brief())))["index.html"]
    (found,) = page.xpath("//tbody/tr")
    shown = text_of(found)
    brief = briefs.brief()
    for words in (
        brief.article.title,
        brief.article.outlet,
        "2026-03-10",
        brief.bottom_line.text,
        "Northwater Terminals",
        "$0.0031",
    ):
        assert words in shown
    assert found.xpath("string(.//*[@data-is='threats'])").strip() == "2 threats"
    counts = {name: found.xpath(f"string(.//*[@data-is='{name}']/b)") for name in ("supported", "weak", "unsupported")}
    found = brief.verification
    assert counts == {"supported": str(found.supported), "weak": str(found.weak), "unsupported": str(found.unsupported)}


def test_the_newest_comes_first_and_what_has_no_day_last():
    days = {"old": DAY, "new": DAY.replace(day=12), "none": None}
    entries = []
    for name, day in days.items():
        brief = briefs.brief()
        entries.append(
            (
                name,
                brief.model_copy(
                    update={"article": brief.article.model_copy(update={"title": name, "published": day})}
                ),
            )
        )
    page = parsed(digest_of(*entries))["index.html"]
    assert [text_of(link) for link in page.xpath("//a[@data-is='title']")][:3] == ["new", "old", "none"]


def test_copies_are_shown_as_outlets_of_their_origin():
    digest = digest_of(("a.txt", briefs.brief()))
    digest.add_copies(
        [Copy(f"{n}.txt", "a.txt", "T", outlet, None) for n, outlet in enumerate(["Der Bote", "Le Courrier", None])]
    )
    digest.add_copies([Copy("x.txt", "not there", "T", "Nobody", None)])
    page = parsed(digest)["index.html"]
    assert text_of(page.xpath("//*[@data-is='same']")[0]) == "Also in: Der Bote, Le Courrier, 2.txt"
    assert "3 copies of them elsewhere" in text_of(page.xpath("//header")[0])
    assert "Nobody" not in text_of(page)


def test_without_a_script_every_brief_is_on_one_of_the_pages(monkeypatch):
    monkeypatch.setattr(pages, "ROWS", 10)
    found = parsed(digest_of(*((f"{n}.txt", briefs.brief()) for n in range(35))))
    names = ["index.html", "index-2.html", "index-3.html", "index-4.html"]
    links = [link for name in names for link in found[name].xpath("//tbody//a/@href")]
    assert len(links) == len(set(links)) == 35
    for name in names:
        assert found[name].xpath("//nav[@class='pager']//a/@href") == names
        assert found[name].xpath("//nav[@class='pager']//a[@aria-current]/@href") == [name]


def test_every_link_between_the_pages_leads_somewhere():
    digest = digest_of(*((f"{n}.txt", briefs.brief()) for n in range(3)))
    found = parsed(digest)
    known = {row.page for row in digest.rows} | set(found)
    ids = {(name, anchor) for name, page in found.items() for anchor in page.xpath("//@id")}
    for name, page in found.items():
        for target in page.xpath("//a/@href"):
            path, _, anchor = target.partition("#")
            assert (path or name) in known
            assert not anchor or "=" in anchor or (path or name, anchor) in ids
        anchors = page.xpath("//@id")
        assert len(anchors) == len(set(anchors))


def test_a_kind_of_one_s_own_has_its_row():
    page = parsed(digest_of(("a.txt", briefs.custom({"closed": True}))))["index.html"]
    assert briefs.brief().article.title in text_of(page.xpath("//tbody/tr")[0])


def test_a_folder_that_names_no_steps_and_no_threats_says_so():
    found = parsed(digest_of(("a.txt", briefs.custom({}))))
    assert "names a next step" in text_of(found["steps.html"])
    assert "names a threat" in text_of(found["threats.html"])
    assert found["index.html"].xpath("//details[@id='overview']") == []


def test_the_script_knows_the_fields_by_the_same_names():
    script = pages._asset("index.js")
    names = re.findall(r'"(\w+)"', re.search(r"const FIELDS = \[(.*?)\];", script, re.DOTALL)[1])
    assert tuple(names) == Record._fields


def test_the_same_briefs_always_give_the_same_pages():
    brief = briefs.brief()
    one, two = (dict(site(digest_of(("a", brief), ("b", brief)), "x")) for _ in range(2))
    assert one == two


# --- hostile words ------------------------------------------------------------------------------------


def _structure(page):
    tags = [
        (node.tag, *sorted(set(node.attrib) - {"lang", "hidden"})) for node in page.iter() if isinstance(node.tag, str)
    ]
    return [tag for tag in tags if tag[0] != "option"]


@pytest.mark.parametrize("first", range(0, len(MARKUP) + len(ATTACKS), 8))
def test_hostile_words_add_no_node_and_no_attribute(first):
    words = (*MARKUP, *ATTACKS)
    pair = briefs.hostile_and_harmless(briefs.brief(), (*words[first:], *words[:first]))
    names = words[first], "harmless"
    hostile, harmless = (parsed(digest_of((name, brief)), name) for name, brief in zip(names, pair, strict=True))
    _assert_alike(hostile, harmless)


@pytest.mark.parametrize("corpus", CORPORA)
def test_no_family_of_attacks_adds_a_node_or_an_attribute_in_any_field(corpus):
    for hand in hands(corpus):
        pair = briefs.hostile_and_harmless(briefs.brief(), hand)
        names = hand[0], "harmless"
        _assert_alike(*(parsed(digest_of((name, brief)), name) for name, brief in zip(names, pair, strict=True)))


def _assert_alike(hostile, harmless):
    for file, page in hostile.items():
        assert _structure(page) == _structure(harmless[file])
        for place in ("href", "src", "action"):
            for target in page.xpath(f"//@{place}"):
                assert re.match(r"(?:#|briefs/[a-z0-9-]+\.html$|[a-z]+(?:-\d+)?\.html(?:#|$))", target), target
        assert not page.xpath("//@*[starts-with(name(), 'on')]")


@settings(max_examples=60, deadline=None)
@given(st.lists(texts(), min_size=1, max_size=30))
def test_what_is_embedded_comes_back_whole_and_cannot_end_its_element(words):
    cycle = itertools.cycle(words)
    digest = digest_of(("a.txt", briefs.with_words(briefs.brief(), lambda _: next(cycle))))
    digest.same["a.txt"] = [Same("<!--", "</script>")]
    text = dict(site(digest, "x"))["index.html"]
    (raw,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert not set("<>&\u2028\u2029") & set(raw)
    data = json.loads(raw)
    (found,) = (Record(*each) for each in data["rows"])
    (shown,) = digest.rows
    assert (found.title, found.line, found.outlet) == (shown.title, shown.bottom_line, shown.outlet)
    assert tuple(data["names"][n] for n in found.parties) == shown.parties
    assert found.same == [["<!--", "</script>"]]
    for text_ in (found.title, found.line, found.outlet, *data["names"]):
        assert "\n" not in text_
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text_)


@given(st.text())
def test_any_id_makes_a_safe_name_for_a_page(identifier):
    assert re.fullmatch(r"briefs/[a-z0-9][a-z0-9-]{0,80}\.html", page_name(identifier))


def test_ids_that_differ_have_pages_that_differ():
    names = [
        "a.txt",
        "A.txt",
        "a",
        "a/b",
        "a-b",
        "../a",
        "ä",
        "",
        "北",
        "北京",
        "\udcff",
        "con",
        "a.txt.txt",
        "x" * 300,
        "x" * 301,
    ]
    assert len({page_name(name) for name in names}) == len(names)


def test_a_title_of_any_length_is_cut():
    brief = briefs.brief()
    long = brief.model_copy(update={"article": brief.article.model_copy(update={"title": "word " * 400_000})})
    (found,) = digest_of(("a.txt", long)).rows
    assert len(found.title) <= 200
    assert found.title.endswith("…")


# --- the time line ------------------------------------------------------------------------------------

days = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))


@settings(max_examples=200)
@given(st.lists(st.one_of(days, st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1))), max_size=40))
def test_every_step_with_a_day_is_in_one_bar_and_few_bars_cover_all(dates):
    line = timeline([step(day) for day in dates])
    if not dates:
        assert line is None
        return
    assert sum(len(bar.steps) for bar in line.bars) == len(dates)
    assert len(line.bars) <= MOST_BARS + 2
    for bar in line.bars:
        assert all(bar.first <= found.day <= bar.last for found in bar.steps)
    for before, after in itertools.pairwise(line.bars):
        assert (after.first - before.last).days <= 1
    drawn = bars(line, DAY)
    assert all(bar.sure + bar.unsure <= drawn.floor for bar in drawn.bars)


def test_the_unit_is_the_finest_that_fits():
    for days_apart, unit in ((1, "day"), (7, "week"), (30, "month"), (91, "quarter"), (365, "year")):
        assert timeline([step(DAY + dt.timedelta(days=days_apart * n)) for n in range(40)]).unit == unit


def test_a_stray_year_does_not_stretch_the_line():
    line = timeline(
        [*(step(DAY + dt.timedelta(days=n)) for n in range(30)), step(dt.date(1800, 1, 1)), step(dt.date(2500, 1, 1))]
    )
    assert line.unit == "day"
    assert [len(bar.steps) for bar in line.bars if bar.beyond] == [1, 1]


@given(days, st.sampled_from(UNITS))
def test_a_unit_begins_on_or_before_its_days(day, unit):
    start = start_of(day, unit)
    assert start <= day
    assert start_of(start, unit) == start


def test_what_is_ahead_comes_first_then_what_is_past_then_what_has_no_day():
    steps = [
        step(DAY - dt.timedelta(days=3), text="past"),
        step(DAY + dt.timedelta(days=9), text="later"),
        step(DAY - dt.timedelta(days=9), text="long past"),
        step(DAY - dt.timedelta(days=30), DAY + dt.timedelta(days=30), text="still running"),
        step(DAY + dt.timedelta(days=2), text="soon"),
        Step(row(), "undated", (), "possible", "soon", "", None, None, "weak"),
    ]
    (page,) = groups_of(steps, timeline(steps), DAY, 100).pages
    assert [found.text for group in page for found in group.steps] == [
        "still running",
        "soon",
        "later",
        "past",
        "long past",
        "undated",
    ]
    assert [group.part for group in page if group.part] == [
        "Ahead of the newest article, 2026-03-10",
        "Past by then, the latest first",
        "Without a day",
    ]


@settings(max_examples=60)
@given(
    st.lists(st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 1))), max_size=60), st.integers(1, 9)
)
def test_the_pages_hold_every_step_once_and_none_more_than_fit(dates, most):
    steps = [Step(row(), str(n), (), "possible", "", "", day, day, "weak") for n, day in enumerate(dates)]
    grouped = groups_of(steps, timeline(steps), DAY, most)
    shown = [[found for group in page for found in group.steps] for page in grouped.pages]
    assert sorted(int(found.text) for page in shown for found in page) == list(range(len(steps)))
    assert all(len(page) == most for page in shown[:-1])
    assert all(len(page) <= most for page in shown)
    ids = [group.id for page in grouped.pages for group in page]
    assert len(ids) == len(set(ids))


def test_a_day_that_was_only_said_is_not_on_the_line():
    brief = briefs.brief()
    brief.next_steps[0].when = When(phrase="next Thursday", earliest=DAY, latest=DAY)
    digest = digest_of(("a.txt", brief))
    assert digest.steps[0].day is None


# --- who threatens whom -------------------------------------------------------------------------------


def test_spellings_that_differ_in_capitals_or_spaces_are_one_party():
    ties = ties_of([menace(["The  Union"], ["City"]), menace(["the union"], ["CITY"]), menace(["The Union"], ["City"])])
    assert [(tie.who, tie.against, len(tie.menaces)) for tie in ties] == [("The  Union", "City", 3)]
    assert key_of("a  b\t") == key_of("A B")


def test_everybody_named_on_one_side_is_tied_to_everybody_on_the_other():
    ties = ties_of([menace(["A", "B"], ["C", "D"])])
    assert {(tie.who, tie.against) for tie in ties} == {("A", "C"), ("A", "D"), ("B", "C"), ("B", "D")}


def test_the_gravest_status_is_the_one_that_is_drawn():
    (tie,) = ties_of([menace(["A"], ["B"], status) for status in ("withdrawn", "in force", "threatened")])
    assert tie.status == "in force"


def test_threats_that_do_not_name_both_sides_are_listed_by_themselves():
    brief = briefs.brief()
    page = parsed(digest_of(("a.txt", brief)))["threats.html"]
    assert "The federation will strike for a week." in text_of(
        page.xpath("//h2[contains(., 'nobody')]/following-sibling::ul")[0]
    )
    assert graph(digest_of(("a.txt", brief)).menaces).unaimed == 1


@pytest.mark.parametrize("parties", [2, 5, 30, 60, 200])
def test_names_never_lie_on_top_of_each_other_and_lines_end_at_their_names(parties):
    menaces = [menace([f"P{n}"], [f"P{(n * 7 + k) % parties}"]) for n in range(parties) for k in range(1, 1 + n % 3)]
    laid = graph(menaces)
    assert len(laid.left) <= MOST
    assert len(laid.right) <= MOST
    assert len(laid.ties) <= LINES
    assert len(laid.ties) + laid.unshown == len(ties_of(menaces))
    drawn = network(laid, 400)
    for side in ("left", "right"):
        ys = sorted(node.y for node in drawn.nodes if node.side == side)
        assert all(after - before >= 23.9 for before, after in itertools.pairwise(ys))
        assert not ys or (ys[0] >= 24 and ys[-1] <= drawn.height - 12)
    height = {(node.side, node.place): node.y for node in drawn.nodes}
    for tie in drawn.ties:
        _, start, *_, end = re.findall(r"[\d.]+", tie.path)
        assert (float(start), float(end)) == (height["left", tie.from_], height["right", tie.to])
    assert ("not drawn" in note(laid)) == (laid.unshown > 0)


@given(st.lists(st.tuples(st.sampled_from("ABCDEFG"), st.sampled_from("ABCDEFG")), min_size=1, max_size=30))
def test_the_picture_does_not_depend_on_the_order_of_the_briefs(pairs):
    forwards = network(graph([menace([a], [b]) for a, b in pairs]), 9)
    backwards = network(graph([menace([a], [b]) for a, b in reversed(pairs)]), 9)
    assert forwards == backwards


def test_ordering_the_columns_leaves_fewer_crossings():
    pairs = [("A", "z"), ("B", "y"), ("C", "x"), ("D", "w")]
    laid = graph([menace([a], [b]) for a, b in pairs])
    left = {node.name: node.place for node in laid.left}
    right = {node.name: node.place for node in laid.right}
    crossings = sum(
        (left[a] - left[c]) * (right[b] - right[d]) < 0 for (a, b), (c, d) in itertools.combinations(pairs, 2)
    )
    assert crossings == 0
