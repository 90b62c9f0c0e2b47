"""Reconciliation services on the loopback interface: our own, and one that says what it likes."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from flask import Flask
from werkzeug.serving import make_server

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def serving(site: Flask) -> Iterator[str]:
    """Give the address of the reconciliation service of `site`, over real HTTP."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/reconcile"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def saying(answers: Callable[[dict[str, dict]], Answer], manifest: object = None) -> Iterator[str]:
    """Give the address of a service that answers each batch with what `answers` makes of it."""
    described = manifest or {
        "versions": ["0.2"],
        "name": "a liar",
        "identifierSpace": "https://elsewhere.example/",
        "schemaSpace": "https://schema.org/Thing",
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send((200, {}, json.dumps(described).encode()))

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._send(answers(json.loads(form["queries"][0])))

        def _send(self, answer: Answer) -> None:
            status, headers, body = answer
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
