"""The page of one brief: the article on one side, the brief on the other, each statement linked to its sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from summarizer.errors import UsageError
from summarizer.render.html.frame import asset, frame, render_template
from summarizer.render.html.pane import Pane, cited, left_out, whole
from summarizer.render.html.timeline import Timeline, timeline
from summarizer.render.view import Item, View, view

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from summarizer.article import Article
    from summarizer.brief import AnyBrief

#: Languages of `Article.language` that are written from right to left.
_RIGHT_TO_LEFT: Final = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_KEYS: Final = (
    ("j", "next statement"),
    ("k", "previous statement"),
    ("Enter", "from a statement to its evidence, from a sentence to what rests on it"),
    ("Esc", "back to the statement"),
    ("?", "this list"),
)
_SIGNS: Final = {"supported": "✓", "weak": "~", "unsupported": "✗"}


def render_html(brief: AnyBrief, article: Article | None = None, *, home: str | None = None) -> str:
    """Write the page of a brief, whole and on its own.

    With the article it stands beside the brief; without it the sentences that are cited do. `home` is the address
    of the index that the page belongs to. UsageError where
    the article is not the one that the brief was written about.
    """
    if article is not None and article.sha256 != brief.article.sha256:
        raise UsageError("this is not the article that the brief was written about: its text differs")
    shown = view(brief)
    pane = _pane(brief, shown, article)
    page = _Page(shown, pane, _Statements.of(shown), pane.numbers())
    body = render_template("brief.html", page=page, view=shown, keys=_KEYS, signs=_SIGNS, home=home)
    # Markup: the template escaped every value.
    return frame(Markup(body), title=shown.headline.text, style=asset("page.css"), script=asset("page.js"))  # noqa: S704


@dataclass(frozen=True, slots=True)
class _Statements:
    """The anchors of the statements on a page, in the order in which they stand there.

    `anchors` has them by the identity of their items, `citing` by the number of a sentence.
    """

    anchors: Mapping[int, str]
    citing: Mapping[int, tuple[str, ...]]

    @classmethod
    def of(cls, shown: View) -> _Statements:
        items = [item for top in _tops(shown) for item in _walk(top) if item.mark or item.sources]
        anchors = {id(item): f"st{number}" for number, item in enumerate(items, 1)}
        citing: dict[int, list[str]] = {}
        for item in items:
            for source in item.sources:
                citing.setdefault(source.number, []).append(anchors[id(item)])
        return cls(anchors, {number: tuple(found) for number, found in citing.items()})


@dataclass(frozen=True, slots=True)
class _Page:
    """What the template asks about the page beside the view itself."""

    view: View
    pane: Pane
    statements: _Statements
    numbers: frozenset[int]

    def anchor(self, item: Item) -> str | None:
        """Give the anchor of a statement; None for what is none, such as a warning."""
        return self.statements.anchors.get(id(item))

    def first_citing(self, number: int) -> str | None:
        """Give the anchor of the first statement that rests on a sentence."""
        return next(iter(self.statements.citing.get(number, ())), None)

    def is_shown(self, number: int) -> bool:
        """Tell whether a sentence stands on the page, so that a link to it leads somewhere."""
        return number in self.numbers

    def headings(self) -> Iterator[tuple[str, str]]:
        """Give the anchor and the title of each section, in order."""
        if self.view.warning:
            yield "warning", self.view.warning.title
        if self.view.bottom_line:
            yield "bottom-line", "Bottom line"
        yield from ((f"section-{n}", section.title) for n, section in enumerate(self.view.sections, 1))
        if self.view.left_out:
            yield "left-out", self.view.left_out.title
        if self.view.mended:
            yield "mended", self.view.mended.title
        yield "checks", "Checks"

    def timeline(self, items: tuple[Item, ...]) -> Timeline | None:
        """Lay out the steps among the items of a section."""
        return timeline(items, self.view.published)

    @property
    def language(self) -> str:
        """The article's language as a tag; empty where it is none, which means that it is not known."""
        tag = self.view.language
        return tag if tag.isascii() and tag.isalpha() and len(tag) in {2, 3} else ""

    @property
    def direction(self) -> str:
        """The direction in which the article and its brief are written."""
        return "rtl" if self.language in _RIGHT_TO_LEFT else "ltr"


def _pane(brief: AnyBrief, shown: View, article: Article | None) -> Pane:
    if article is not None:
        return whole(article, brief.article.injections)
    coverage = brief.verification.coverage
    sources = [(source.number, source.words) for source in shown.sources()]
    spans = left_out(coverage.left_out if coverage else (), sources)
    return cited(brief.article.title, spans, brief.article.injections)


def _tops(shown: View) -> Iterator[Item]:
    yield shown.headline
    if shown.bottom_line:
        yield shown.bottom_line
    for section in shown.sections:
        yield from section.items


def _walk(item: Item) -> Iterator[Item]:
    yield item
    for part in item.parts:
        yield from _walk(part)
