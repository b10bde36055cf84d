"""Where settings come from: arguments first, then the environment, then a TOML file in the user's config folder."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from summarizer.errors import SettingsError
from summarizer.prices import Price
from summarizer.render.safe import visible

Mode = Literal["auto", "json_schema", "tools", "json"]
MODES: tuple[Mode, ...] = ("auto", "json_schema", "tools", "json")

DEFAULT_BASE_URL = "https://api.openai.com/v1"
MAX_CONFIG_BYTES = 100_000
MAX_URL_LENGTH = 2_000
#: A name in ASCII (an international one as it goes over the wire, xn--...), or an IPv6 address.
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)

_ENVIRONMENT = {"api_key": "OPENAI_API_KEY", "base_url": "OPENAI_BASE_URL", "model": "SUMMARIZER_MODEL"}
#: What the config file may hold, with the type of each.
_CONFIG: dict[str, tuple[type, ...]] = {
    "api_key": (str,),
    "base_url": (str,),
    "model": (str,),
    "engine": (str,),
    "mode": (str,),
    "max_input_tokens": (int,),
    "max_output_tokens": (int,),
    "timeout": (int, float),
}


class Secret:
    """A key that no `repr`, log, pickle or traceback shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Give the key itself, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(...)"

    def __reduce__(self) -> Any:  # noqa: ANN401 - pickle's protocol
        raise TypeError("a secret is not pickled")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that decides how a brief is written, resolved and checked.

    Times are in seconds, limits in tokens.
    """

    engine: str = "auto"
    model: str | None = None
    base_url: str = DEFAULT_BASE_URL
    api_key: Secret | None = None
    mode: Mode = "auto"
    #: An article over this is an error before anything is sent.
    max_input_tokens: int = 100_000
    max_output_tokens: int = 8_192
    temperature: float | None = None
    #: For one HTTP call, from the first byte sent to the last received.
    timeout: float = 180.0
    #: For one article, all tries and waits together, but for waits for its turn (see `patient`).
    total_timeout: float = 600.0
    #: The longest wait that a server may ask for before the call fails instead.
    max_wait: float = 120.0
    #: Requests and tokens a minute that the server allows; None learns them, and what the server says goes first.
    rpm: float | None = None
    tpm: float | None = None
    #: Whether an article outlasts a server's holds and outages, as in a batch, or fails for somebody who waits.
    patient: bool = False
    #: HTTP calls for one request, the first included.
    max_sends: int = 3
    #: Whether a call that may have been paid is sent once more.
    resend_unknown: bool = True
    #: Re-asks for one article after answers that do not fit.
    max_reasks: int = 2
    #: Rounds in which failing items alone are asked for again; 0 turns mending off.
    max_mends: int = 2
    concurrency: int = 64
    #: What the model costs, where that is not known by its name and server.
    price: Price | None = None
    proxy: str | None = field(default=None, repr=False)  # it may hold a password
    record: Path | None = None
    replay: Path | None = None
    _origins: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self)

    def missing_for_model(self) -> str | None:
        """Say what a model engine lacks, or None."""
        if not self.model:
            return "give --model, or set SUMMARIZER_MODEL"
        if self.api_key is None and not self.is_local:
            return "set OPENAI_API_KEY"
        return None

    @property
    def is_local(self) -> bool:
        """Whether the endpoint is on this machine; such a one may work without a key and over plain http."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    def origin_of(self, name: str) -> str:
        """Tell where a setting came from: an argument, the environment or the config file."""
        return self._origins.get(name, "default")


_NUMBERS = frozenset({f.name for f in fields(Settings) if f.type in {"int", "float", "float | None"}})


def resolve(**given: Any) -> Settings:  # noqa: ANN401 - checked against the fields of Settings
    """Resolve settings: what is given and not None, then the environment, then the config file.

    Raises SettingsError with one line that says what to change.
    """
    known = {f.name for f in fields(Settings) if not f.name.startswith("_")}
    if unknown := sorted(set(given) - known):
        raise SettingsError(f"there is no setting {visible(unknown[0])}")
    layers = [
        ("argument", _sealed({name: value for name, value in given.items() if value is not None})),
        ("environment", _sealed(_from_environment())),
        (f"config file {config_path()}", _sealed(_from_config())),
    ]
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, layer in layers:
        for name in layer.keys() - values.keys():
            values[name], origins[name] = _typed(name, layer[name]), origin
    return Settings(**values, _origins=origins)


def _typed(name: str, value: Any) -> Any:  # noqa: ANN401 - any setting
    """Take a path given as a string; SettingsError for what is no number where one is needed."""
    if name in {"record", "replay"} and isinstance(value, str):
        return Path(value)
    if name == "price" and isinstance(value, str):
        return _price(value)
    if name in _NUMBERS and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise SettingsError(f"{name.replace('_', '-')} must be a number")
    return value


