"""Measures the reader over a folder: writing it, its first paint, and each key of a search, in a real browser.

The briefs are made up of this file's own words. Run: python -m benchmarks.reader [BRIEFS ...]
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from statistics import median

from summarizer.brief import (
    ArticleInfo,
    Brief,
    Content,
    NextStep,
    Party,
    Provenance,
    Span,
    Statement,
    Threat,
    Tokens,
    Verdict,
    Verification,
    When,
)
from summarizer.export import export
from summarizer.site.folder import BriefFolder
from summarizer.site.writing import write_site
from tests.browser import ARGUMENTS, CHROMIUM

PLACES = [
    "Norvania",
    "Kelmaria",
    "Tessal",
    "Ardovia",
    "Brannoch",
    "Quillen",
    "Ostrava",
    "Merrow",
    "Vantis",
    "Sollund",
    "Pellerin",
    "Garrow",
]
BODIES = [
    "ministry",
    "parliament",
    "authority",
    "union",
    "company",
    "council",
    "court",
    "bank",
    "navy",
    "agency",
    "federation",
    "board",
]
ACTS = [
    "close",
    "raise",
    "suspend",
    "sanction",
    "withdraw",
    "tax",
    "block",
    "refuse",
    "cut",
    "seize",
    "review",
    "delay",
]
THINGS = [
    "tariff",
    "port",
    "fee",
    "channel",
    "contract",
    "treaty",
    "vessel",
    "loan",
    "pipeline",
    "quota",
    "licence",
    "border",
    "election",
]
OUTLETS = ("The Ellery Gazette", "Northern Post", "Der Hafenbote", "Le Courrier de Merrow", "Kelmaria Today")
KINDS = ("request", "accuse", "reject", "threaten", "protest", "sanction", "mobilize", "coerce", "assault")
QUERY = "quillen port fee"
RUNS = 5
FIRST = dt.date(2026, 1, 1)


def made_up(number: int) -> Brief:
    """Make a brief of about the size that a model writes, always the same for a number."""
    dice = random.Random(number)
    spans = [_span(dice, n) for n in range(1, 21)]
    published = FIRST + dt.timedelta(days=dice.randrange(300))
    parties = [_party(dice, spans) for _ in range(dice.randint(2, 7))]
    names = [*{party.name: None for party in parties}, *dice.sample(PLACES, 2)]
    content = Content(
        headline=_statement(dice, spans),
        bottom_line=_statement(dice, spans, 24),
        parties=parties,
        stakes=[],
        threats=[_threat(dice, spans, names) for _ in range(dice.randint(0, 3))],
        next_steps=[_step(dice, spans, published) for _ in range(dice.randint(0, 3))],
        quotations=[],
        gaps=[],
    )
    words = {name: getattr(content, name) for name in Content.model_fields}
    article = _article(dice, number, published)
    return Brief(article=article, **words, verification=Verification.of(content), provenance=_origin(dice))


def _sentence(dice: random.Random, words: int) -> str:
    drawn = [dice.choice((BODIES, ACTS, THINGS, PLACES)[n % 4]) for n in range(words)]
    return " ".join(drawn).capitalize() + "."


def _span(dice: random.Random, number: int) -> Span:
    words = _sentence(dice, 18)
    return Span(sentence=number, start=number * 200, end=number * 200 + len(words), quote=words)


def _verdict(dice: random.Random) -> Verdict:
    return Verdict(value=dice.choices(("supported", "weak", "unsupported"), (90, 7, 3))[0], score=0.9)


def _rest(dice: random.Random, spans: list[Span]) -> dict:
    return {"evidence": dice.sample(spans, 2), "verdict": _verdict(dice)}


def _statement(dice: random.Random, spans: list[Span], words: int = 12) -> Statement:
    return Statement(text=_sentence(dice, words), **_rest(dice, spans))


def _party(dice: random.Random, spans: list[Span]) -> Party:
    name = f"{dice.choice(PLACES)} {dice.choice(BODIES)}"
    wants = _statement(dice, spans) if dice.random() < 0.6 else None
    return Party(name=name, kind="organisation", role="takes part", wants=wants, aliases=[], **_rest(dice, spans))


def _threat(dice: random.Random, spans: list[Span], names: list[str]) -> Threat:
    who, against = dice.sample(names, 2)
    more = {
        "condition": None,
        "kind": dice.choice(KINDS),
        "status": dice.choice(("threatened", "announced", "in force")),
    }
    return Threat(text=_sentence(dice, 14), who=[who], against=[against], **more, **_rest(dice, spans))


def _step(dice: random.Random, spans: list[Span], published: dt.date) -> NextStep:
    day = published + dt.timedelta(days=dice.randrange(120))
    when = When(phrase="on that day", sentence=1, start=0, end=11, earliest=day, latest=day, precision="day")
    certainty = dice.choice(("scheduled", "planned", "expected", "possible"))
    return NextStep(text=_sentence(dice, 14), who=[], when=when, certainty=certainty, **_rest(dice, spans))


def _article(dice: random.Random, number: int, published: dt.date) -> ArticleInfo:
    return ArticleInfo(
        title=_sentence(dice, 9),
        outlet=dice.choice(OUTLETS),
        byline=None,
        published=published,
        language="en",
        url=None,
        source=f"{number:05}.txt",
        sha256=f"{number:064}",
        characters=4_200,
        words=700,
        sentences=20,
        cleaning={},
    )


def _origin(dice: random.Random) -> Provenance:
    return Provenance(
        engine="openai",
        model="example",
        kind="brief",
        prompt="brief-1",
        prompt_hash="0" * 64,
        tool_version="0",
        tokens=Tokens(input=3_000, output=600),
        cost=Decimal(dice.randint(10, 90)) / 10_000,
        tries=1,
        seconds=3.0,
        created=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        flags=[],
    )


def make_folder(out: Path, briefs: int) -> None:
    """Write the table of a batch of made-up briefs."""
    with (out / "briefs.jsonl").open("w", encoding="utf-8") as stream:
        for number in range(briefs):
            text = made_up(number).model_dump_json()
            stream.write(
                f'{{"id":"{number:05}.txt","output":"{number:05}.txt.brief.json","same_as":null,"brief":{text}}}\n'
            )


#: Gives the time of the first paint of anything; the page's policy allows no polling by text.
_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) done(entry.startTime);
}).observe({type: "paint", buffered: true}))"""


