"""The server of a site: to this machine only, its own pages only, and nothing that another page could use."""

from __future__ import annotations

import http.client
import socket
import threading

import pytest

from summarizer.errors import UsageError
from summarizer.site.folder import BriefFolder
from summarizer.site.serving import HEADERS, SiteServer
from summarizer.site.writing import write_site
from tests import briefs
from tests.folders import line, write_batch


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    out = write_batch(folder / "out", line("a.txt", briefs.brief()))
    written = write_site(BriefFolder(out))
    (folder / "secret.html").write_text("secret")
    (written.folder / "outside.html").symlink_to(folder / "secret.html")
    (written.folder / "plain.html").write_text("no policy")
    (written.folder / "folder.html").mkdir()
    (written.folder / "notes.txt").write_text("secret")
    with SiteServer(written.folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server, path, method="GET", host=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or f"127.0.0.1:{server.server_port}")
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def brief_page(server):
    return next(path.name for path in (server.site / "briefs").iterdir())


def test_the_pages_are_served_as_they_are(server):
    for path, file in (
        ("/", "index.html"),
        ("/index.html?x=1", "index.html"),
        ("/steps.html", "steps.html"),
        (f"/briefs/{brief_page(server)}", f"briefs/{brief_page(server)}"),
    ):
        status, headers, body = ask(server, path)
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert body == (server.site / file).read_bytes()


def test_it_listens_to_this_machine_only(server):
    assert server.server_address[0] == "127.0.0.1"
    assert server.address == f"http://127.0.0.1:{server.server_port}/"


def test_the_policy_of_each_page_comes_as_a_header_too(server):
    for path in ("/", "/threats.html", f"/briefs/{brief_page(server)}"):
        _, headers, body = ask(server, path)
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert policy.endswith("; frame-ancestors 'none'")
        assert "unsafe" not in policy
        assert policy.removesuffix("; frame-ancestors 'none'").replace("'", "&#39;") in body.decode()


def test_every_answer_forbids_other_pages_to_use_it(server):
    for path in ("/", "/nothing.html", "/plain.html"):
        _, headers, _ = ask(server, path)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert all(headers[name] == value for name, value in HEADERS)
        assert not [name for name in headers if name.startswith("Access-Control")]


def test_a_page_without_a_policy_may_do_nothing(server):
    _, headers, _ = ask(server, "/plain.html")
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]:{port}",
        "",
        "127.0.0.1:{port}@evil",
        "LOCALHOST.evil:{port}",
    ],
)
def test_another_host_s_name_is_refused(server, host):
    status, _, body = ask(server, "/", host=host.format(port=server.server_port) or " ")
    assert status == 421
    assert b"<" not in body


def test_localhost_is_this_machine(server):
    assert ask(server, "/", host=f"localhost:{server.server_port}")[0] == 200


def test_two_hosts_or_none_are_refused(server):
    for head in (b"", b"Host: 127.0.0.1:%d\r\nHost: evil.example\r\n" % server.server_port):
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n" + head + b"Connection: close\r\n\r\n")
            assert b" 421 " in connection.makefile("rb").readline()


TRAVERSALS = (
    "/../secret.html",
    "/..%2fsecret.html",
    "/%2e%2e/secret.html",
    "/briefs/../../secret.html",
    "/briefs/..\\..\\secret.html",
    "//secret.html",
    "/outside.html",
    "/folder.html",
    "/notes.txt",
    "/.summarizer-site",
    "/briefs",
    "/briefs/",
    "/index.html/",
    "/index.html%00",
    "/INDEX.HTML",
    "/index.html;x",
    "/briefs.jsonl",
    "/../briefs.jsonl",
    "http://127.0.0.1/index.html",
    "/" + "a" * 60_000 + ".html",
)


@pytest.mark.parametrize("path", TRAVERSALS, ids=lambda path: path[:40])
def test_nothing_but_the_site_s_pages_is_given(server, path):
    status, _, body = ask(server, path)
    assert status in {404, 414}
    assert b"secret" not in body
    assert len(body) < 100


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "get"])
def test_nothing_but_reading_is_understood(server, method):
    status, headers, body = ask(server, "/index.html", method)
    assert (status, headers["Content-Security-Policy"]) == (501, "default-src 'none'; frame-ancestors 'none'")
    assert body == b"Not Implemented\n"


def test_head_has_no_body(server):
    status, headers, body = ask(server, "/index.html", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) == (server.site / "index.html").stat().st_size


@pytest.mark.parametrize(
    "raw",
    [b"\x00\xff\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /<script> HTTP/1.1\r\n\r\n", b"\r\n" * 50],
)
def test_what_is_no_request_is_answered_without_an_echo_and_the_server_goes_on(server, raw):
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()
    assert b"script" not in answer
    assert b"Traceback" not in answer
    assert ask(server, "/")[0] == 200


def test_a_browser_that_hangs_up_is_no_news(server, capfd):
    for _ in range(3):
        connection = socket.create_connection(("127.0.0.1", server.server_port), timeout=5)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % server.server_port)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        connection.close()
    assert ask(server, "/")[0] == 200
    assert capfd.readouterr() == ("", "")


def test_a_port_that_is_taken_is_misuse(server):
    with pytest.raises(UsageError, match=rf"port {server.server_port} cannot be used: .*--port"):
        SiteServer(server.site, server.server_port)
