"""One limiter for each server, key and model of a process, whichever engines ask."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from summarizer.engines.openai.limits.limiter import Limiter
from summarizer.engines.openai.limits.shared import LocalPace, SharedPace, name_of, state_folder

if TYPE_CHECKING:
    from summarizer.settings import Settings

#: A program that goes through more servers than this forgets the first.
_MOST = 256
_limiters: dict[str, Limiter] = {}
_lock = threading.Lock()


def limiter_for(settings: Settings) -> Limiter:
    """Give the limiter of the settings' server, key and model; a replay has one of its own, that knows no limits."""
    if settings.replay is not None:
        return Limiter(hears=False)
    parts = urlsplit(settings.base_url)
    key = settings.api_key.reveal() if settings.api_key else ""
    name = name_of(f"{parts.scheme}://{parts.netloc}".lower(), key, settings.model or "")
    with _lock:
        if name not in _limiters:
            if len(_limiters) >= _MOST:
                del _limiters[next(iter(_limiters))]
            _limiters[name] = Limiter(_store(name))
        limiter = _limiters[name]
    if settings.rpm is not None or settings.tpm is not None:
        limiter.configure(settings.rpm, settings.tpm)
    return limiter


def forget_all() -> None:
    """Forget all limiters, as a new process would."""
    with _lock:
        _limiters.clear()


def _store(name: str) -> LocalPace:
    folder = state_folder()
    return LocalPace() if folder is None else SharedPace(folder / name)
