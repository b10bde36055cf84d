"""The key stays where it belongs, and requests go to the one server that was named."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle
import socket
import traceback
from contextlib import suppress

import httpx2
import openai
import pytest

from summarizer import Summarizer
from summarizer.brief import Tokens
from summarizer.cassettes import REDACTED
from summarizer.diagnosis import diagnose
from summarizer.engines.openai import OpenAIEngine
from summarizer.engines.openai.client import ours
from summarizer.errors import (
    AccountError,
    ConnectError,
    IncompatibleError,
    RefusedError,
    RunError,
    ServerError,
    SettingsError,
    SummarizerError,
)
from summarizer.kinds import brief_kind
from summarizer.settings import Secret, Settings, resolve
from tests.answers import KEY, article, good_text, record_waits, run_one, settings_for, unknown_party
from tests.faultserver import (
    Fault,
    FaultServer,
    HalfBody,
    HugeHeaders,
    RawBody,
    Redirect,
    Refusal,
    Reply,
    ResetAfter,
    Status,
    insufficient_quota,
    refused_base_url,
)

GOOD = good_text()
SECRET = Secret(KEY)
ECHO = f"you sent Bearer {KEY} as your key"
#: What the server does in turn, the key repeated wherever it can say something.
FAULTS = {
    "good": Reply(),
    "reask": [Reply(answer=unknown_party()), Reply()],
    "401 with the key": Status(401, {"error": {"message": ECHO}}),
    "401 with the key at the cut": Status(401, {"error": {"message": "x" * 220 + KEY}}),
    "400 with the key": Status(400, {"detail": [{"loc": ["header", KEY], "msg": ECHO}]}),
    "500 with the key": Status(500, ECHO.encode()),
    "quota": insufficient_quota(),
    "redirect with the key": Redirect(307, f"http://127.0.0.1:9/{KEY}"),
    "html with the key": RawBody(f"<html>{ECHO}</html>".encode(), "text/html"),
    "another api with the key": RawBody(f'{{"headers": {{"authorization": "{ECHO}"}}}}'.encode()),
    "refusal with the key": Refusal(ECHO),
    "an answer with the key": Reply(answer=good_text(gaps=[ECHO])),
    "no json with the key": Reply(answer=ECHO),
    "bytes with the key": RawBody(b"\xff\xfe" + ECHO.encode()),
    "headers with the key": RawBody(b"<html>", headers={"x-echo": ECHO, "set-cookie": f"k={KEY}"}),
    "broken http": HugeHeaders(200_000),
    "reset": ResetAfter(),
    "half": HalfBody(),
}


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    return record_waits(monkeypatch)


@pytest.fixture
def logged(caplog):
    for name in (
        "openai",
        "httpx",
        "httpx2",
        "httpcore2",
        "aiohttp",
        "instructor",
        "asyncio",
        "tenacity",
        "summarizer",
    ):
        caplog.set_level(logging.DEBUG, logger=name)
    caplog.set_level(logging.DEBUG)
    return caplog


def chain(error):
    """Give an error and all that led to it, shown in a traceback or not."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return seen


def told_by(error):
    shown = traceback.TracebackException.from_exception(error, capture_locals=True, compact=False)
    parts = [f"{one!r} {one} {vars(one)}" for one in chain(error)]
    frames = [f for f in shown.stack if "/summarizer/" in f.filename]
    return "\n".join([*parts, *traceback.format_exception(error), *(str(frame.locals) for frame in frames)])


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_the_key_is_in_no_log_error_brief_or_cassette(fault, logged, tmp_path, capfd):
    cassette = tmp_path / "exchange.yaml"
    said = []
    with FaultServer(fault, answer=GOOD) as server:
        with Summarizer(
            model="m", base_url=server.base_url, api_key=KEY, mode="json_schema", record=cassette
        ) as summarizer:
            try:
                said.append(summarizer.brief(article()).model_dump_json())
            except SummarizerError as error:
                said += [told_by(error), str(pickle.loads(pickle.dumps(error)))]
            said += [repr(summarizer), str(vars(summarizer)), str([vars(e) for e in summarizer._engines.values()])]
        assert server.calls[0].headers["authorization"] == f"Bearer {KEY}"
        if isinstance(fault, Fault):
            server.assert_landed(fault.name)
    out, err = capfd.readouterr()
    said += [out, err, logged.text, *(str(vars(record)) for record in logged.records)]
    said.append(cassette.read_bytes().decode("utf-8", "surrogateescape"))
    assert logged.records
    assert "exchange" in str(cassette)
    assert [part[max(0, part.index(KEY) - 80) :][:200] for part in said if KEY in part] == []
    assert "sk-canary" not in "".join(said)