def _price(text: str) -> Price:
    try:
        return Price.parse(text)
    except ValueError:
        raise SettingsError(
            f"price {visible(text)}: give dollars for a million tokens in and out, such as 0.15/0.60"
        ) from None


def _sealed(values: dict[str, Any]) -> dict[str, Any]:
    """Put the key away before anything else is looked at: a traceback may show variables."""
    key = values.get("api_key")
    return {**values, "api_key": Secret(key)} if isinstance(key, str) else values


def config_path() -> Path:
    """Give the path of the user's config file, whether or not it exists."""
    if os.name == "nt":
        base = Path(os.environ.get("APPDATA") or Path.home())
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "summarizer" / "config.toml"


def _from_environment() -> dict[str, str]:
    found = {name: os.environ.get(variable, "").strip(" ") for name, variable in _ENVIRONMENT.items()}
    return {name: value for name, value in found.items() if value}


def _from_config() -> dict[str, Any]:
    path = config_path()
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise SettingsError(f"{visible(str(path))} is over {MAX_CONFIG_BYTES:,} bytes")
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise SettingsError(f"{visible(str(path))} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        line = visible(str(error)) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8 or too deep"
        raise SettingsError(f"{visible(str(path))} is not TOML: {line}") from None
    for name, value in values.items():
        _check_config(path, name, value)
    return values


def _check_config(path: Path, name: str, value: object) -> None:
    if name not in _CONFIG:
        raise SettingsError(
            f"{visible(str(path))}: there is no setting {visible(name)}; there are {', '.join(_CONFIG)}"
        )
    if not isinstance(value, _CONFIG[name]) or isinstance(value, bool):
        wanted = "text" if _CONFIG[name] == (str,) else "a number"
        raise SettingsError(f"{visible(str(path))}: {name} must be {wanted}")


def _check(settings: Settings) -> None:
    if settings.model is not None and not (settings.model and settings.model.isprintable()):
        raise SettingsError("the model's name is empty or holds control characters")
    if settings.mode not in MODES:
        raise SettingsError(f"there is no mode {visible(str(settings.mode))}; there are {', '.join(MODES)}")
    _check_numbers(settings)
    if settings.record is not None and settings.replay is not None:
        raise SettingsError("a run can be recorded or replayed, not both")
    if settings.api_key is not None and not _fits_a_header(settings.api_key.reveal()):
        raise SettingsError(
            "the API key is empty or holds a space, a line break or a non-ASCII character; copy it again"
        )
    _check_url(settings)
    if settings.proxy is not None:
        _check_proxy(settings.proxy)


def _check_numbers(settings: Settings) -> None:
    for name in (
        "max_input_tokens",
        "max_output_tokens",
        "timeout",
        "total_timeout",
        "max_sends",
        "concurrency",
    ):
        if not getattr(settings, name) > 0:
            raise SettingsError(f"{name.replace('_', '-')} must be more than 0")
    if settings.temperature is not None and not 0 <= settings.temperature <= 2:  # noqa: PLR2004 - what APIs take
        raise SettingsError("temperature must lie between 0 and 2")
    for name in ("rpm", "tpm"):
        value = getattr(settings, name)
        if value is not None and not 0 < value < float("inf"):
            raise SettingsError(f"{name} must be more than 0")
    for name in ("max_reasks", "max_mends", "max_wait"):
        if not getattr(settings, name) >= 0:
            raise SettingsError(f"{name.replace('_', '-')} must be 0 or more")


def _fits_a_header(key: str) -> bool:
    return bool(key) and all("!" <= c <= "~" for c in key)


def _check_url(settings: Settings) -> None:
    url = settings.base_url
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        raise SettingsError("the base URL is malformed") from None
    is_usable = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.hostname or "") and port_is_valid
    if not is_usable or len(url) > MAX_URL_LENGTH or any(not "!" <= c <= "~" for c in url):
        raise SettingsError("the base URL must look like https://host/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(
            "the base URL must hold no user, password, query or fragment; the key goes into OPENAI_API_KEY"
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise SettingsError(
            "plain http would send the key and the article in the clear; use https, or a server on this machine"
        )


def _check_proxy(proxy: str) -> None:
    try:
        parts = urlsplit(proxy)
        port_is_valid = parts.port is None or parts.port > 0
        is_usable = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.hostname or "") and port_is_valid
    except ValueError:
        is_usable = False
    if not is_usable or any(not "!" <= c <= "~" for c in proxy):
        raise SettingsError("the proxy must look like http://host:port")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine's loopback."""
    import ipaddress  # noqa: PLC0415 - 6 ms, only where an endpoint is looked at

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
