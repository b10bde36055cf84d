"""An actor of the story while it is being put together, and what sort of thing it is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.brief import PartyKind
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.names import Mention

_SINGULAR = frozenset(
    [
        "driver",
        "gunman",
        "attacker",
        "suspect",
        "bomber",
        "man",
        "woman",
        "boy",
        "girl",
        "teenager",
        "captain",
        "pilot",
        "judge",
        "mediator",
        "hacker",
        "chairman",
        "chairwoman",
        "director",
        "chief",
        "secretary",
        "governor",
        "mayor",
        "ambassador",
        "envoy",
        "leader",
        "minister",
        "president",
        "premier",
    ]
)
_MAKERS = frozenset({"firm", "maker", "makers", "manufacturer", "airline", "operator", "employers"})
#: Kinds of parties that a word of their names tells, in the order in which they are tried.
_BY_WORDS: tuple[PartyKind, ...] = ("government", "company", "organisation", "group", "place")
#: Alone it does not tell what bears it: a charity, a space station, a company.
_INTERNATIONAL = "international"
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Actor:
    """Somebody of the story, while it is being put together."""

    name: str
    common: bool = False
    country: bool = False
    mentions: list[Mention] = field(default_factory=list)
    #: The mentions that do something, in their order; asked about at each verb, so no list.
    acts: dict[Mention, None] = field(default_factory=dict)
    located: int = 0
    definite: int = 0
    governs: int = 0
    kind: PartyKind = "other"
    score: float = 0.0

    def settle_name(self, countries: frozenset[str]) -> None:
        """Choose the name: the form of several words used most, without the figures of a caption."""
        forms = Counter(
            m.name for m in self.mentions if not m.common and not (self.country and m.name not in countries)
        )
        if not forms or self.common:
            return
        first = {form: i for i, form in reversed(list(enumerate(forms)))}
        whole = [f for f in forms if len(f.split()) > 1 and not self.country] or list(forms)
        self.name = min(
            whole,
            key=lambda f: (any(c.isdigit() for c in f), -forms[f], len(f) if forms[f] == 1 else 0, first[f]),
        )

    @property
    def forms(self) -> list[str]:
        """All forms the article uses, the most frequent first."""
        return [form for form, _ in Counter(m.name for m in self.mentions).most_common()]


def kind_of(actor: Actor, lexicon: Lexicon) -> PartyKind:
    """Decide what an actor is from the words of its names, then from how it is introduced and spoken of."""
    if actor.country or (actor.governs and " " not in actor.name):
        return "government"
    name = _ARTICLE.sub("", actor.name).lower()
    words = [word for word in name.split() if word != _INTERNATIONAL] or [_INTERNATIONAL]
    head = words[-1] if " of " not in name else name.split(" of ")[0].split()[-1]
    if actor.common:
        return _common_kind(head, lexicon)
    if any(m.role for m in actor.mentions):
        return "person"
    if (kind := _kind_by_words(words, head, lexicon)) is not None:
        return kind
    if _INTERNATIONAL in name.split():
        return "company" if name.endswith(_INTERNATIONAL) else "organisation"
    return "person" if words[0] in lexicon.kinds["person"] and len(words) > 1 else _kind_by_use(actor, lexicon)


def _kind_by_words(words: list[str], head: str, lexicon: Lexicon) -> PartyKind | None:
    """Decide by the words that name a kind: the head, the last or the first; an event that is no body by any."""
    is_body = any(head in lexicon.kinds[kind] for kind in ("government", "organisation", "company"))
    ends = {head, words[-1]}
    if not lexicon.kinds["event"].isdisjoint(ends if is_body else {*ends, *words}):
        return "other"
    found = (kind for kind in _BY_WORDS if not lexicon.kinds[kind].isdisjoint({*ends, words[0]}))
    return next(found, None)


def _common_kind(head: str, lexicon: Lexicon) -> PartyKind:
    if head in _SINGULAR or (head in lexicon.spokes and not head.endswith("s")):
        return "person"
    for kind in ("government", "company", "organisation"):
        if head in lexicon.kinds[kind] or head.rstrip("s") in lexicon.kinds[kind]:
            return kind
    return "company" if head in _MAKERS else "group"


def _kind_by_use(actor: Actor, lexicon: Lexicon) -> PartyKind:
    words = actor.name.split()
    if (
        actor.name in lexicon.capitals
        or actor.located > max(1, 2 * len(actor.acts))
        or (actor.located and not actor.acts)
    ):
        return "place"
    if actor.definite > len(actor.mentions) / 4:
        return "organisation"  # "the Chicago Cubs"; people go without an article
    if len(words) in (2, 3, 4) and all(w[0].isupper() for w in words):
        surname = words[-1]
        if actor.acts or any(m.name == surname for m in actor.mentions):
            return "person"
    if len(words) == 1 and words[0].isupper() and len(words[0]) > 1:
        return "organisation"
    return "other"
