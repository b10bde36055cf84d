"""Writes the site of a folder: all of it beside the old one first, then in its place."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.errors import RunError, UsageError
from summarizer.render.html.page import render_html
from summarizer.render.safe import visible
from summarizer.site.digest import Digest
from summarizer.site.pages import site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from summarizer.article import Article
    from summarizer.site.folder import BriefFolder, Entry

    #: Gives the article that a brief is about by the brief's id; None where it is not at hand.
    ArticleOf = Callable[[str], Article | None]

#: Lies in every site that was written here: a folder without it is somebody's own and is never replaced.
MARKER = ".summarizer-site"
INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the folder, the briefs that have a page, and how many show the whole article."""

    folder: Path
    briefs: int
    with_article: int

    @property
    def index(self) -> Path:
        """The page to open."""
        return self.folder / INDEX


def write_site(folder: BriefFolder, target: Path | None = None, article_of: ArticleOf | None = None) -> Written:
    """Write an index and a page for each brief, into `target` or the folder's own `site`.

    Where `article_of` gives the article that a brief was written about, its page shows it whole; else the cited
    sentences only. UsageError where the target is somebody's own folder or there are no briefs, RunError
    where writing fails.
    """
    folder.require()
    place = target or folder.out / "site"
    _require_ours(place)
    try:
        with _replaced(place) as new:
            digest, with_article = Digest(), 0
            for entry in folder:
                text, is_whole = _brief_page(entry, article_of)
                _write(new / digest.add(entry).page, text)
                with_article += is_whole
            _require_briefs(digest, folder)
            digest.add_copies(folder.copies)
            for name, text in site(digest, folder.out.resolve().name):
                _write(new / name, text)
    except OSError as error:
        raise RunError(f"{visible(str(place))} cannot be written: {error.strerror}") from None
    return Written(place, len(digest.rows), with_article)


def _brief_page(entry: Entry, article_of: ArticleOf | None) -> tuple[str, bool]:
    article = article_of(entry.id) if article_of else None
    if article is not None and article.sha256 != entry.brief.article.sha256:
        article = None  # another text than the one that the offsets count in
    return render_html(entry.brief, article, home=f"../{INDEX}"), article is not None


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _require_briefs(digest: Digest, folder: BriefFolder) -> None:
    if not digest.rows:
        why = f": {folder.problems[0]}" if folder.problems else ""
        raise UsageError(f"{visible(str(folder.out))} holds no brief that can be read{why}")


def _require_ours(place: Path) -> None:
    """Raise UsageError where something stands that this program did not write."""
    if not place.is_symlink() and (not place.exists() or (place.is_dir() and _may_go(place))):
        return
    raise UsageError(f"{visible(str(place))} is not a site that `summarizer view` wrote; name another folder with -o")


def _may_go(place: Path) -> bool:
    return (place / MARKER).is_file() or not any(place.iterdir())


@contextmanager
def _replaced(place: Path) -> Iterator[Path]:
    """Give a new folder beside the place; it takes the place of what is there when all is well."""
    if not place.parent.is_dir():
        raise UsageError(f"there is no folder {visible(str(place.parent))}; name another place with -o")
    new = Path(tempfile.mkdtemp(dir=place.parent, prefix=".summarizer-"))
    try:
        (new / "briefs").mkdir()
        yield new
        _write(new / MARKER, "Written by `summarizer view`, which replaces this folder when it runs again.\n")
        _swap(new, place)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _swap(new: Path, place: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    new.chmod(0o777 & ~mask)
    if not place.exists():
        new.rename(place)
        return
    old = Path(tempfile.mkdtemp(dir=place.parent, prefix=".summarizer-"))
    place.rename(old / "old")
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)
