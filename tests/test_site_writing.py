"""Writing the site: a page a brief, all of it or nothing, and never over what is somebody's own."""

from __future__ import annotations

import pytest
from lxml import html

from summarizer.errors import RunError, UsageError
from summarizer.render.html.page import render_html
from summarizer.site import writing
from summarizer.site.digest import page_name
from summarizer.site.folder import BriefFolder
from summarizer.site.writing import MARKER, write_site
from tests import briefs
from tests.folders import copy, line, write_batch


@pytest.fixture
def out(tmp_path):
    lines = [line(name, briefs.about(briefs.brief(), briefs.article())) for name in ("a/one.txt", "../two.txt")]
    return write_batch(tmp_path / "Spring", *lines, copy("three.txt", "a/one.txt", outlet="Der Bote"))


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_brief_has_a_page_which_the_index_leads_to_and_which_leads_back(out):
    written = write_site(BriefFolder(out))
    assert (written.folder, written.briefs, written.with_article) == (out / "site", 2, 0)
    index = html.fromstring(written.index.read_bytes())
    links = index.xpath("//tbody//a/@href")
    assert len(links) == 2
    for link in links:
        page = html.fromstring((written.folder / link).read_bytes())
        (back,) = page.xpath("//a[. = 'All briefs']/@href")
        assert (written.folder / link).parent.joinpath(back).resolve() == written.index
    assert sorted(path.name for path in out.iterdir()) == ["briefs.jsonl", "site"]


def test_the_article_stands_beside_its_brief_where_it_is_at_hand_and_the_same(out):
    article = briefs.article()
    other = briefs.article(("Another text.",))
    found = {"a/one.txt": article, "../two.txt": other}
    written = write_site(BriefFolder(out), article_of=found.get)
    assert written.with_article == 1
    brief = briefs.about(briefs.brief(), article)
    for name, shown in (("a/one.txt", article), ("../two.txt", None)):
        page = (written.folder / page_name(name)).read_text(encoding="utf-8")
        assert page == render_html(brief, shown, home="../index.html")


def test_writing_again_replaces_the_site_and_leaves_no_page_of_a_brief_that_is_gone(out):
    first = files(write_site(BriefFolder(out)).folder)
    assert files(write_site(BriefFolder(out)).folder) == first
    write_batch(out, line("new.txt", briefs.brief()))
    again = files(write_site(BriefFolder(out)).folder)
    assert [name[:10] for name in again if name.startswith("briefs/")] == ["briefs/new"]
    assert sorted(path.name for path in out.iterdir()) == ["briefs.jsonl", "site"]


@pytest.mark.parametrize("what", ["a full folder", "a file", "a link to a site"])
def test_what_is_somebody_s_own_is_not_replaced(out, tmp_path, what):
    place = tmp_path / "place"
    if what == "a full folder":
        place.mkdir()
        (place / "mine").write_text("x")
    elif what == "a file":
        place.write_text("mine")
    else:
        place.symlink_to(write_site(BriefFolder(out)).folder)
    before = files(tmp_path)
    with pytest.raises(UsageError, match="is not a site that `summarizer view` wrote"):
        write_site(BriefFolder(out), place)
    assert files(tmp_path) == before


def test_an_empty_folder_is_taken(out, tmp_path):
    (tmp_path / "place").mkdir()
    assert (write_site(BriefFolder(out), tmp_path / "place").folder / MARKER).is_file()


def test_a_place_in_a_folder_that_is_not_there_is_misuse(out, tmp_path):
    with pytest.raises(UsageError, match="there is no folder"):
        write_site(BriefFolder(out), tmp_path / "nowhere" / "site")


def test_a_folder_without_a_readable_brief_is_misuse_and_leaves_nothing(tmp_path):
    out = write_batch(tmp_path / "out", "{}")
    with pytest.raises(UsageError, match=r"holds no brief that can be read: briefs\.jsonl, line 1 "):
        write_site(BriefFolder(out))
    assert [path.name for path in out.iterdir()] == ["briefs.jsonl"]


def test_a_full_disk_leaves_the_old_site_and_nothing_else(out, monkeypatch):
    before = files(write_site(BriefFolder(out)).folder)
    written = []

    def full(path, text):
        written.append(path)
        if path.name == "steps.html":
            raise OSError(28, "No space left on device")
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr(writing, "_write", full)
    with pytest.raises(RunError, match="No space left on device"):
        write_site(BriefFolder(out))
    assert written[-1].name == "steps.html"
    assert files(out / "site") == before
    assert sorted(path.name for path in out.iterdir()) == ["briefs.jsonl", "site"]
