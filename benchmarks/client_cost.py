"""What one brief costs the client in CPU and memory, beside its peers, in one run on loopback.

Every client gets the same 1,000 documents, 64 in flight, from a server of its own process that answers after 50 ms with
the same brief. `checks off` is the model engine up to the validated content; `whole brief` grounds and frames it too.
The last table writes 10,000 briefs with one engine and reads the memory on the way.

Run: python -m benchmarks.client_cost [--documents 1000] [--briefs 10000]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

IN_FLIGHT = 64
LATENCY = 0.05
RUNS = 5
REPEATED = 20

Call = Callable[[], Awaitable[object]]


def the_article():
    """Make an article of some 700 words that the answer below fits."""
    from summarizer.article import Article, Sentence

    facts = (
        "Norvania said on Monday that it would impose a 25% tariff on cars from Kelmaria.",
        "Kelmaria's trade ministry rejected the threat and called for talks.",
        "Negotiators of both sides are to meet next Thursday in Saint Orvell.",
    )
    text, sentences = "", []
    for number in range(1, 3 * REPEATED + 1):
        fact = facts[(number - 1) % 3]
        sentences.append((number, len(text), len(text) + len(fact), (number - 1) // 3))
        text += fact + ("\n\n" if number % 3 == 0 else " ")
    return Article(text=text, sentences=tuple(Sentence(*s, source=text) for s in sentences), title="Car tariff")


def the_answer() -> str:
    """Make an answer of some 2 kB in the shape that a model is asked for."""

    def statement(text: str, *evidence: int, **more: object) -> dict:
        return {"evidence": list(evidence), "attribution": None, "text": text, **more}

    def party(name: str, role: str, *evidence: int) -> dict:
        named = {"name": name, "kind": "government", "role": role, "wants": None, "aliases": []}
        return {"evidence": list(evidence), "attribution": None, **named}

    threat = {
        "who": ["Norvania"],
        "against": ["Kelmaria"],
        "condition": None,
        "kind": "sanction",
        "status": "threatened",
    }
    step = {"who": ["Norvania", "Kelmaria"], "when": "next Thursday", "certainty": "scheduled"}
    content = {
        "headline": statement("Norvania would impose a 25% tariff on cars from Kelmaria", 1),
        "bottom_line": statement(
            "Norvania said it would impose a 25% tariff on cars; Kelmaria rejected the threat.", 1, 2
        ),
        "parties": [
            party("Norvania", "said it would impose a tariff", 1),
            party("Kelmaria", "rejected the threat", 2),
        ],
        "stakes": [statement("A 25% tariff on cars from Kelmaria", 1, kind="economic", for_whom=["Kelmaria"])] * 3,
        "threats": [statement("Norvania would impose a 25% tariff on cars", 1, **threat)] * 3,
        "next_steps": [statement("Negotiators of both sides are to meet", 3, **step)] * 2,
        "quotations": [],
        "gaps": ["What Kelmaria would do in return."],
    }
    return json.dumps(content)


def loads(name: str, base_url: str, stack: contextlib.AsyncExitStack) -> Call:
    """Give the call that writes one document with the named client."""
    return _CLIENTS[name](base_url, stack)


def _body() -> bytes:
    from summarizer.engines.openai.request import Template
    from summarizer.kinds import brief_kind
    from summarizer.settings import Settings

    kind = brief_kind()
    return Template.of(kind, Settings(model="m"), "json_schema").body(kind.prompt.render(the_article()))


def _httpx2(base_url: str, stack: contextlib.AsyncExitStack) -> Call:
    import httpx2

    from summarizer.kinds import brief_kind

    client = httpx2.AsyncClient(limits=httpx2.Limits(max_connections=66, max_keepalive_connections=66))
    stack.push_async_callback(client.aclose)
    body, kind, article = _body(), brief_kind(), the_article()

    async def call() -> object:
        reply = await client.post(
            f"{base_url}/chat/completions", content=body, headers={"Content-Type": "application/json"}
        )
        return kind.validate(json.loads(reply.content)["choices"][0]["message"]["content"], article)

    return call


def _aiohttp(base_url: str, stack: contextlib.AsyncExitStack) -> Call:
    import aiohttp

    from summarizer.kinds import brief_kind

    session = aiohttp.ClientSession()
    stack.push_async_callback(session.close)
    body, kind, article = _body(), brief_kind(), the_article()

    async def call() -> object:
        headers = {"Content-Type": "application/json"}
        async with session.post(f"{base_url}/chat/completions", data=body, headers=headers) as reply:
            return kind.validate(json.loads(await reply.read())["choices"][0]["message"]["content"], article)

    return call


def _sdk(base_url: str, stack: contextlib.AsyncExitStack, *, aiohttp: bool = False) -> Call:
    import openai

    from summarizer.kinds import brief_kind

    http = openai.DefaultAioHttpClient() if aiohttp else None
    client = openai.AsyncOpenAI(api_key="k", base_url=base_url, max_retries=0, http_client=http)
    stack.push_async_callback(client.close)
    request, kind, article = json.loads(_body()), brief_kind(), the_article()

    async def call() -> object:
        reply = await client.chat.completions.create(**request)
        return kind.validate(reply.choices[0].message.content, article)

    return call


def _sdk_aiohttp(base_url: str, stack: contextlib.AsyncExitStack) -> Call:
    return _sdk(base_url, stack, aiohttp=True)


def _instructor(base_url: str, stack: contextlib.AsyncExitStack) -> Call:
    import instructor
    import openai
    from pydantic import create_model

    from summarizer.brief import Content

    # The plain shape of an answer: the same fields, spans as integers, which is what instructor itself would validate.
    sdk = openai.AsyncOpenAI(api_key="k", base_url=base_url, max_retries=0)
    stack.push_async_callback(sdk.close)
    client = instructor.from_openai(sdk, mode=instructor.Mode.JSON_SCHEMA)
    messages = json.loads(_body())["messages"]
    fields = {name: (list if name not in {"headline", "bottom_line"} else dict, ...) for name in Content.model_fields}
    loose = create_model("Brief", **fields)

    async def call() -> object:
        return await client.chat.completions.create(model="m", messages=messages, response_model=loose, max_retries=0)

    return call


def _engine(base_url: str, stack: contextlib.AsyncExitStack) -> Call:
    from summarizer.engines.openai import OpenAIEngine
    from summarizer.kinds import brief_kind
    from summarizer.settings import Settings

    engine = OpenAIEngine(Settings(model="m", base_url=base_url, concurrency=IN_FLIGHT))
    stack.push_async_callback(engine.aclose)
    article, kind = the_article(), brief_kind()

    async def call() -> object:
        return await engine.write(article, kind)

    return call


def _whole(base_url: str, stack: contextlib.AsyncExitStack) -> Call:
    from summarizer.briefing import brief_article
    from summarizer.engines.openai import OpenAIEngine
    from summarizer.kinds import brief_kind
    from summarizer.settings import Settings

    engine = OpenAIEngine(Settings(model="m", base_url=base_url, concurrency=IN_FLIGHT))
    stack.push_async_callback(engine.aclose)
    article, kind = the_article(), brief_kind()

    async def call() -> object:
        return await brief_article(article, kind, engine)

    return call


_CLIENTS: dict[str, Callable[[str, contextlib.AsyncExitStack], Call]] = {
    "bare aiohttp + pydantic": _aiohttp,
    "bare httpx2 + pydantic": _httpx2,
    "summarizer, checks off": _engine,
    "summarizer, whole brief": _whole,
    "AsyncOpenAI on aiohttp + pydantic": _sdk_aiohttp,
    "AsyncOpenAI + pydantic": _sdk,
    "AsyncInstructor JSON_SCHEMA": _instructor,
}


async def measure(name: str, base_url: str, documents: int, every: int = 0) -> dict:
    """Run one client and give documents a second, CPU ms a document and memory in kB, every so many documents."""
    memory: list[tuple[int, int]] = []
    async with contextlib.AsyncExitStack() as stack:
        call = loads(name, base_url, stack)
        await asyncio.gather(*(call() for _ in range(IN_FLIGHT)))
        gc.collect()
        before, left = _rss(), iter(range(documents))
        cpu, wall = time.process_time(), time.perf_counter()

        async def worker() -> None:
            for number in left:
                await call()
                if every and number % every == 0:
                    memory.append((number, _rss()))

        await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    grown = _rss() - before
    return {"rate": documents / wall, "cpu": cpu / documents * 1000, "grown": grown, "memory": memory}


def _rss() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


@contextlib.contextmanager
def server(latency: float = LATENCY) -> Iterator[str]:
    """Start the answering server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.client_cost", "--serve", "--latency", str(latency)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def serve(latency: float) -> None:
    """Answer until terminated."""
    from tests.faultserver import FaultServer

    with FaultServer(answer=the_answer(), latency=latency, keep_calls=False) as running:
        print(running.base_url, flush=True)
        time.sleep(3600)


