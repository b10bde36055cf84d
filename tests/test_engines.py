"""Engines of one's own: an object that is given, or a plug-in that is found by its name."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from summarizer import Kind, Statement, Summarizer, engines
from summarizer.brief import Content, Span, Tokens
from summarizer.engines import Draft, Engine
from summarizer.engines.extractive import ExtractiveEngine
from summarizer.errors import KindError, RunError, SettingsError
from summarizer.settings import resolve
from tests.articles import article_of
from tests.test_cli_brief import brief_of, cli, refused
from tests.test_kinds import Guidance

ARTICLE = article_of("Norvania said on Monday that it would tax cars.", "Kelmaria rejected that.", title="Car tax")


class FirstSentence:
    """Writes the first sentence, and as many unsupported words as it is told."""

    name = "first-sentence"
    built_in_kind_only = False

    def __init__(self, words: str = "Norvania said on Monday", kind: type = Content) -> None:
        self.words, self.kind = words, kind
        self.closed = self.written = self.at_work = self.most_at_work = 0

    async def write(self, article, kind):
        self.written += 1
        self.at_work += 1
        self.most_at_work = max(self.at_work, self.most_at_work)
        await asyncio.sleep(0.01)
        self.at_work -= 1
        statement = Statement(text=self.words, evidence=[Span.of(article, 1)])
        if self.kind is Guidance:
            return Draft(Guidance(revenue=statement, risks=[]))
        empty = {name: [] for name in ("parties", "stakes", "threats", "next_steps", "quotations", "gaps")}
        content = Content(headline=statement, bottom_line=statement.model_copy(), **empty)
        return Draft(content, "rules-7", Tokens(input=3, output=2), Decimal("0.25"), 4, ("home_made",))

    async def aclose(self):
        self.closed += 1


class Failing(FirstSentence):
    async def write(self, article, kind):
        raise RunError("the rules have run out")


class EntryPoint:
    """What `importlib.metadata` gives for a plug-in."""

    def __init__(self, name, factory):
        self.name, self.factory = name, factory

    def load(self):
        return self.factory


@pytest.fixture
def plugged_in(monkeypatch):
    """Install plug-ins for the test: names with the functions that create the engines."""

    def install(**factories):
        found = [EntryPoint(name, factory) for name, factory in factories.items()]

        def entry_points(*, group, name=None):
            assert group == "summarizer.engines"
            return [entry for entry in found if name in {None, entry.name}]

        monkeypatch.setattr(engines, "entry_points", entry_points)

    return install


def test_an_engine_of_ones_own_writes_and_code_gives_the_verdicts():
    with Summarizer(engine=FirstSentence()) as summarizer:
        brief = summarizer.brief(ARTICLE)
    assert brief.headline.verdict.value == "supported"
    assert brief.headline.evidence[0].quote == ARTICLE.sentence(1).text
    with Summarizer(engine=FirstSentence("Zorvania said on 31 May")) as summarizer:
        assert summarizer.brief(ARTICLE).verification.unsupported == 2


def test_what_an_engine_tells_about_its_work_stands_in_the_brief():
    with Summarizer(engine=FirstSentence()) as summarizer:
        found = summarizer.brief(ARTICLE).provenance
    assert (found.engine, found.model, found.tries) == ("first-sentence", "rules-7", 4)
    assert (found.tokens.input, found.cost, found.flags) == (3, Decimal("0.25"), ["home_made"])
    assert (found.kind, found.prompt) == ("brief", "brief.v1")


def test_an_engine_that_is_given_is_used_by_many_calls_at_once_and_closed_with_the_summarizer():
    engine = FirstSentence()

    async def many():
        async with Summarizer(engine=engine) as summarizer:
            await asyncio.gather(*(summarizer.abrief(ARTICLE) for _ in range(20)))

    asyncio.run(many())
    assert (engine.written, engine.closed) == (20, 1)
    assert engine.most_at_work > 1


def test_an_engine_may_write_other_kinds_if_it_says_so():
    engine = FirstSentence(kind=Guidance)
    with Summarizer(engine=engine, kind=Kind.of(Guidance)) as summarizer:
        assert summarizer.brief(ARTICLE).content.revenue.verdict.value == "supported"
    engine.built_in_kind_only = True
    with (
        Summarizer(engine=engine, kind=Kind.of(Guidance)) as summarizer,
        pytest.raises(KindError, match="first-sentence"),
    ):
        summarizer.brief(ARTICLE)
    assert engine.written == 1


def test_the_extractive_engine_refuses_a_kind_of_ones_own_in_one_line():
    with Summarizer(engine="extractive", kind=Kind.of(Guidance)) as summarizer, pytest.raises(KindError) as refusal:
        summarizer.brief(ARTICLE)
    expected = "the engine extractive writes the built-in kind only; a prompt or schema of your own needs a model"
    assert str(refusal.value) == expected


def test_the_engines_here_are_what_the_protocol_asks_for():
    assert isinstance(ExtractiveEngine(), Engine)
    assert isinstance(FirstSentence(), Engine)
    assert isinstance(engines.create(resolve(model="m", base_url="http://127.0.0.1:1/v1")), Engine)


def test_an_error_of_the_tree_from_an_engine_is_what_the_caller_gets():
    with Summarizer(engine=Failing()) as summarizer, pytest.raises(RunError, match="the rules have run out"):
        summarizer.brief(ARTICLE)


def test_a_plugged_in_engine_is_found_by_its_name_and_gets_the_settings(plugged_in):
    given = []

    def create(settings):
        given.append(settings)
        return FirstSentence()

    plugged_in(mine=create)
    with Summarizer(engine="mine", model="m", temperature=0.5) as summarizer:
        for _ in range(2):
            assert summarizer.brief(ARTICLE).provenance.engine == "first-sentence"
    (settings,) = given
    assert (settings.engine, settings.model, settings.temperature) == ("mine", "m", 0.5)


def test_a_plugged_in_engine_is_one_of_those_there_are(plugged_in):
    plugged_in(mine=lambda _: FirstSentence())
    assert engines.names() == ["extractive", "mine", "openai"]
    with pytest.raises(SettingsError, match="there are auto, extractive, mine, openai"):
        engines.create(resolve(engine="nonsense"))


def test_a_plug_in_does_not_take_the_place_of_an_engine_of_this_package(plugged_in):
    plugged_in(extractive=lambda _: FirstSentence())
    assert isinstance(engines.create(resolve(engine="extractive")), ExtractiveEngine)


def test_the_engines_of_this_package_are_plugged_in_as_any_other_would_be():
    from importlib.metadata import entry_points

    installed = {entry.name: entry.value for entry in entry_points(group=engines.ENTRY_POINTS)}
    if not installed:
        pytest.skip("the package runs from a checkout and is not installed")
    assert installed.items() >= engines._OWN.items()


def test_the_program_runs_a_plugged_in_engine(plugged_in, example):
    plugged_in(mine=lambda _: FirstSentence("Norvania"))
    done = cli("brief", example("trade-dispute.txt"), "--engine", "mine", "-f", "json")
    assert brief_of(done).provenance.engine == "first-sentence"
    assert done.stderr == "summarizer: note: home_made\n"
    assert "mine: asked for by name" in cli("doctor", "--engine", "mine").stdout


def test_the_program_shows_the_failure_of_a_plugged_in_engine_in_one_line(plugged_in, example):
    plugged_in(mine=Failing)
    assert "the rules have run out" in refused(cli("brief", example("trade-dispute.txt"), "--engine", "mine"), 1)
