"""How many tokens a request will take of the limit, learnt from what the replies say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from summarizer.engines.tokens import BYTES_PER_TOKEN

Rule = Literal["room", "used"]
_WEIGHT = 0.05
_PLAUSIBLE = (0.05, 20.0)
#: Replies after which the rule that fits better is taken for the server's, and those after which a clear lead will do.
ENOUGH_REPLIES = 20
CLEAR_REPLIES = 5
CLEAR_LEAD = 2.0
#: Refusals of what should have fitted after which the rule is taken to be the other one.
ENOUGH_REFUSALS = 2


@dataclass(frozen=True, slots=True)
class Reserve:
    """The tokens set aside for one request, with the sums of both rules up to it."""

    estimate: float
    room: float
    amount: float
    number: int
    sums: dict[Rule, float]
    time: float


@dataclass(slots=True)
class Estimates:
    """Knows how far the estimate of a prompt is off, how long answers are, and what the server counts.

    Servers count either the tokens that were used, or the prompt and all the room for the answer. Which of the two is
    found by predicting `x-ratelimit-remaining-tokens` of each reply from the one before with both rules, for a bucket
    that refills and for a window that does not. Without such headers, or where they come from a bucket that holds far
    less than a minute and so is full whatever it counts, what was used is assumed until the server refuses twice.
    """

    factor: float = 1.0
    output: float | None = None
    rule: Rule | None = None
    _number: int = 0
    _sums: dict[Rule, float] = field(default_factory=lambda: {"room": 0.0, "used": 0.0})
    _last: tuple[Reserve, float] | None = None
    #: Whether what is told to be left is that of a whole minute.
    _is_told: bool = False
    _replies: int = 0
    _refusals: int = 0
    _compared: int = 0
    _errors: dict[tuple[Rule, bool], float] = field(default_factory=dict)

    def reserve(self, size: int, room: int, now: float) -> Reserve:
        """Set tokens aside for a body of `size` bytes whose answer has room for `room` tokens."""
        estimate = size / BYTES_PER_TOKEN
        prompt = self.factor * estimate
        output = room if self.output is None else min(self.output, room)
        self._number += 1
        self._sums = {"room": self._sums["room"] + prompt + room, "used": self._sums["used"] + prompt + output}
        return Reserve(estimate, room, self.amount(size, room), self._number, self._sums, now)

    def amount(self, size: int, room: int) -> float:
        """Give the tokens that such a request takes of the limit, about."""
        mean = room if self.output is None or self.rule == "room" else min(self.output, room)
        return self.factor * size / BYTES_PER_TOKEN + mean

    def least(self, size: int, room: int) -> float:
        """Give the tokens that such a request takes for certain."""
        return self.factor * size / BYTES_PER_TOKEN + (room if self.rule == "room" else 0)

    def used(self, reserve: Reserve, prompt: int, output: int) -> float:
        """Learn from a reply's usage, and give what the request took of the limit."""
        if reserve.estimate > 0 and _PLAUSIBLE[0] < prompt / reserve.estimate < _PLAUSIBLE[1]:
            self.factor += _WEIGHT * (prompt / reserve.estimate - self.factor)
        self._replies += 1
        self.output = output if self.output is None else self.output + _WEIGHT * (output - self.output)
        return prompt + (reserve.room if self.rule == "room" else output)

    def nothing_told(self) -> None:
        """Note a reply that said nothing of tokens left: then what was used is assumed."""
        if not self._is_told and self.rule is None:
            self.rule = "used"

    def refused(self, reserve: Reserve, remaining: float | None) -> None:
        """Note a refusal of what was paced; with enough left for what it uses, the server counts all the room.

        Where the server does not tell what is left, its refusals count once there are enough replies to go by.
        """
        self._last = None  # what was refused took nothing, and stands in the sums
        if self._is_told:
            return
        is_sign = self._replies >= ENOUGH_REPLIES if remaining is None else remaining >= reserve.amount
        self._refusals += is_sign
        if self._refusals >= ENOUGH_REFUSALS:
            self.rule = "room"

    def told(self, reserve: Reserve, remaining: float, limit: float) -> None:
        """Compare what a reply says is left with what both rules predict."""
        self._is_told = self._is_told or remaining > limit / 2
        last = self._last if self._is_told else None
        if last is not None and last[0].number >= reserve.number:  # overtaken on the way
            return
        self._last = reserve, remaining
        if last is not None:
            self._compare(last, reserve, remaining, limit)
            self._decide()

    def _compare(self, last: tuple[Reserve, float], reserve: Reserve, remaining: float, limit: float) -> None:
        before, left = last
        self._compared += 1
        for rule in ("room", "used"):
            for refills in (True, False):
                back = limit / 60 * max(0.0, reserve.time - before.time) if refills else 0.0
                predicted = min(limit, left + back) - (reserve.sums[rule] - before.sums[rule])
                key: tuple[Rule, bool] = (rule, refills)
                self._errors[key] = (1 - _WEIGHT) * self._errors.get(key, 0.0) + abs(predicted - remaining)

    def _decide(self) -> None:
        room = min(error for (rule, _), error in self._errors.items() if rule == "room")
        used = min(error for (rule, _), error in self._errors.items() if rule == "used")
        is_clear = self._compared >= CLEAR_REPLIES and max(room, used) > CLEAR_LEAD * (min(room, used) + 1)
        if is_clear or (self.rule is None and self._compared >= ENOUGH_REPLIES):
            self.rule = "room" if room < used else "used"