def paint(browser, page: Path) -> tuple[float, float]:
    """Open a page anew; give the milliseconds until its first paint and until its script has run."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(page.as_uri(), wait_until="load")
    first = tab.evaluate(_PAINT)
    loaded = tab.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    context.close()
    return first, loaded


#: Types a key, and gives the milliseconds until the browser has painted what it changed.
_KEY = """async (text) => {
  const box = document.getElementById("q");
  const start = performance.now();
  box.value = text;
  box.dispatchEvent(new Event("input", {bubbles: true}));
  const worked = performance.now() - start;
  await new Promise((done) => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0); }));
  return [worked, performance.now() - start];
}"""


def keys(browser, page: Path) -> list[float]:
    """Type a search, letter by letter and back; give the milliseconds of each key until it is painted."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(page.as_uri(), wait_until="load")
    texts = [QUERY[:n] for n in range(1, len(QUERY) + 1)]
    took = [tab.evaluate(_KEY, text)[1] for text in (*texts, *reversed(texts[:-1]), "")]
    context.close()
    return took


def measured(briefs: int, folder: Path) -> list[tuple[str, str]]:
    """Measure a folder of so many briefs."""
    from playwright.sync_api import sync_playwright

    out = folder / "out"
    out.mkdir()
    make_folder(out, briefs)
    start = time.process_time()
    written = write_site(BriefFolder(out))
    wrote = time.process_time() - start
    size = written.index.stat().st_size
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        paints = [paint(browser, written.index) for _ in range(RUNS)]
        first, *others = keys(browser, written.index)
        browser.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = [
        ("pages written, CPU ms a brief", f"{wrote / briefs * 1000:.1f}"),
        ("index.html, MB", f"{size / 1e6:.1f}"),
        (f"first paint of the index, ms, median of {RUNS}", f"{median(painted for painted, _ in paints):.0f}"),
        ("the slowest of them", f"{max(painted for painted, _ in paints):.0f}"),
        ("script ready, ms, median", f"{median(ready for _, ready in paints):.0f}"),
        (f"a key of the search until painted, ms, median of {len(others)}", f"{median(others):.0f}"),
        ("the slowest of them", f"{max(others):.0f}"),
        ("the very first key, at once after loading", f"{first:.0f}"),
        ("memory of the writer, MiB, at most", f"{memory:.0f}"),
    ]
    for to in ("csv", "sqlite", "parquet"):
        start = time.process_time()
        export(BriefFolder(out), to)
        rows.append((f"export to {to}, CPU ms a brief", f"{(time.process_time() - start) / briefs * 1000:.2f}"))
    return rows


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 10_000]
    columns = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            columns.append(measured(size, Path(folder)))
    print("| briefs | " + " | ".join(f"{size:,}" for size in sizes) + " |")
    print("|---|" + "---|" * len(sizes))
    for rows in zip(*columns, strict=True):
        print(f"| {rows[0][0]} | " + " | ".join(value for _, value in rows) + " |")


if __name__ == "__main__":
    main()
