"""summarizer view: the briefs of a folder as pages to read, from disk or from this machine's own server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer._cli.export import tell_unreadable
from summarizer._cli.options import named_path
from summarizer._cli.talk import put, say

if TYPE_CHECKING:
    from summarizer.site.writing import Written


def view(
    out: Annotated[Path, typer.Argument(parser=named_path, help="The folder that a batch wrote.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", parser=named_path, help="Folder for the pages [default: site in OUT]", show_default=False
        ),
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Serve the pages on 127.0.0.1 too, until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to serve on; 0 takes a free one.")] = 0,
) -> None:
    """Write an index over the briefs of a folder, and a page for each of them."""
    from summarizer.batch.kept import kept_articles  # noqa: PLC0415
    from summarizer.errors import UsageError  # noqa: PLC0415
    from summarizer.site.folder import BriefFolder  # noqa: PLC0415 - pydantic only here
    from summarizer.site.writing import write_site  # noqa: PLC0415 - jinja2 only here

    if port and not serve:
        raise UsageError("--port says where to serve; add --serve")
    folder = BriefFolder(out)
    with kept_articles(out) as article_of:
        written = write_site(folder, output, article_of)
    tell_unreadable(folder.problems, folder.unreadable)
    if serve:
        _serve(written, port)
    else:
        put(str(written.index))


def _serve(written: Written, port: int) -> None:
    from summarizer.site.serving import SiteServer  # noqa: PLC0415 - http.server only here

    with SiteServer(written.folder, port) as server:
        put(server.address)
        say("serving to this machine only; Ctrl-C ends it")
        server.serve_forever()