def test_the_scanner_finds_a_key_that_is_there():
    assert KEY in told_by(ValueError(KEY))
    error = ValueError()
    error.__context__ = KeyError(KEY)
    error.__suppress_context__ = True
    assert KEY in told_by(error)


def test_what_a_server_repeats_of_the_key_is_replaced_and_the_rest_is_told():
    with FaultServer(Status(401, {"error": {"message": ECHO}})) as server:
        failure = run_one(server.base_url, api_key=SECRET)
        server.assert_landed("status_401")
    assert str(failure).endswith(f"you sent Bearer {REDACTED} as your key")


def test_an_answer_that_repeats_the_key_becomes_a_brief_without_it():
    with FaultServer(Reply(answer=good_text(gaps=[ECHO]))) as server:
        draft = run_one(server.base_url, api_key=SECRET)
    assert draft.content.gaps == [ECHO.replace(KEY, REDACTED)]


def test_a_placeholder_for_a_key_is_an_ordinary_word():
    with FaultServer(Refusal("none of your business")) as server:
        failure = run_one(server.base_url, api_key=Secret("none"))
        server.assert_landed("refusal")
    assert isinstance(failure, RefusedError)
    assert failure.reason == "none of your business"


def test_nothing_that_holds_the_key_can_be_shown_or_pickled():
    settings = Settings(model="m", api_key=SECRET)
    engine = OpenAIEngine(settings)
    summarizer = Summarizer(model="m", api_key=KEY)
    for thing in (settings, engine, summarizer, SECRET, engine._client):
        assert KEY not in repr(thing) + str(thing) + str(vars(thing) if hasattr(thing, "__dict__") else "")
        with suppress(TypeError, AttributeError, pickle.PicklingError):
            assert KEY.encode() not in pickle.dumps(thing)


def test_a_proxy_with_a_password_is_not_shown():
    assert "hunter2" not in repr(Settings(model="m", proxy="http://user:hunter2@proxy.test:8080"))


@pytest.mark.parametrize("ask", [True, False])
@pytest.mark.parametrize("plan", [Reply(), Status(401, {"error": {"message": ECHO}}), RawBody(ECHO.encode())])
def test_the_diagnosis_never_shows_the_key(plan, ask, logged):
    with FaultServer(plan, answer=GOOD, models_fault=plan if isinstance(plan, Fault) else None) as server:
        settings = resolve(model="m", base_url=server.base_url, api_key=KEY)
        told = "\n".join(f"{fact.name} {fact.text}" for fact in diagnose(settings, ask=ask))
        assert server.stats.model_lists == 1
        if isinstance(plan, Fault):
            server.assert_landed(plan.name)
    assert "key set" in told
    assert KEY not in told + logged.text


@pytest.mark.parametrize("fault", [Status(401, {"error": {"message": ECHO}}), Status(307), Status(500, ECHO.encode())])
def test_a_list_of_models_that_cannot_be_had_is_one_of_our_errors_without_the_key(fault):
    async def ask(base_url):
        engine = OpenAIEngine(settings_for(base_url, api_key=SECRET))
        try:
            return await engine.models()
        finally:
            await engine.aclose()

    with FaultServer(models_fault=fault) as server:
        with pytest.raises(RunError) as caught:
            asyncio.run(ask(server.base_url))
        assert server.stats.model_lists == 1
    assert KEY not in told_by(caught.value)


@pytest.mark.parametrize("body", [b"[1]", b"null", b'{"data": 7}', b"<html>", b"[" * 100_000, b'{"data": [7, null]}'])
def test_a_list_of_models_that_is_none_is_empty(body):
    async def ask(base_url):
        engine = OpenAIEngine(settings_for(base_url))
        try:
            return await engine.models()
        finally:
            await engine.aclose()

    with FaultServer(models_fault=RawBody(body, label="odd")) as server:
        assert asyncio.run(ask(server.base_url)) == []
        server.assert_landed("odd")


