"""Plants one story on many sites: real articles as other outlets would print them, and texts that only look the same."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import sets
from summarizer.article import Article
from summarizer.batch.shingles import story_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FEWEST_WORDS = 150
_TEAMS = [
    "Rovers",
    "Albion",
    "United",
    "Wanderers",
    "Athletic",
    "Rangers",
    "Harriers",
    "Victoria",
    "Celtic",
    "Argyle",
    "Thistle",
    "Hotspur",
]
_FIRMS = ["Alder", "Birch", "Cedar", "Damson", "Elder", "Fir", "Gorse", "Hazel", "Iris", "Juniper", "Kestrel", "Larch"]
_NAMES = [
    "Okafor",
    "Lindgren",
    "Petrov",
    "Haddad",
    "Moreau",
    "Silva",
    "Tanaka",
    "Kaya",
    "Novak",
    "Weber",
    "Rossi",
    "Dubois",
]


@dataclass(frozen=True)
class Planted:
    """A text with the story that it tells and how it was made."""

    story: str
    kind: str
    text: str


def planted(most: int | None = None, seed: int = 5) -> list[Planted]:
    """Give real articles, their variants and what must be told from them, in a mixed order."""
    chance = random.Random(seed)
    originals = [a for a in sets.wikinews() if a.words >= FEWEST_WORDS][:most]
    texts = [_paragraphs(article) for article in originals]
    found = []
    for number, paragraphs in enumerate(texts):
        other = texts[(number + 1) % len(texts)]
        story = f"story {number}"
        whole = "\n\n".join(paragraphs)
        found.append(Planted(story, "as it was", whole))
        found += [Planted(story, kind, make(paragraphs, other, chance)) for kind, make in VARIANTS.items()]
        updates = ((kind, make(paragraphs, other, chance)) for kind, make in LIKENESSES.items())
        found += [Planted(f"{story}, {kind}", kind, text) for kind, text in updates if text != whole]
    found += [Planted(f"match {n}", "sports report by a form", _match(chance)) for n in range(len(texts))]
    found += [Planted(f"results {n}", "earnings report by a form", _earnings(chance)) for n in range(len(texts))]
    chance.shuffle(found)
    return found


def read(text: str) -> str:
    """Read a planted text as an article, and give what its signature is made of."""
    return story_text(Article.from_text(text, language="en"))


def _paragraphs(article: Article) -> list[str]:
    numbers = sorted({s.paragraph for s in article.sentences})
    return [" ".join(s.text for s in article.sentences if s.paragraph == n) for n in numbers]


def _dateline(paragraphs: list[str], _: list[str], chance: random.Random) -> str:
    line = chance.choice(["LONDON (Reuters) - ", "NEW YORK, Jan. 4 (AP) — ", "PARIS – ", "Washington, D.C. (AFP) -- "])
    return line + "\n\n".join(paragraphs)


def _headline(paragraphs: list[str], other: list[str], chance: random.Random) -> str:
    words = chance.sample(re.findall(r"[A-Za-z]{4,}", " ".join(other)), 9)
    return " ".join(words).capitalize() + "\n\nBy A. Reporter\n\n" + "\n\n".join(paragraphs)


def _cut(share: float) -> Callable[[list[str], list[str], random.Random], str]:
    def make(paragraphs: list[str], _: list[str], __: random.Random) -> str:
        sentences = " ".join(paragraphs).split(". ")
        return ". ".join(sentences[: max(1, round(len(sentences) * (1 - share)))])

    return make


def _background(paragraphs: list[str], other: list[str], _: random.Random) -> str:
    return "\n\n".join([*paragraphs, other[-1]])


def _typography(paragraphs: list[str], _: list[str], __: random.Random) -> str:
    text = "\n\n".join(paragraphs).replace("'", "’").replace(" - ", " – ").replace("...", "…")
    return re.sub(r'"([^"]*)"', "“\\1”", text).replace(" of ", " of\u00a0")


def _edited(share: float) -> Callable[[list[str], list[str], random.Random], str]:
    def make(paragraphs: list[str], other: list[str], chance: random.Random) -> str:
        words = " \n\n ".join(paragraphs).split(" ")
        plain = [n for n, word in enumerate(words) if word.isalpha() and word.islower()]
        for n in chance.sample(plain, min(len(plain), round(share * len(words)))):
            words[n] = chance.choice([w for w in " ".join(other).split() if w.isalpha() and w.islower()])
        return " ".join(words).replace(" \n\n ", "\n\n")

    return make


def _boilerplate(paragraphs: list[str], _: list[str], __: random.Random) -> str:
    rest = ["Advertisement", "Read more: What to know this morning", "Sign up for our newsletter", "Related articles"]
    return "\n\n".join([paragraphs[0], rest[0], *paragraphs[1:], *rest[1:], "© 2026 The Example. All rights reserved."])


def _all_at_once(paragraphs: list[str], other: list[str], chance: random.Random) -> str:
    cut = _cut(0.05)(paragraphs, other, chance)
    return _dateline([_typography([_edited(0.01)([cut], other, chance)], other, chance)], other, chance)


def _new_figures(paragraphs: list[str], _: list[str], chance: random.Random) -> str:
    text = "\n\n".join(paragraphs)
    return re.sub(r"\d+", lambda found: str(int(found[0]) + chance.randrange(1, 9)), text)


def _one_new_figure(paragraphs: list[str], _: list[str], chance: random.Random) -> str:
    text = "\n\n".join(paragraphs)
    places = list(re.finditer(r"(?<= )\d+(?= )", text))
    if not places:
        return text
    place = chance.choice(places)
    return text[: place.start()] + str(int(place[0]) + 1) + text[place.end() :]


def _new_lead(paragraphs: list[str], other: list[str], _: random.Random) -> str:
    lead = ". ".join(" ".join(other).split(". ")[:3]) + "."
    return "\n\n".join([lead, *paragraphs[max(1, len(paragraphs) // 3) :]])


def _match(chance: random.Random) -> str:
    home, away = chance.sample(_TEAMS, 2)
    one, two, three = chance.sample(_NAMES, 3)
    goals, minute, crowd = chance.randrange(1, 6), chance.randrange(2, 90), chance.randrange(4_000, 60_000)
    return (
        f"{home} beat {away} {goals}-0 on Saturday in front of {crowd} people to move up in the table.\n\n"
        f"{one} opened the scoring in minute {minute} with a shot from outside the box after a pass from {two}, and "
        "the visitors never found a way back into the match although they had most of the ball after the break. "
        f"Both sides made three changes. {three} was booked for a foul in the second half and will miss the next "
        "match through suspension.\n\n"
        f'"We worked hard for this and the players deserve all the credit," the manager of {home} said. "We take it '
        'one match at a time and we know that there is still a long way to go."\n\n'
        f'The manager of {away} said that his side had not been good enough in front of goal. "You cannot give away '
        f'goals like that at this level," he said. "We will look at it again on Monday and go on from there."\n\n'
        f"{home} play away next week, while {away} have a free weekend before they meet {chance.choice(_TEAMS)}."
    )


def _earnings(chance: random.Random) -> str:
    firm, rival = chance.sample(_FIRMS, 2)
    revenue, profit, growth = chance.randrange(10, 999), chance.randrange(1, 99), chance.randrange(1, 30)
    return (
        f"{firm} on Tuesday reported a profit of {profit} million dollars for its third quarter, above the average "
        "estimate of analysts.\n\n"
        f"Revenue rose {growth} percent to {revenue} million dollars. Analysts had expected less, according to a "
        "survey of estimates. The company raised its forecast for the full year, and said that it expects demand to "
        "hold up in the months to come despite higher costs for materials and transport.\n\n"
        f'"We delivered another strong quarter and we are well placed for the year ahead," chief executive '
        f'{chance.choice(_NAMES)} said in a statement. "Our teams have executed on our strategy, and we remain '
        'focused on returning capital to our shareholders."\n\n'
        f"Shares of the company were up {chance.randrange(1, 9)} percent in extended trading. They have risen "
        f"{chance.randrange(10, 60)} percent since the beginning of the year, while those of {rival} have fallen."
    )


VARIANTS = {
    "dateline added": _dateline,
    "headline and byline changed": _headline,
    "last tenth cut": _cut(0.1),
    "last third cut": _cut(0.33),
    "paragraph of background added": _background,
    "typography changed": _typography,
    "1 word in 50 edited": _edited(0.02),
    "1 word in 20 edited": _edited(0.05),
    "boilerplate of the page": _boilerplate,
    "dateline, cut, edited, typography": _all_at_once,
}
LIKENESSES = {
    "update: every figure moved": _new_figures,
    "update: one figure moved": _one_new_figure,
    "update: new lead, old background": _new_lead,
}


def kinds() -> Iterator[str]:
    """Give the kinds of planted texts in the order of a table."""
    yield from ("as it was", *VARIANTS, *LIKENESSES, "sports report by a form", "earnings report by a form")
