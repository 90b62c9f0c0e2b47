"""A worker process: opens one release read-only, builds its walls, answers one query after another until killed.

Everything that it is told and that it says is plain JSON and bytes (publisher/sparql/wire.py).
"""

from __future__ import annotations

import os
import resource
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from publisher.release.remote import RemoteStore, TooMuch
from publisher.sparql import distinct, search, walls, wire
from publisher.sparql.description import describe
from publisher.sparql.output import SOLUTIONS, NotXml, Output, TooLarge, XmlOutput
from publisher.sparql.preview import preview

_GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
}
_WITH_PREFIXES = frozenset({"turtle", "trig", "rdfxml", "jsonld"})
_XML = frozenset({"xml", "rdfxml"})
_LEFT_BEHIND = 4
"""A worker that holds more of its memory than a fourth when a query is over is replaced; a warm cache takes less."""


class Worker:
    """The state of a worker process: its store, its index, its limits."""

    def __init__(self, config: dict[str, Any]) -> None:
        """`config`: store, index, memory_mb, result_bytes, html_rows, spool, base, prefixes, network (JSON values)."""
        self._config = config
        walls.limit_memory(config["memory_mb"])
        self._store = _store_of(config)
        self._search = search.Searcher(config["index"]) if config.get("index") else None
        self.wall = "none" if config["network"] else walls.close_network()
        self._fresh = _resident()
        self._left_behind = config["memory_mb"] * 1024 * 1024 // _LEFT_BEHIND

    def serve(self, connection: socket.socket) -> None:
        """Answer queries until the server closes the connection."""
        frames = wire.Frames(connection)
        wire.send(connection, {"ready": os.getpid(), "wall": self.wall})
        while (frame := frames.wait()) is not None:
            header, body, descriptor = self._answer(frame[0])
            wire.send(connection, header, body, descriptor)
            if descriptor is not None:
                os.close(descriptor)
            if header.get("retire"):
                return

    def _answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes, int | None]:
        started = time.perf_counter()
        kind = XmlOutput if request.get("format") in _XML else Output
        output = kind(self._config["result_bytes"], self._config["spool"])
        try:
            header = self._write(request, output)
            output.close()
            header |= {"size": output.size, "replaced": output.replaced}
            if output.descriptor is not None:
                header |= {"spooled": True, "retire": self.wall == "descriptors"}
                return header, b"", output.descriptor
            body = output.data
        except Exception as error:
            # Whatever the engine raises is this client's answer; the server goes on.
            header, body = _explained(error), b""
            if output.descriptor is not None:
                os.close(output.descriptor)
        if time.perf_counter() - started > 0.05 and _resident() > self._fresh + self._left_behind:
            header["retire"] = True
        return header, body, None

    def _write(self, request: dict[str, Any], output: Output) -> dict[str, Any]:
        """Run what is asked for and write the answer; return what to say beside it."""
        if request.get("describe"):
            output.write(describe(ox.Store.read_only(self._config["store"])).to_json())
            return {"ok": True}
        text = request["query"]
        rewritten = distinct.rewritten(self._search.rewrite(text) if self._search is not None else text)
        options = {"base_iri": self._config["base"] + "/", **_dataset(request)}
        try:
            results = self._store.query(rewritten, **options)
        except SyntaxError:
            if rewritten != text:
                self._store.query(text, **options)  # fails in the same way, with the places of the query as sent
            raise
        word = request["format"]
        if word == "html":
            output.write(preview(results, self._config["html_rows"]))
        elif isinstance(results, ox.QueryTriples):
            self._write_graph(results, word, output)
        elif isinstance(results, ox.QueryBoolean) and word == "text":
            output.write(b"true\n" if results else b"false\n")
        else:
            results.serialize(cast(IO[bytes], output), format=SOLUTIONS[word])
        return {"ok": True}

    def _write_graph(self, triples: ox.QueryTriples, word: str, output: Output) -> None:
        if word in _WITH_PREFIXES:
            ox.serialize(triples, cast(IO[bytes], output), format=_GRAPHS[word], prefixes=self._config["prefixes"])
        else:
            triples.serialize(cast(IO[bytes], output), format=_GRAPHS[word])


def _store_of(config: dict[str, Any]) -> ox.Store | RemoteStore:
    if not config.get("server"):
        return ox.Store.read_only(config["store"])
    return RemoteStore(config["server"], config["graph"], seconds=config["seconds"], most=config["result_bytes"])


def _dataset(request: dict[str, Any]) -> dict[str, Any]:
    """Return the dataset of the protocol (2.1.4): one named in the request replaces FROM and the store's own."""
    default, named = request.get("default_graphs"), request.get("named_graphs")
    if not default and not named:
        return {}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in default or ()],
        "named_graphs": [ox.NamedNode(iri) for iri in named or ()],
    }


def _explained(error: Exception) -> dict[str, Any]:
    match error:
        case TooLarge() | TooMuch():
            return {"error": "too-large"}
        case NotXml():
            return {"error": "not-xml", "message": str(error)}
        case search.SearchError():
            return {"error": "search", "vi": error.vi, "en": str(error)}
        case SyntaxError():
            return {"error": "syntax", "message": str(error)}
        case _:
            return {"error": "failed", "message": f"{type(error).__name__}: {error}"[:500]}


def _resident() -> int:
    """Return the memory of this process in bytes (Linux; elsewhere its peak, so that it is replaced rather sooner)."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(connection: socket.socket, config: dict[str, Any], quiet: Callable[[], None]) -> None:
    """Be a worker on `connection`. `quiet` is called once it works: the engine's last words do not help the log."""
    try:
        worker = Worker(config)
    except Exception as error:
        wire.send(connection, {"unfit": f"{type(error).__name__}: {error}"[:500]})
        return
    quiet()
    worker.serve(connection)