@pytest.mark.parametrize(
    "key", [f"{KEY}\n", f"{KEY} ", f"{KEY}\r\nX-Evil: 1", f"{KEY}é", "", " ", f"\ufeff{KEY}", f"{KEY}\x00"]
)
def test_a_key_that_no_header_can_hold_is_refused_at_the_start_and_not_repeated(key):
    with FaultServer() as server:
        with pytest.raises(SettingsError) as caught:
            resolve(model="m", base_url=server.base_url, api_key=key)
        with (
            Summarizer(model="m", base_url=server.base_url, api_key=key) as summarizer,
            pytest.raises(SettingsError) as late,
        ):
            summarizer.brief(article())
        assert server.stats.connections_opened == 0
    assert KEY not in "".join(traceback.format_exception(caught.value)) + told_by(late.value)


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{KEY}@models.test/v1",
        f"https://{KEY}@models.test/v1",
        f"https://models.test/v1?key={KEY}",
        f"https://models.test/v1#{KEY}",
        f"https://models.test:{KEY}/v1",
        f"file:///{KEY}",
        f"https://models.test/{KEY}\n",
        f"https://{KEY}\\@models.test/",
        f"//{KEY}",
    ],
)
def test_a_url_that_holds_more_than_an_address_is_refused_and_not_repeated(url):
    with pytest.raises(SettingsError) as caught:
        Settings(model="m", base_url=url)
    assert KEY not in "".join(traceback.format_exception(caught.value)) + str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://models.test/v1",
        "http://10.0.0.1/v1",
        "http://127.0.0.1.models.test/v1",
        "http://0.0.0.0/v1",
        "http://2130706433/",
    ],
)
def test_plain_http_to_another_machine_is_refused_before_a_socket_is_opened(url, monkeypatch):
    opened = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: opened.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: opened.append(args))
    with pytest.raises(SettingsError, match="plain http"):
        Settings(model="m", base_url=url, api_key=SECRET)
    assert opened == []


@pytest.mark.parametrize("name", ["max_reasks", "max_wait", "timeout", "concurrency", "max_sends"])
def test_limits_that_make_no_sense_are_refused(name):
    with pytest.raises(SettingsError, match=name.replace("_", "-")):
        Settings(model="m", **{name: -1})


@pytest.mark.parametrize(
    "proxy", ["proxy", "socks5://127.0.0.1:9", "http://", "http://a b", "http://[::1", "http://h:0"]
)
def test_a_proxy_that_is_none_is_refused(proxy):
    with pytest.raises(SettingsError, match="proxy"):
        Settings(model="m", proxy=proxy)


@pytest.mark.parametrize("model", ["", "m\udcff", "m\n", "m\x1b[2J"])
def test_a_name_of_a_model_that_cannot_be_sent_is_refused(model):
    with pytest.raises(SettingsError, match="model"):
        Settings(model=model)


@pytest.mark.parametrize("code", [300, 301, 302, 303, 304, 305, 307, 308])
def test_a_redirect_is_not_followed_and_stops_the_engine(code):
    with FaultServer(answer=GOOD) as other, FaultServer(Redirect(code, f"{other.base_url}/chat/completions")) as server:
        failure = run_one(server.base_url, api_key=SECRET)
        server.assert_landed("redirect")
        assert server.stats.calls == 1
        assert other.stats.connections_opened == 0
    assert isinstance(failure, AccountError)
    assert (failure.status, failure.stops_run) == (code, True)


def test_a_redirect_of_the_list_of_models_is_not_followed():
    async def ask(base_url):
        engine = OpenAIEngine(settings_for(base_url))
        try:
            await engine.models()
        finally:
            await engine.aclose()

    with FaultServer() as other, FaultServer(models_fault=Redirect(302, f"{other.base_url}/models")) as server:
        with pytest.raises(AccountError):
            asyncio.run(ask(server.base_url))
        server.assert_landed("redirect")
        assert other.stats.connections_opened == 0


def test_proxies_and_passwords_of_the_environment_are_ignored(monkeypatch, tmp_path):
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password netrc-secret\n")
    netrc.chmod(0o600)
    with FaultServer(answer=GOOD) as proxy, FaultServer(answer=GOOD) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
            monkeypatch.setenv(name.lower(), proxy.origin)
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("HOME", str(tmp_path))
        draft = run_one(server.base_url)
        (call,) = server.calls
        assert proxy.stats.connections_opened == 0
    assert draft.tries == 1
    assert call.headers["authorization"] == "Bearer none"


