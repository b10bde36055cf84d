"""A real browser for the tests of pages: chromium, driven from here, with pages from disk and everything it does noted.

Where chromium is missing the tests skip; with SUMMARIZER_BROWSER=required they fail. SUMMARIZER_AXE names the
file axe.min.js of axe-core, which is no part of this project; without it the tests that need it skip or fail alike.
So does SUMMARIZER_NAUGHTY, of `tests.corpora`, for the Big List of Naughty Strings.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
# Read here: a fixture takes the project's variables away from every test.
IS_REQUIRED = os.environ.get("SUMMARIZER_BROWSER") == "required"
AXE = Path(os.environ.get("SUMMARIZER_AXE", "axe.min.js"))
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # whatever a page asks for, no name is looked up
)
_NOTE_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
window.owned = () => { window.isOwned = true; top.postMessage("owned", "*"); };
window.addEventListener("message", (event) => { if (event.data === "owned") window.isOwned = true; });
"""


def missing(what, untested="the pages are not tested in a browser"):
    """Skip a test, or fail where a browser is required."""
    (pytest.fail if IS_REQUIRED else pytest.skip)(f"no {what}: {untested}")


@contextmanager
def chromium():
    """Start the browser, and stop it and the loop that drives it at the end."""
    if not CHROMIUM.exists():
        missing(str(CHROMIUM))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield started
        started.close()


@dataclass
class Opened:
    """A page that is open, and what it did besides being shown."""

    page: object
    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def violations(self):
        """Give the directives of the content policy that something on the page ran into."""
        return self.page.evaluate("window.violations")

    def harm(self):
        """Give all that the page did besides being shown: what ran, spoke or failed, was refused, or was asked for."""
        owned = ["owned"] if self.page.evaluate("'isOwned' in window") else []
        return [*owned, *self.dialogs, *self.messages, *self.violations(), *self.requests[1:]]

    def axe(self):
        """Give what axe-core finds, one line a rule, with the first element that breaks it."""
        if not AXE.is_file():
            missing("axe.min.js of axe-core (SUMMARIZER_AXE)")
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: tags}).then(r => [r.passes.length, r.violations])", tags
        )
        assert found[0] > 10  # it has looked
        return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found[1]]

    def width(self):
        """Give how much wider than the window the document is, in pixels."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@contextmanager
def opened(browser, path, *, width=1280, height=800, **options):
    """Open a page from disk in a window of its own."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.add_init_script(_NOTE_VIOLATIONS)
    page = context.new_page()
    found = Opened(page)
    page.on("dialog", lambda dialog: (found.dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("console", lambda message: found.messages.append(message.text))
    page.on("pageerror", lambda error: found.messages.append(str(error)))
    try:
        page.goto(path.as_uri())
        yield found
    finally:
        context.close()
