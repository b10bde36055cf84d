"""The shipped cassettes: each is replayed whole, says honestly where it comes from, and gives a brief that holds."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from summarizer import Kind, Summarizer, check_brief
from summarizer.cassettes import ReplayTransport, metadata
from summarizer.checking import read_article_of
from summarizer.engines.openai import create
from summarizer.settings import resolve

FOLDER = Path(__file__).parents[1] / "cassettes"
#: Cassette, example, and the settings that it was recorded with beyond those that it tells itself.
BRIEFS = {
    "cyber-incident": "cyber-incident.html",
    "port-strike": "port-strike.md",
    "mending": "trade-dispute.txt",
    "reask": "trade-dispute.txt",
    "trade-dispute": "trade-dispute.txt",
}


def _replay(name, example):
    with Summarizer(replay=FOLDER / f"{name}.yaml") as summarizer:
        return summarizer.brief(example(BRIEFS[name]))


def test_there_is_no_cassette_that_no_test_replays():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {*BRIEFS, "earnings-report"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_says_that_no_provider_answered(path):
    found = metadata(path)
    assert "through a relay on loopback; no provider was asked" in found["answered_by"]
    assert found["model"] == "relay"


@pytest.mark.parametrize("name", BRIEFS)
def test_each_is_used_to_its_last_exchange(name, example):
    recorded = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))["interactions"]
    assert _replay(name, example).provenance.tries == len(recorded)


@pytest.mark.parametrize("name", BRIEFS)
def test_each_gives_a_brief_that_holds_and_whose_statements_are_supported(name, example):
    brief = _replay(name, example)
    assert check_brief(brief, read_article_of(brief)) == []
    assert brief.verification.unsupported == 0
    assert brief.verification.statements >= 20


def test_an_answer_that_does_not_fit_is_asked_for_again_with_its_problems_and_nothing_else():
    first, second = ReplayTransport(FOLDER / "reask.yaml")._left
    asked = yaml.safe_load(second[0][2])["messages"]
    assert asked[:2] == yaml.safe_load(first[0][2])["messages"]
    assert [message["role"] for message in asked] == ["system", "user", "assistant", "user"]
    for planted in ("there is no sentence 99", "is not the name of a party", "copy them exactly"):
        assert planted in asked[3]["content"]


def test_what_failed_was_asked_for_by_itself_and_what_became_of_it_is_told(example):
    mended = _replay("mending", example).provenance.mended
    assert [(m.where, m.round, m.verdict) for m in mended] == [
        ("bottom_line", 1, "supported"),
        ("threats[0]", 1, "supported"),
        ("next_steps[2]", 1, "supported"),
    ]
    for planted, record in zip(("52%", "imposed", "Brannoch"), mended, strict=True):
        assert planted in record.before
        assert planted not in record.after
    first, second = ReplayTransport(FOLDER / "mending.yaml")._left
    asked = yaml.safe_load(second[0][2])["messages"][1]["content"]
    assert all(record.before in asked for record in mended)
    assert "Item 4" not in asked
    assert len(asked) < 0.5 * len(yaml.safe_load(first[0][2])["messages"][1]["content"])


def test_a_kind_of_ones_own_replays_with_verdicts_on_its_figures(example):
    from examples.earnings import Earnings

    with Summarizer(kind=Kind.of(Earnings), replay=FOLDER / "earnings-report.yaml") as summarizer:
        brief = summarizer.brief(example("earnings-report.txt"))
    assert brief.content.company == "Brannoch Optics"
    verdicts = [figure.verdict.value for figure in brief.content.figures]
    assert "unsupported" not in verdicts
    assert verdicts.count("supported") >= 2  # of the others, most leave out who said it


def test_a_replay_needs_no_key_and_no_model():
    engine = create(resolve(replay=FOLDER / "trade-dispute.yaml"))
    assert engine.name == "openai"