def test_a_proxy_is_used_where_one_is_asked_for():
    with FaultServer(answer=GOOD) as proxy:
        draft = run_one(refused_base_url(), proxy=proxy.origin)
        (call,) = proxy.calls
    assert draft.tries == 1
    assert call.path.startswith("http://127.0.0.1")


def test_a_proxy_that_refuses_to_connect_leaves_the_request_unsent():
    with FaultServer() as proxy:  # it knows no CONNECT and says so
        failure = run_one("https://models.test/v1", proxy=proxy.origin)
        assert proxy.stats.connections_opened >= 1
        assert proxy.stats.paid == 0
    assert isinstance(failure, ConnectError)
    assert failure.tokens == Tokens()


# --- our errors, whatever the SDK raises ---

#: Those that the SDK's client raises on the way of a request; the rest belongs to parts that are not used here.
KNOWN = frozenset(
    {
        "APIConnectionError",
        "APIError",
        "APIResponseValidationError",
        "APIStatusError",
        "APITimeoutError",
        "AuthenticationError",
        "BadRequestError",
        "ConflictError",
        "ContentFilterFinishReasonError",
        "InternalServerError",
        "LengthFinishReasonError",
        "MissingDependencyError",
        "MutuallyExclusiveAuthError",
        "NotFoundError",
        "OAuthError",
        "PermissionDeniedError",
        "RateLimitError",
        "StreamAlreadyConsumed",
        "SubjectTokenProviderError",
        "UnprocessableEntityError",
        "WebSocketConnectionClosedError",
        "WebSocketQueueFullError",
        "_AmbiguousModuleClientUsageError",
        "APIRemovedInV1",
    }
)


def descendants(kind):
    return {kind}.union(*(descendants(child) for child in kind.__subclasses__()))


def test_the_sdk_has_grown_no_exception_that_nobody_has_looked_at():
    grown = {kind.__name__ for kind in descendants(openai.OpenAIError) if kind.__module__.startswith("openai")}
    assert grown - KNOWN - {"OpenAIError"} == set()


@pytest.mark.parametrize(
    "kind", sorted(descendants(openai.OpenAIError), key=lambda kind: kind.__name__), ids=lambda k: k.__name__
)
def test_every_exception_of_the_sdk_becomes_one_of_ours(kind):
    error = kind.__new__(kind)
    error.args = (f"all about {KEY}",)
    if issubclass(kind, openai.APIStatusError):
        error.status_code, error.body, error.code = 500, {"message": "no"}, None
        error.response = httpx2.Response(500)
    mapped = ours(error)
    assert isinstance(mapped, RunError)
    assert KEY not in str(mapped)


def test_a_mistake_of_our_own_is_no_lost_reply():
    error = openai.APIConnectionError.__new__(openai.APIConnectionError)
    error.__cause__ = TypeError("a mistake")
    mapped = ours(error)
    assert type(mapped) is RunError
    assert "TypeError" in str(mapped)


@pytest.mark.parametrize(
    "error",
    [
        AccountError("no", status=401),
        ServerError("no", status=500, retry_after=2.5),
        RefusedError("no", reason="because"),
        IncompatibleError("no"),
    ],
)
def test_errors_can_be_copied_and_pickled_with_all_they_hold(error):
    error.tries = 3
    for made in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(made) is type(error)
        assert (made.args, vars(made)) == (error.args, vars(error))
        assert made.__traceback__ is None


def test_an_error_holds_on_to_nothing_of_the_exchange():
    async def write(base_url):
        engine = OpenAIEngine(settings_for(base_url))
        try:
            await engine.write(article(), brief_kind())
        except RunError as error:
            return error
        finally:
            await engine.aclose()

    with FaultServer(Status(500, b"x" * 50_000)) as server:
        error = asyncio.run(write(server.base_url))
        server.assert_landed("status_500")
    assert (error.__cause__, error.__context__) == (None, None)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    assert not any("aiohttp" in frame.f_code.co_filename for frame in frames)
    assert len(frames) <= 4
