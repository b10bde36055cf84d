"""What every test runs under: no network but loopback, no settings of the user, nothing remembered from before."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHARED = Path(__file__).parents[1].parent / "shared"
_SETTINGS = ("OPENAI_", "SUMMARIZER_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT")


class NetworkRefusedError(AssertionError):
    """A test tried to reach something outside this machine's loopback."""


def _is_loopback(address: object) -> bool:
    host = address[0] if isinstance(address, tuple) else address
    return str(host).startswith("127.") or host in {"::1", "localhost"} or not isinstance(address, tuple)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded(original):
        def call(self, address):
            if self.family != socket.AF_UNIX and not _is_loopback(address):
                raise NetworkRefusedError(f"a test tried to connect to {address}")
            return original(self, address)

        return call

    def guarded_lookup(host, *args, **kwargs):
        if host not in {None, "", "localhost", "::1"} and not str(host).startswith("127."):
            raise NetworkRefusedError(f"a test tried to look up {host}")
        return lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded(connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", guarded_lookup)


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        if name.upper().startswith(_SETTINGS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    import sys

    modes = sys.modules.get("summarizer.engines.openai.modes")
    if modes is not None:
        modes.forget_all()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real articles and labelled sets, which is no part of the project."""
    if not SHARED.is_dir():
        pytest.skip(f"no folder {SHARED.name} beside the checkout")
    return SHARED


@pytest.fixture
def example() -> Callable[[str], Path]:
    """The path of an example article by its name."""
    return lambda name: Path(__file__).parents[1] / "examples" / name


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A browser for the tests of a module; not for the whole run, because its loop stays in the thread."""
    from tests.browser import chromium

    with chromium() as started:
        yield started
