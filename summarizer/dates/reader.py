"""A place in the tokens of a phrase, and the small steps that every rule is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.dates.words import TO, english

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from summarizer.dates.nodes import Anchor, Node
    from summarizer.dates.words import Phrases

_LONGEST_COUNT = 9_999


class Reader:
    """Reads tokens from left to right; a rule that does not fit puts `at` back where it was."""

    def __init__(self, tokens: Sequence[str], anchor: Anchor) -> None:
        self.tokens = tokens
        self.anchor = anchor
        self.at = 0
        self.words = english()
        #: The words before the time, such as "within", where a rule depends on them.
        self.lead = ""
        #: How many times hold each other here: "the end of the first half of next year" has three.
        self.depth = 0

    def peek(self, ahead: int = 0) -> str:
        """Give a token without taking it; empty behind the last."""
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else ""

    @property
    def done(self) -> bool:
        """Whether every token was read."""
        return self.at >= len(self.tokens)

    def take(self, *options: str) -> str:
        """Take the next token if it is one of these; else give an empty string."""
        token = self.peek()
        if token and token in options:
            self.at += 1
            return token
        return ""

    def take_phrase(self, phrases: Phrases) -> tuple[str, str] | None:
        """Take the longest phrase that stands here; give its words and its kind."""
        for words, kind in phrases.get(self.peek(), ()):
            if tuple(self.tokens[self.at : self.at + len(words)]) == words:
                self.at += len(words)
                return " ".join(words), kind
        return None

    def skip(self, *options: str) -> None:
        """Take as many of these as stand here."""
        while self.take(*options):
            pass

    def attempt(self, *rules: Callable[[Reader], Node | None]) -> Node | None:
        """Give what the first rule that fits gives; go back where none does."""
        start = self.at
        for rule in rules:
            found = rule(self)
            if found is not None:
                return found
            self.at = start
        return None

    def join(self) -> str:
        """Take a word that leads from one time to another: "to", "and", "through"."""
        start = self.at
        self.skip(",")
        found = self.take(*self.words.joins)
        if not found:
            self.at = start
        return found if found in {"or", ""} else TO

    def number(self) -> int | None:
        """Take a number in digits or words; None where none of a sensible size stands here."""
        token = self.peek()
        if token.isascii() and token.isdigit() and len(token) <= len(str(_LONGEST_COUNT)):
            self.at += 1
            return int(token)
        value = self.words.numbers.get(token)
        if value is None:
            return None
        self.at += 1
        if value % 10 == 0 and 0 < self.words.numbers.get(self.peek(), 0) < 10:  # noqa: PLR2004 - twenty-one
            value += self.words.numbers[self.tokens[self.at]]
            self.at += 1
        return value

    def day_number(self) -> int | None:
        """Take a day of a month: 9, 9th; None for what no month has."""
        token = self.peek()
        digits = token.rstrip("stndrh")
        if digits.isascii() and digits.isdigit() and len(digits) <= 2 and 1 <= int(digits) <= 31:  # noqa: PLR2004
            self.at += 1
            return int(digits)
        return None

    def year(self) -> int | None:
        """Take a year in four digits."""
        token = self.peek()
        if token.isascii() and token.isdigit() and len(token) == 4 and 1600 <= int(token) < 2200:  # noqa: PLR2004
            self.at += 1
            return int(token)
        return None
