"""`summarizer doctor`: what would run and why, whether it answers and how it is asked; and never a key."""

from __future__ import annotations

import json
import re

import pytest

from tests.answers import record_waits
from tests.faultserver import FaultServer, Hang, RawBody, Reply, Status, refused_base_url
from tests.test_cli_brief import cli, refused

KEY = "sk-canary-3b9e02f4c1d84a77"
#: What fits the small question that the doctor asks.
ANSWER = json.dumps({"closed": {"evidence": [1], "attribution": None, "text": "The north pier will stay closed"}})
REFUSALS = {
    "json_schema": "structured outputs, enforced by the server (strict json_schema)",
    "tools": "tool calls",
    "json": "plain JSON, the schema in the prompt",
}


def facts(done):
    """Give the lines of stdout by their names, in order."""
    return dict(re.fullmatch(r"(\w+): +(.*)", line).groups() for line in done.stdout.splitlines())


def asked(server, *more):
    return cli("doctor", "-m", "test-model", "--base-url", server.base_url, *more)


def test_without_configuration_the_extractive_engine_is_named_with_the_reason():
    done = cli("doctor")
    found = facts(done)
    assert (done.exit_code, done.stderr, list(found)) == (0, "", ["version", "config", "engine"])
    assert found["engine"] == "extractive: no model is configured: give --model, or set SUMMARIZER_MODEL"
    assert found["config"].endswith("config.toml (not there)")


def test_the_config_file_is_named_where_it_is_read():
    from summarizer.settings import config_path

    config_path().parent.mkdir(parents=True)
    config_path().write_text(f'model = "of-the-file"\napi_key = "{KEY}"\nbase_url = "{refused_base_url()}"\n')
    done = cli("doctor", "--engine", "extractive")
    assert facts(done)["config"] == f"{config_path()} (read)"
    assert facts(done)["engine"] == "extractive: asked for by name"


