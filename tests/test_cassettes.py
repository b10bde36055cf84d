"""Cassettes: what is recorded is replayed, what was not recorded is refused, and no secret is in them."""

from __future__ import annotations

import json

import pytest
import yaml
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from summarizer import Summarizer
from summarizer.cassettes import KEPT_HEADERS, metadata
from summarizer.errors import CassetteError
from tests.articles import article_of
from tests.faultserver import FaultServer, Reply, Status

KEY = "sk-canary-0123456789"
ARTICLE = article_of("Norvania said on Monday that it would tax cars.", "Kelmaria rejected that.", title="Car tax")
OTHER = article_of("Norvania said on Tuesday that it would tax cars.", "Kelmaria rejected that.", title="Car tax")


def _statement(text: str, *evidence: int) -> dict:
    return {"evidence": list(evidence), "attribution": None, "text": text}


ANSWER = json.dumps(
    {
        "headline": _statement("Norvania would tax cars", 1),
        "bottom_line": _statement("Norvania said that it would tax cars.", 1),
        **{name: [] for name in ("parties", "stakes", "threats", "next_steps", "quotations", "gaps")},
    }
)


def _record(path, **server):
    with (
        FaultServer(answer=ANSWER, **server) as running,
        Summarizer(model="m", base_url=running.base_url, api_key=KEY, record=path) as s,
    ):
        brief = s.brief(ARTICLE)
        assert running.stats.calls == brief.provenance.tries
    return brief


def test_a_recorded_run_replays_to_the_same_brief_without_a_server(tmp_path):
    recorded = _record(tmp_path / "run.yaml")
    with Summarizer(replay=tmp_path / "run.yaml") as summarizer:
        replayed = summarizer.brief(ARTICLE)
    unlike = {"created", "seconds"}
    assert replayed.model_dump(exclude={"provenance": unlike}) == recorded.model_dump(exclude={"provenance": unlike})
    assert replayed.provenance.model == "m"


def test_what_a_run_found_out_about_the_server_is_replayed_too(tmp_path):
    refusal = {"error": {"message": "response_format json_schema is not supported", "type": "invalid_request_error"}}
    brief = _record(tmp_path / "run.yaml", script=[Status(400, refusal), Reply()])
    assert brief.provenance.tries == 2
    for _ in range(2):
        with Summarizer(replay=tmp_path / "run.yaml") as summarizer:
            assert summarizer.brief(ARTICLE).provenance.tries == 2


@pytest.mark.parametrize(
    "change",
    [{"article": OTHER}, {"model": "n"}, {"mode": "json"}, {"temperature": 0.5}, {"max_output_tokens": 99}],
)
def test_a_request_that_differs_in_anything_is_refused_and_reaches_no_network(tmp_path, change):
    _record(tmp_path / "run.yaml")
    article = change.pop("article", ARTICLE)
    with (
        Summarizer(replay=tmp_path / "run.yaml", **change) as s,
        pytest.raises(CassetteError, match="holds no answer to this request"),
    ):
        s.brief(article)


def test_an_exchange_is_used_once(tmp_path):
    _record(tmp_path / "run.yaml")
    with Summarizer(replay=tmp_path / "run.yaml") as summarizer:
        summarizer.brief(ARTICLE)
        with pytest.raises(CassetteError):
            summarizer.brief(ARTICLE)


def test_no_key_is_in_a_cassette_and_only_telling_headers_are(tmp_path):
    echo = Reply(
        headers={
            "set-cookie": f"session={KEY}",
            "x-request-id": f"id-{KEY}",
            "x-ratelimit-limit-requests": "60",
        }
    )
    _record(tmp_path / "run.yaml", script=[echo])
    text = (tmp_path / "run.yaml").read_text(encoding="utf-8")
    assert KEY not in text
    assert "id-REDACTED" in text
    (interaction,) = yaml.safe_load(text)["interactions"]
    for side in ("request", "response"):
        names = set(interaction[side]["headers"])
        assert names <= KEPT_HEADERS | {"x-ratelimit-limit-requests"}
    assert "x-ratelimit-limit-requests" in interaction["response"]["headers"]


def test_a_stand_in_for_a_key_is_not_taken_out_of_the_bodies(tmp_path):
    with FaultServer(answer=ANSWER) as running:
        settings = {"model": "local", "base_url": running.base_url, "api_key": "local", "record": tmp_path / "run.yaml"}
        with Summarizer(**settings) as summarizer:
            summarizer.brief(ARTICLE)
    with Summarizer(replay=tmp_path / "run.yaml") as summarizer:
        assert summarizer.brief(ARTICLE).provenance.model == "local"


def test_vcrpy_reads_our_cassettes(tmp_path):
    _record(tmp_path / "run.yaml")
    requests, responses, *_ = deserialize((tmp_path / "run.yaml").read_text(encoding="utf-8"), yamlserializer)
    assert requests[0].method == "POST"
    assert json.loads(requests[0].body)["model"] == "m"
    assert json.loads(responses[0]["body"]["string"])["choices"][0]["message"]["content"] == ANSWER


def test_a_cassette_says_how_it_was_recorded(tmp_path):
    _record(tmp_path / "run.yaml")
    found = metadata(tmp_path / "run.yaml")
    assert found["answered_by"].startswith("the server at http://127.0.0.1:")
    assert found["model"] == "m"
    assert found["recorded_by"].startswith("summarizer ")


def test_failures_are_recorded_and_replayed_as_such(tmp_path):
    brief = _record(tmp_path / "run.yaml", script=[Status(503, headers={"retry-after": "0"}), Reply()])
    assert brief.provenance.tries == 2
    with Summarizer(replay=tmp_path / "run.yaml") as summarizer:
        assert summarizer.brief(ARTICLE).provenance.tries == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just text",
        "interactions: 7",
        "interactions: [1]",
        "a: [",
        "!!python/object/apply:os.getcwd []",
        "\x00",
    ],
)
def test_a_file_that_is_no_cassette_is_one_line(tmp_path, text):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with Summarizer(replay=path) as summarizer, pytest.raises(CassetteError) as refused:
        summarizer.brief(ARTICLE)
    assert "\n" not in str(refused.value)


def test_a_cassette_that_cannot_be_written_is_told_before_anything_is_sent(tmp_path):
    with FaultServer(answer=ANSWER) as running:
        record = tmp_path / "missing" / "run.yaml"
        with (
            Summarizer(model="m", base_url=running.base_url, record=record) as s,
            pytest.raises(CassetteError, match="cannot be written"),
        ):
            s.brief(ARTICLE)
        assert running.stats.calls == 0


def test_recording_and_replaying_at_once_is_refused(tmp_path):
    with (
        Summarizer(record=tmp_path / "a", replay=tmp_path / "b") as summarizer,
        pytest.raises(Exception, match="not both"),
    ):
        summarizer.brief(ARTICLE)
