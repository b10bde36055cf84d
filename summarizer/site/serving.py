"""Serves a site on this machine alone, read-only, to those whose browser will not open files from disk.

Any page of the net may send a browser here, and a name that its owner points to 127.0.0.1 makes this server look
like that page's own (DNS rebinding). So only requests that name this machine are answered, nothing but the site's
own pages is given, and no other page may embed or read them.
"""

from __future__ import annotations

import html
import re
import socketserver
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from summarizer.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

HOST: Final = "127.0.0.1"
#: All names that a site's own pages have; no other path is looked up.
_PAGE: Final = re.compile(r"/(?:briefs/[a-z0-9][a-z0-9-]{0,200}|[a-z][a-z0-9-]{0,30})\.html")
_POLICY: Final = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]{1,2000})">')
#: How much of a page is searched for its policy; a page without one may do nothing.
_HEAD: Final = 4_000
_NOTHING: Final = "default-src 'none'"
#: Seconds that a silent connection is kept.
_PATIENCE: Final = 20

HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("X-Frame-Options", "DENY"),
    ("Cache-Control", "no-store"),
)


class SiteServer(ThreadingHTTPServer):
    """Serves the pages of one folder until it is shut down; port 0 takes any that is free.

    UsageError where the port is taken.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, site: Path, port: int = 0) -> None:
        self.site = site.resolve()
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "it is not between 0 and 65535"
            raise UsageError(f"port {port} cannot be used: {reason}; name another with --port") from None

    def server_bind(self) -> None:
        """Bind without the look-up of this machine's name that the base class does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's signature
        """Say nothing: a browser that hung up is no news."""

    @property
    def address(self) -> str:
        """Where to find the index."""
        return f"http://{HOST}:{self.server_port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which this server may be asked."""
        return frozenset({f"{HOST}:{self.server_port}", f"localhost:{self.server_port}"})


class _Handler(BaseHTTPRequestHandler):
    server: SiteServer
    server_version = "summarizer"
    sys_version = ""
    timeout = _PATIENCE

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's signature
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer an error in plain text, with nothing of the request in it."""
        del message, explain
        body = HTTPStatus(code).phrase.encode() + b"\n"
        self._send(HTTPStatus(code), body, "text/plain; charset=utf-8", _NOTHING, with_body=self.command != "HEAD")
        self.close_connection = True

    def _answer(self, *, with_body: bool) -> None:
        if self.headers.get_all("Host", []) not in ([host] for host in self.server.hosts):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        page = self._page()
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        found = _POLICY.search(page[:_HEAD].decode("utf-8", "replace"))
        policy = html.unescape(found[1]) if found else _NOTHING
        self._send(HTTPStatus.OK, page, "text/html; charset=utf-8", policy, with_body=with_body)

    def _page(self) -> bytes | None:
        path = self.path.partition("?")[0]
        name = "/index.html" if path == "/" else path
        if _PAGE.fullmatch(name) is None:
            return None
        file = self.server.site / name[1:]
        try:
            inside = file.is_file() and file.resolve().is_relative_to(self.server.site)
            return file.read_bytes() if inside else None
        except OSError:
            return None

    def _send(self, status: HTTPStatus, body: bytes, kind: str, policy: str, *, with_body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", f"{policy}; frame-ancestors 'none'")
        for name, value in HEADERS:
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)
