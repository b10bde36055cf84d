"""Writing a brief from an article's own sentences: plain code, no key, every statement verbatim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.brief import Content, Party, Quotation, Span, Statement
from summarizer.errors import TooShortError
from summarizer.extractive.cast import Cast
from summarizer.extractive.clauses import headline_of, lead_clause
from summarizer.extractive.gaps import gaps
from summarizer.extractive.lexicon import bare, lexicon
from summarizer.extractive.lines import is_shouting, line_of, lines_of, shortened
from summarizer.extractive.parties import MOST as MOST_PARTIES
from summarizer.extractive.parties import party, ranked
from summarizer.extractive.quotations import best, quoted
from summarizer.extractive.ranking import lead, ranks
from summarizer.extractive.scene import Scene, told
from summarizer.extractive.speech import attribution
from summarizer.extractive.stakes import stakes_of, wishes
from summarizer.extractive.steps import next_steps
from summarizer.extractive.threats import threats_of

if TYPE_CHECKING:
    from summarizer.article import Article
    from summarizer.brief import NextStep, Stake, Threat
    from summarizer.extractive.actors import Actor
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line
    from summarizer.extractive.quotations import Quoted

__all__ = ["extract"]

#: The score of a sentence that is not to lead: below all others, whatever else speaks for it.
_LAST = -10.0


def extract(article: Article) -> Content:
    """Write a brief of an article.

    Every statement is a sentence of the article or a contiguous part of one, white space folded; verdicts are
    left to the checks. Raises TooShortError where the article has no numbered sentence.
    """
    if not article.sentences:
        raise TooShortError("the article has no sentence to write a brief from", words=0)
    return _Extraction(article).content()


class _Extraction:
    """One article on its way through the steps."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.lines = lines_of(article)
        self.lexicon = _lexicon_of(article)
        self.title = line_of(article.title) if article.title and article.title.strip() else None
        self.core = headline_of(self.title.text, self.lexicon) if self.title else ""
        self.cast = Cast([] if is_shouting(self.lines) else self.lines, self.lexicon, article.outlet)
        self.cast.lines = self.lines
        self.scores = _without_aimed(ranks(self.lines, self.title, self.lexicon), article)
        self.ranked = ranked(self.cast, self.title, self.core)
        self.quoted = quoted(self.cast, article.language)
        self.whose = self._whose()

    def content(self) -> Content:
        """Put the parts together; names in the parts are those of the parties."""
        scene = Scene(self.cast, self.article, self.scores, self.whose)
        threats, steps = threats_of(scene), next_steps(scene)
        stakes = stakes_of(scene, {item.evidence[0].sentence for item in (*threats, *steps)})
        weights = {a.name: a.score for a in self.ranked}
        quotes = [self._quotation(q) for q in best(self.quoted, weights, self.scores, self.lines)]
        sides = {name for t in threats for name in (*t.who, *t.against)}
        parties = self._parties(wishes(scene), {q.speaker for q in quotes}, sides)
        _resolve(parties, stakes, threats, steps)
        voices = {q.speaker for q in self.quoted if q.speaker} | {w for w in self.whose if w}
        return Content(
            headline=self._headline(),
            bottom_line=self._bottom_line(),
            parties=parties,
            stakes=stakes,
            threats=threats,
            next_steps=steps,
            quotations=quotes,
            gaps=gaps(
                self.article,
                self.lines,
                parties=parties,
                threats=threats,
                next_steps=steps,
                quotations=quotes,
                voices=voices,
            ),
        )

    def _headline(self) -> Statement:
        """Give the title's core, resting on the sentences with its words; else the lead's main clause."""
        if self.title is not None and self.core:
            numbers = _carriers(line_of(self.core), self.lines, self.lexicon)
            spans = [Span.of(self.article, n) for n in numbers or [self._lead.number]]
            return Statement(text=shortened(self.core), evidence=spans)
        return Statement(
            text=shortened(lead_clause(self._lead.text, self.lexicon) or self._lead.text, 200),
            evidence=[Span.of(self.article, self._lead.number)],
            attribution=self.whose[self._lead.number - 1],
        )

    def _bottom_line(self) -> Statement:
        return Statement(
            text=told(self._lead),
            evidence=[Span.of(self.article, self._lead.number)],
            attribution=self.whose[self._lead.number - 1],
        )

    @property
    def _lead(self) -> Line:
        return self.lines[lead(self.lines, self.scores, self.lexicon)]

    def _whose(self) -> list[str | None]:
        """Tell for each line whose word it is: that of the quotation it lies in, or of a verb of saying."""
        whose = [attribution(self.cast, index) for index in range(len(self.lines))]
        for item in self.quoted:
            for index in range(item.first, item.last + 1):
                is_long = len(item.words.split()) * 2 > len(self.lines[index].words)
                if item.speaker and (is_long or item.last > item.first):
                    whose[index] = item.speaker[:200]
        return whose

    def _quotation(self, item: Quoted) -> Quotation:
        numbers = range(self.lines[item.first].number, self.lines[item.last].number + 1)
        spans = [Span.of(self.article, number) for number in numbers][:30]
        return Quotation(speaker=(item.speaker or "")[:200], words=item.words, evidence=spans, attribution=item.speaker)

    def _parties(self, wishes: dict[str, Statement], speakers: set[str], sides: set[str]) -> list[Party]:
        """Give the story's actors and all who are quoted, the most important first."""
        top = self.ranked[0].score if self.ranked else 0.0
        chosen = [a for i, a in enumerate(self.ranked) if _is_party(a, i, top, speakers, sides)]
        parties = [party(a, self.cast, self.article, wishes.get(a.name), self.whose) for a in chosen]
        known = {p.name for p in parties}
        return parties + [self._stranger(name) for name in sorted(speakers - known)]

    def _stranger(self, name: str) -> Party:
        """Make a party of a speaker whom only the quotation introduces."""
        item = next(q for q in self.quoted if q.speaker == name)
        line = self.lines[item.first]
        actor = next((a for a in self.cast.actors if a.name == name), None)
        if actor is not None:
            return party(actor, self.cast, self.article, None, self.whose)
        span = Span.of(self.article, line.number)
        return Party(name=name, kind="other", role=shortened(line.text, 300), wants=None, aliases=[], evidence=[span])


