"""Direct speech: what stands between quotation marks, who said it, and which of it is worth showing."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from summarizer.extractive.foreign import foreign_speaker
from summarizer.extractive.speech import sayings

if TYPE_CHECKING:
    from summarizer.extractive.cast import Cast
    from summarizer.extractive.lines import Line

#: Quotations of one brief.
MOST = 5
#: From one speaker.
_MOST_OF_ONE = 3
#: Fewer words are a term in quotation marks, not a statement.
SHORTEST = 4
_LONGEST = 60
_MARKS = re.compile(
    r"“(?P<a>[^“”]*)(?P<ae>”|$)"
    r'|"(?P<b>[^"]*)(?P<be>"|$)'
    r"|„(?P<c>[^„“”]*)(?P<ce>[“”]|$)"
    r"|«(?P<d>[^«»]*)(?P<de>»|$)"
    r"|»(?P<e>[^«»]*)(?P<ee>«|$)"
    r"|「(?P<f>[^「」]*)(?P<fe>」|$)"
    r"|『(?P<g>[^『』]*)(?P<ge>』|$)"
    r"|(?<!\w)‘(?P<h>[^‘“”]{10,400}?)(?P<he>’)(?=[\s.,;:!?)]|$)"
    r"|(?<![\w'])'(?P<i>[^'\"“”]{10,400}(?:'\w[^'\"“”]{0,200}){0,9})(?P<ie>')(?=[\s.,;:!?)]|$)"
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words between quotation marks: line indexes `first` to `last`, `start:end` in the paragraph."""

    first: int
    last: int
    start: int
    end: int
    words: str
    closed: bool
    speaker: str | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph's lines put together: `starts` holds where each begins in `text`."""

    first: int
    text: str
    starts: tuple[int, ...]

    def line_at(self, position: int) -> int:
        """Give the index of the line that holds a position of the text."""
        return self.first + bisect_right(self.starts, position) - 1

    def start_of(self, line: int) -> int:
        """Give where a line begins in the text."""
        return self.starts[line - self.first]


def paragraphs(lines: list[Line]) -> list[Paragraph]:
    """Put the lines of each paragraph together."""
    found: list[Paragraph] = []
    index = 0
    for _, group in groupby(lines, key=lambda line: line.paragraph):
        texts = [line.text for line in group]
        starts, position = [], 0
        for text in texts:
            starts.append(position)
            position += len(text) + 1
        found.append(Paragraph(index, " ".join(texts), tuple(starts)))
        index += len(texts)
    return found


def quoted(cast: Cast, language: str) -> list[Quoted]:
    """Find everything in quotation marks with its speaker where he is known, in reading order."""
    found: list[Quoted] = []
    open_speaker: str | None = None
    for paragraph in paragraphs(cast.lines):
        speaker = open_speaker
        items = _in_paragraph(paragraph)
        for place, item in enumerate(items):
            speaker = _speaker(cast, paragraph, items, place, language) or _carried(items, place, speaker, paragraph)
            found.append(replace(item, speaker=speaker))
        # A paragraph that closes without a mark goes on in the next, with the same speaker.
        open_speaker = speaker if items and not items[-1].closed else None
    return found


def _in_paragraph(paragraph: Paragraph) -> list[Quoted]:
    found: list[Quoted] = []
    for match in _MARKS.finditer(paragraph.text):
        group = next(name for name, value in match.groupdict().items() if value is not None and len(name) == 1)
        start, end = match.span(group)
        if end > start:
            closed = bool(match.group(group + "e"))
            lines = paragraph.line_at(start), paragraph.line_at(end - 1)
            found.append(Quoted(*lines, start, end, match.group(group), closed))
    return found


def _carried(items: list[Quoted], place: int, speaker: str | None, paragraph: Paragraph) -> str | None:
    """Give the speaker of the quotation before, where this one goes on directly or opens a paragraph."""
    if place == 0:
        return speaker if items[0].start <= 2 else None  # noqa: PLR2004
    between = paragraph.text[items[place - 1].end : items[place].start]
    return speaker if len(between.split()) <= 12 and items[place].first - items[place - 1].last <= 1 else None  # noqa: PLR2004


def _speaker(cast: Cast, paragraph: Paragraph, items: list[Quoted], place: int, language: str) -> str | None:
    """Find who speaks: behind the quotation first, then before it, in the sentences that hold it."""
    item = items[place]
    if language != "en":
        name = foreign_speaker(paragraph.text, item.start, item.end, language)
        actor = cast.forms.get(name) if name is not None else None
        return actor.name if actor is not None else name
    inside = [(q.start, q.end) for q in items]
    behind = _sayings_outside(cast, paragraph, item.last, inside)
    after = [actor for position, actor in behind if position >= item.end]
    if after:
        return after[0]
    before = [
        actor for position, actor in _sayings_outside(cast, paragraph, item.first, inside) if position < item.start
    ]
    if before:
        return before[-1]
    return _introduced(cast, paragraph, item)


def _sayings_outside(
    cast: Cast, paragraph: Paragraph, line: int, inside: list[tuple[int, int]]
) -> list[tuple[int, str]]:
    offset = paragraph.start_of(line)
    found = [(offset + s.start, s.actor.name) for s in sayings(cast, line)]
    return [(p, name) for p, name in found if not any(start <= p < end for start, end in inside)]


def _introduced(cast: Cast, paragraph: Paragraph, item: Quoted) -> str | None:
    """Give the speaker of the sentence before, where it says that somebody spoke."""
    index = item.first - 1
    if index < paragraph.first or item.start - paragraph.start_of(item.first) > 2:  # noqa: PLR2004
        return None
    spoken = sayings(cast, index)
    return spoken[-1].actor.name if spoken else None


def best(found: list[Quoted], weights: dict[str, float], line_scores: list[float], lines: list[Line]) -> list[Quoted]:
    """Choose the quotations that matter most, in reading order; at most three of one speaker."""
    usable = [_trimmed(q, lines) for q in found if q.speaker]
    scored = [replace(q, score=_score(q, weights, line_scores)) for q in usable if _counts(q.words)]
    chosen: list[Quoted] = []
    for quotation in sorted(scored, key=lambda q: -q.score):
        same = [q for q in chosen if q.speaker == quotation.speaker]
        if len(chosen) < MOST and len(same) < _MOST_OF_ONE and all(q.first != quotation.first for q in chosen):
            chosen.append(quotation)
    return sorted(chosen, key=lambda q: (q.first, q.start))


def _counts(words: str) -> bool:
    is_unspaced = bool(re.search(r"[\u3040-\u9fff\u0e00-\u0eff]", words))
    return len(words) >= 8 if is_unspaced else len(words.split()) >= SHORTEST  # noqa: PLR2004


def _trimmed(item: Quoted, lines: list[Line]) -> Quoted:
    """Cut a long quotation after the last whole sentence that fits; take off a comma at its end."""
    words, last = item.words.strip(), item.last
    while last > item.first and len(words.split()) > _LONGEST:
        cut = words.rfind(lines[last].text[:30])
        if cut <= 0:
            break
        words, last = words[:cut].strip(), last - 1
    return replace(item, words=words.rstrip(",， ")[:2_900], last=last)


def _score(item: Quoted, weights: dict[str, float], line_scores: list[float]) -> float:
    size = len(item.words.split())
    fits = 1.0 if 8 <= size <= 45 else 0.4  # noqa: PLR2004
    return fits + line_scores[item.first] + min(weights.get(item.speaker or "", 0.0), 20) / 10
