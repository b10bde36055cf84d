"""One frame for every page, so that one content policy and one look hold wherever a brief is shown."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from summarizer.render.items import one_line
from summarizer.render.safe import visible

_HERE: Final = Path(__file__).parent
_POLICY: Final = "default-src 'none'; {style}; {script}; base-uri 'none'; form-action 'none'"
#: What could end a script element or begin a comment in one, and what old readers of JSON stumble over.
_IN_SCRIPT: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&'\u2028\u2029"})


def frame(body: Markup, *, title: str, style: str = "", script: str = "", language: str = "en") -> str:
    """Wrap a body, which is escaped already, into a whole document that loads nothing from anywhere.

    `style` and `script` are the page's own and follow the shared ones of `style.css` and `script.js`; the
    policy allows exactly these by their sha256 and nothing else: no address, no `style` attribute, no `on...`
    attribute. `title` is data; `language` is that of the words on the page which are ours.
    """
    styles, scripts = asset("style.css") + style, asset("script.js") + script
    return render_template(
        "document.html",
        body=body,
        title=one_line(title),
        language=language,
        # Markup: both are files of ours, and a browser reads them as they stand.
        style=Markup(styles),  # noqa: S704
        script=Markup(scripts),  # noqa: S704
        policy=policy(styles, scripts),
    )


def policy(style: str, script: str) -> str:
    """Give the content policy that allows one inline style and one inline script; an empty one is not allowed."""
    return _POLICY.format(style=_allowed("style-src", style), script=_allowed("script-src", script))


def embedded(identifier: str, value: object) -> Markup:
    """Give a data block for a script to read: `JSON.parse(document.getElementById(identifier).textContent)`.

    `value` is anything that JSON holds. Nothing in it can end the block: what could is escaped within the JSON.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_IN_SCRIPT)
    whole = text.encode("utf-8", "replace").decode()
    # Markup: within a script element entities mean nothing, so the JSON itself is what is escaped.
    return Markup('<script type="application/json" id="{}">{}</script>').format(identifier, Markup(whole))  # noqa: S704


def render_template(name: str, **values: Any) -> str:  # noqa: ANN401 - a template takes anything
    """Render a file of `templates/`: every value is made visible and escaped, a missing one is an error."""
    return environment().get_template(name).render(values)


@cache
def environment(folder: Path = _HERE / "templates") -> Environment:
    """Build the environment of the templates in a folder; values are never templates themselves."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def asset(name: str) -> str:
    """Read a file that lies beside this module, such as `style.css`; line ends are line feeds."""
    return (_HERE / name).read_text(encoding="utf-8")


def _shown(value: object) -> object:
    return visible(value, multiline=True) if type(value) is str else value


def _allowed(directive: str, text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"{directive} 'sha256-{digest}'" if text else f"{directive} 'none'"
