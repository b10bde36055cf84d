"""A kind of one's own: what an analyst wants from a company's earnings report.

    summarizer brief examples/earnings-report.txt --schema examples.earnings:Earnings --format json

Every field of type `Statement` gets evidence, exact offsets and a verdict.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from summarizer import Statement


class Figure(Statement):
    """One figure of the report; `text` says it in a sentence."""

    measure: Literal["revenue", "profit", "margin", "orders", "cash", "other"]
    """What is measured."""
    period: str
    """The period it is for, in the report's words."""


class Earnings(BaseModel):
    """An earnings report: the figures, the guidance and the risks."""

    company: str = Field(description="The company's name as the report writes it.")
    figures: list[Figure] = Field(description="The figures that matter most, at most six.")
    guidance: list[Statement] = Field(description="What the company expects or aims for.")
    risks: list[Statement] = Field(description="What the report says may go wrong.")
