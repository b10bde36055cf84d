"""Settings come from arguments, then the environment, then the file; a wrong one is one clear line."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from summarizer import engines
from summarizer.errors import SettingsError
from summarizer.settings import DEFAULT_BASE_URL, Secret, Settings, config_path, resolve


def _config(text: str) -> None:
    config_path().parent.mkdir(parents=True, exist_ok=True)
    config_path().write_text(text, encoding="utf-8")


def test_an_argument_beats_the_environment_which_beats_the_file(monkeypatch):
    _config('model = "of-the-file"\nbase_url = "https://file.example/v1"\napi_key = "file-key"\n')
    monkeypatch.setenv("SUMMARIZER_MODEL", "of-the-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://environment.example/v1")
    settings = resolve(model="of-the-argument")
    assert (settings.model, settings.base_url) == ("of-the-argument", "https://environment.example/v1")
    assert settings.api_key == Secret("file-key")
    assert settings.origin_of("model") == "argument"
    assert settings.origin_of("base_url") == "environment"
    assert settings.origin_of("api_key").startswith("config file")
    assert settings.origin_of("mode") == "default"


def test_nothing_configured_is_the_public_endpoint_and_no_model():
    settings = resolve()
    assert settings == Settings()
    assert settings.base_url == DEFAULT_BASE_URL
    assert settings.missing_for_model() == "give --model, or set SUMMARIZER_MODEL"


def test_auto_takes_a_model_only_where_everything_for_it_is_there(monkeypatch):
    assert engines.choose(resolve())[0] == "extractive"
    monkeypatch.setenv("SUMMARIZER_MODEL", "m")
    assert engines.choose(resolve()) == ("extractive", "no model is configured: set OPENAI_API_KEY")
    assert engines.choose(resolve(model="m", api_key="k"))[0] == "openai"
    assert engines.choose(resolve(model="m", base_url="http://127.0.0.1:1/v1"))[0] == "openai"
    assert engines.choose(resolve(model="m", api_key="k", engine="extractive"))[0] == "extractive"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("modle = 'x'", "there is no setting modle"),
        ("model = 7", "model must be text"),
        ("timeout = 'long'", "timeout must be a number"),
        ("timeout = true", "timeout must be a number"),
        ("model = ", "is not TOML"),
        ("x" * 100_001, "over 100,000 bytes"),
        ("a = " + "[" * 5_000, "is not TOML"),
    ],
)
def test_a_wrong_config_file_is_one_line_that_says_what(text, words):
    _config(text)
    with pytest.raises(SettingsError) as refused:
        resolve()
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_config_file_that_is_not_utf_8_is_told():
    config_path().parent.mkdir(parents=True, exist_ok=True)
    config_path().write_bytes(b"model = '\xff'")
    with pytest.raises(SettingsError, match="it is not UTF-8"):
        resolve()


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "tab\t", "schlüssel", "k\x00"])
def test_a_malformed_key_is_refused_at_the_start_and_not_shown(key):
    with pytest.raises(SettingsError) as refused:
        Settings(api_key=Secret(key))
    assert "the API key is empty or holds" in str(refused.value)
    assert not key or key not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/v1",
        "ftp://example.com",
        "example.com/v1",
        "https://user:secret@example.com/v1",
        "https://example.com/v1?key=secret",
        "https://example.com/v1#x",
        "https://exa mple.com",
        "https://example.com:99999/v1",
        "https://",
        "http://127.0.0.1.example.com/v1",
        "http://[::2]/v1",
    ],
)
def test_an_endpoint_that_would_leak_or_cannot_be_is_refused(url):
    with pytest.raises(SettingsError) as refused:
        Settings(base_url=url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8000/v1", "http://127.0.0.1/v1", "http://[::1]:11434/v1", "https://a.example/v1"],
)
def test_plain_http_is_for_this_machine_only(url):
    assert Settings(base_url=url).base_url == url


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "yaml"},
        {"timeout": 0},
        {"max_input_tokens": -1},
        {"nonsense": 1},
        {"max_sends": 0},
        {"timeout": float("nan")},
    ],
)
def test_a_setting_out_of_range_is_refused(wrong):
    with pytest.raises(SettingsError):
        resolve(**wrong)


def test_a_secret_shows_itself_nowhere():
    settings = Settings(api_key=Secret("sk-canary"))
    assert "canary" not in f"{settings!r}{settings}{settings.api_key!r}{settings.api_key}"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(settings)


def test_an_unknown_engine_is_told_with_those_there_are():
    with pytest.raises(SettingsError, match="there are auto, extractive, openai"):
        engines.create(resolve(engine="nonsense"))


def test_a_model_that_is_asked_for_is_never_left_out_quietly():
    with pytest.raises(SettingsError, match="set OPENAI_API_KEY"):
        engines.create(resolve(model="m"))


@pytest.mark.parametrize("option", ["record", "replay"])
def test_there_is_nothing_to_record_or_replay_without_a_model(option, tmp_path):
    with pytest.raises(SettingsError, match="nothing to record or replay"):
        engines.create(resolve(engine="extractive", **{option: tmp_path / "run.yaml"}))


def test_a_path_may_be_a_string_and_a_number_may_not():
    assert resolve(record="run.yaml").record == Path("run.yaml")
    with pytest.raises(SettingsError, match="timeout must be a number"):
        resolve(timeout="30")