def one(name: str, base_url: str, documents: int, every: int) -> dict:
    """Measure in a fresh process, so that no client pays for the imports or the memory of another."""
    command = [sys.executable, "-m", "benchmarks.client_cost", "--client", name, "--base-url", base_url]
    command += ["--documents", str(documents), "--every", str(every)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--briefs", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--latency", type=float, default=LATENCY, help=argparse.SUPPRESS)
    parser.add_argument("--client", help=argparse.SUPPRESS)
    parser.add_argument("--base-url", help=argparse.SUPPRESS)
    parser.add_argument("--every", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(options.latency)
    if options.client:
        found = asyncio.run(measure(options.client, options.base_url, options.documents, options.every))
        print(json.dumps(found))
        return None
    with server() as base_url:
        table(base_url, options.documents, options.runs)
        memory(base_url, options.briefs)
    return None


def table(base_url: str, documents: int, runs: int) -> None:
    limit = IN_FLIGHT / LATENCY
    print(
        f"{documents} documents, {IN_FLIGHT} in flight, {LATENCY * 1000:.0f} ms server (limit {limit:.0f} a second), ",
        end="",
    )
    print(f"median of {runs} runs\n")
    print("| client | documents/s | CPU ms a document | memory growth, MiB |\n|---|---|---|---|")
    # Interleaved, so that a slow minute of the machine hits every client alike.
    results = [{name: one(name, base_url, documents, 0) for name in _CLIENTS} for _ in range(runs)]
    for name in _CLIENTS:
        rate, cpu, grown = (statistics.median(r[name][key] for r in results) for key in ("rate", "cpu", "grown"))
        print(f"| {name} | {rate:.0f} | {cpu:.2f} | {grown / 1024:.1f} |")


def memory(base_url: str, briefs: int) -> None:
    found = one("summarizer, whole brief", base_url, briefs, briefs // 10)["memory"]
    (first, low), (last, high) = found[1], found[-1]
    print(f"\nmemory over {briefs} briefs with one engine: {low / 1024:.1f} MiB after {first}, ", end="")
    print(f"{high / 1024:.1f} MiB after {last} ({(high - low) / (last - first):+.3f} kB a brief)")


if __name__ == "__main__":
    main()
