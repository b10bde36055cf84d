"""Takes the pictures of the docs from an example: `make screenshots`. Needs chromium, as the tests of pages do."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from summarizer import Summarizer
from summarizer.reading import read
from summarizer.render.html.page import render_html
from tests.browser import chromium, opened

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
#: Pictures are read on a page, not measured: this is sharp enough and small.
LARGEST = 300_000


def main() -> None:
    """Write both pictures and print their sizes."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        page = Path(folder) / "brief.html"
        page.write_text(_page(), encoding="utf-8")
        with opened(browser, page, width=1280, height=860, reduced_motion="reduce") as shown:
            shown.page.locator("main").get_by_text("Kelmaria would suspend its step").hover()
            shown.page.wait_for_selector(".s.lit")
            _take(shown.page, "page.png")
        with opened(browser, page, width=390, height=844, color_scheme="dark", reduced_motion="reduce") as shown:
            shown.page.get_by_role("heading", name="Next steps").evaluate("node => node.scrollIntoView()")
            _take(shown.page, "page-dark-phone.png")


def _page() -> str:
    with contextlib.chdir(ROOT):  # the page names the path that it was given
        article = read(Path("examples/trade-dispute.txt"))
    with Summarizer(replay=ROOT / "cassettes" / "trade-dispute.yaml") as summarizer:
        return render_html(summarizer.brief(article), article)


def _take(page: object, name: str) -> None:
    path = FOLDER / name
    page.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size:,} bytes")
    if size > LARGEST:
        raise SystemExit(f"{name} is larger than {LARGEST:,} bytes")


if __name__ == "__main__":
    main()