def test_each_setting_says_where_it_comes_from(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with FaultServer(answer=ANSWER) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        done = cli("doctor", "--model", "test-model", "--no-ask")
        assert server.stats.calls == 0
    found = facts(done)
    assert done.exit_code == 0
    assert found["engine"] == "openai: the model test-model is configured (argument)"
    assert found["model"] == "test-model (from: argument)"
    assert found["endpoint"] == f"{server.base_url} (from: environment)"
    assert found["key"] == "set (from: environment)"
    assert "answers" not in found


def test_a_server_that_works_is_reachable_and_answers():
    with FaultServer(answer=ANSWER, models=("test-model", "another")) as server:
        done = asked(server)
    found = facts(done)
    assert (done.exit_code, done.stderr) == (0, "")
    assert found["key"] == "not set"
    assert found["reachable"].startswith("yes, 2 models listed; the model is among them")
    assert re.match(r"yes, in \d+\.\d s \(\d+ tokens\), as ", found["answers"])


def test_a_model_that_is_not_listed_is_told():
    with FaultServer(answer=ANSWER, models=("another", "a third")) as server:
        assert facts(asked(server))["reachable"] == "yes, 2 models listed; the model is not in its list"


def _takes_only(mode):
    """Refuse, as servers do, what the stricter modes put into a request."""
    refused_members = {"json_schema": (), "tools": ("response_format",), "json": ("response_format", "tools")}[mode]

    def script(call):
        for member in refused_members:
            if member in call.json:
                return Status(
                    400, {"error": {"message": f"{member} is not supported", "type": "invalid_request_error"}}
                )
        return Reply()

    return script


@pytest.mark.parametrize("mode", REFUSALS)
def test_the_mode_that_the_server_takes_is_found_out(mode):
    with FaultServer(_takes_only(mode), answer=ANSWER) as server:
        done = asked(server)
        assert server.stats.calls == 1 + list(REFUSALS).index(mode)
    assert done.exit_code == 0
    assert facts(done)["answers"].endswith(f"as {REFUSALS[mode]}")


@pytest.mark.parametrize("mode", REFUSALS)
def test_a_mode_that_is_given_is_the_one_that_is_tried(mode):
    with FaultServer(answer=ANSWER) as server:
        assert facts(asked(server, "--mode", mode))["answers"].endswith(f"as {REFUSALS[mode]}")
        assert server.stats.calls == 1


def test_a_mode_that_is_given_and_refused_is_told():
    with FaultServer(_takes_only("json"), answer=ANSWER) as server:
        done = asked(server, "--mode", "tools")
    assert done.exit_code == 1
    assert facts(done)["answers"].startswith("no: the server refuses the request (HTTP 400): tools is not supported")


def test_a_server_that_is_not_there_is_told(monkeypatch):
    record_waits(monkeypatch)
    done = cli("doctor", "-m", "m", "--base-url", refused_base_url())
    assert (done.exit_code, done.stderr) == (1, "")
    assert facts(done)["reachable"] == "no: the server cannot be reached: is the base URL right, and does it run?"


def test_a_server_without_a_list_of_models_is_asked_all_the_same():
    with FaultServer(answer=ANSWER, models_fault=Status(404)) as server:
        done = asked(server)
    assert done.exit_code == 0
    assert facts(done)["answers"].startswith("yes, in ")


@pytest.mark.parametrize(
    "fault", [RawBody(b"[1]"), RawBody(b"<html>", "text/html"), RawBody(b'{"data": {"x": 1}}')], ids=repr
)
def test_a_list_of_models_that_is_none_does_not_matter(fault):
    with FaultServer(answer=ANSWER, models_fault=fault) as server:
        done = asked(server)
    assert done.exit_code == 0
    assert facts(done)["reachable"] == "yes"


def test_a_key_that_is_refused_is_told_and_never_shown(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    said = {"error": {"message": f"Incorrect API key provided: {KEY}\x1b[31m", "type": "invalid_request_error"}}
    with FaultServer(Status(401, said), models_fault=Status(401, said)) as server:
        done = asked(server)
        assert server.stats.calls == 0
    assert done.exit_code == 1
    assert facts(done)["reachable"].startswith("no: the server refuses this key, model or address (HTTP 401)")
    assert "canary" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("where", ["argument", "environment", "config file"])
def test_a_key_is_never_shown_wherever_it_comes_from_and_whatever_happens(monkeypatch, where):
    from summarizer.settings import config_path

    options = ("--api-key", KEY) if where == "argument" else ()
    if where == "environment":
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
    if where == "config file":
        config_path().parent.mkdir(parents=True)
        config_path().write_text(f'api_key = "{KEY}"')
    with FaultServer(Reply(answer=f'{{"closed": "{KEY}"}}')) as server:
        done = asked(server, *options)
        assert {call.headers["authorization"] for call in server.calls} == {f"Bearer {KEY}"}
    assert done.exit_code == 1
    assert facts(done)["answers"].startswith("no: no valid answer in 3 tries")
    assert where in facts(done)["key"]
    assert "canary" not in done.stdout + done.stderr


def test_an_engine_that_there_is_not_is_told_with_those_there_are():
    done = cli("doctor", "--engine", "nonsense\x1b[31m")
    assert done.exit_code == 1
    assert facts(done)["engine"].endswith("there is no such engine; there are auto, extractive, openai")
    assert "\x1b" not in done.stdout


def test_a_model_engine_without_a_model_says_what_is_missing():
    done = cli("doctor", "--engine", "openai")
    assert done.exit_code == 1
    assert facts(done)["key"] == "not set"
    assert "give --model, or set SUMMARIZER_MODEL" in facts(done)["reachable"]


@pytest.mark.parametrize(
    "options", [("--base-url", "http://example.com/v1"), ("--mode", "yaml"), ("--api-key", "two words")]
)
def test_a_wrong_setting_is_one_line(options):
    refused(cli("doctor", *options), 2)


def test_a_model_that_never_answers_is_told_in_the_time_that_is_given(monkeypatch):
    monkeypatch.setattr("summarizer.diagnosis.PATIENCE", 0.2)
    with FaultServer(Hang()) as server:
        done = asked(server)
        assert server.stats.calls == 1
    assert done.exit_code == 1
    assert facts(done)["reachable"].startswith("yes")
    assert facts(done)["answers"].startswith("no: no whole reply within 0.2 seconds")


def test_nobody_waits_for_minutes():
    from summarizer.diagnosis import PATIENCE

    assert PATIENCE <= 60


def test_each_fact_is_told_before_the_next_is_looked_for():
    from summarizer.diagnosis import diagnose
    from summarizer.settings import resolve

    with FaultServer(answer=ANSWER) as server:
        found = diagnose(resolve(model="m", base_url=server.base_url), ask=True)
        while next(found).name != "reachable":
            assert server.stats.model_lists == 0
        assert (server.stats.model_lists, server.stats.calls) == (1, 0)
        assert next(found).name == "answers"
        found.close()
        assert server.stats.open_connections == 0