def _is_party(actor: Actor, place: int, top: float, speakers: set[str], sides: set[str]) -> bool:
    """Choose all speakers, the first eight that weigh enough, and a few more from threats."""
    if actor.name in speakers:
        return True
    if actor.kind == "place" and not actor.acts:
        return False
    weighs = actor.score >= max(2.0, 0.12 * top)
    return weighs and (place < MOST_PARTIES or (actor.name in sides and place < 2 * MOST_PARTIES))


def _lexicon_of(article: Article) -> Lexicon:
    return lexicon() if article.language == "en" else bare()


def _telling(words: set[str]) -> int:
    """Count words, those with a figure three times: a figure must stand in the evidence."""
    return sum(3 if any(c.isdigit() for c in word) else 1 for word in words)


def _without_aimed(scores: list[float], article: Article) -> list[float]:
    """Keep what speaks to a model from being taken for the story."""
    aimed = {found.sentence for found in article.injections}
    return [_LAST if number in aimed else score for number, score in enumerate(scores, 1)]


def _carriers(title: Line, lines: list[Line], lexicon: Lexicon) -> list[int]:
    """Give the numbers of at most three sentences that together carry most of a title's words."""
    wanted = {w.lower for w in title.words if w.lower not in lexicon.starters or w.text.isdigit()}
    bags = [(line.number, {w.lower for w in line.words} & wanted) for line in lines]
    chosen: list[int] = []
    while wanted and len(chosen) < 3:  # noqa: PLR2004
        number, words = max(bags, key=lambda item: (_telling(item[1] & wanted), -item[0]))
        if not words & wanted:
            break
        chosen.append(number)
        wanted -= words
    return sorted(chosen)


def _resolve(parties: list[Party], stakes: list[Stake], threats: list[Threat], steps: list[NextStep]) -> None:
    """Keep in all lists of names those of the brief's parties only."""
    known = {p.name for p in parties}
    for stake in stakes:
        stake.for_whom = [n for n in stake.for_whom if n in known]
    for threat in threats:
        threat.who = [n for n in threat.who if n in known]
        threat.against = [n for n in threat.against if n in known]
    for step in steps:
        step.who = [n for n in step.who if n in known]
    threats[:] = [t for t in threats if t.who or t.against]
