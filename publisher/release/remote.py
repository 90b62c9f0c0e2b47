"""A release whose statements are asked of a SPARQL 1.1 server: its own graph there has what its store has.

The graph is named after the release (`graph_of`), so that a server holds several releases and none is half replaced.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pyoxigraph as ox
import requests

from publisher.errors import ReleaseError

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
_TABLES = "application/sparql-results+xml"
_TRIPLES = "text/turtle"
_WRITTEN = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/plain": ox.RdfFormat.N_TRIPLES}
_NOT_WORDS = re.compile(r"""<[^<>\s]*>|#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[?$][^\W]+|[^\W]*:[^\W]*""")
_FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_NOTHING = "urn:rong:nothing"
"""A graph that no server has: a release has no graphs of its own that a query could name."""
_CHUNK = 1 << 16
_CONNECT_SECONDS = 5.0


def _form(query: str) -> str:
    """Return the form of a query.

    >>> _form("PREFIX ask: <http://example.org/#select> # SELECT\\nCONSTRUCT WHERE { ?ask ask:select 'select' }")
    'CONSTRUCT'
    """
    found = _FORM.search(_NOT_WORDS.sub(" ", query))
    return found[1].upper() if found else ""


class TooMuch(Exception):
    """The server's answer is larger than is taken."""


def graph_of(base: str, release: str) -> str:
    """Return the name of the graph that holds a release.

    >>> graph_of("https://data.example.vn", "20261123T054012Z")
    'https://data.example.vn/release/20261123T054012Z'
    """
    return f"{base}/release/{release}"


class RemoteStore:
    """The graph `graph` of the SPARQL 1.1 server at `address`, asked as a store of Oxigraph is.

    Raises OSError when the server does not answer within `seconds` or refuses, TooMuch for more than `most` bytes.
    """

    def __init__(self, address: str, graph: str, *, seconds: float = 30.0, most: int = 1 << 28) -> None:
        self._address = address
        self._graph = graph
        self._seconds = seconds
        self._most = most
        self._local = threading.local()

    def require(self) -> None:
        """Raise ReleaseError where the server cannot be asked, or has nothing of the release."""
        try:
            found = self.query("ASK { ?s ?p ?o }")
        except OSError as error:
            raise ReleaseError(f"The store {self._address} does not answer ({error}); start it.") from None
        if not found:
            raise ReleaseError(f"The store {self._address} has no graph {self._graph}; load the release into it.")

    def query(
        self,
        query: str,
        *,
        base_iri: str = "",
        default_graph: Sequence[ox.NamedNode] = (),
        named_graphs: Sequence[ox.NamedNode] = (),
    ) -> Results:
        """Return the answer to `query`; the parameters are those of pyoxigraph's store."""
        text = f"BASE <{base_iri}>\n{query}" if base_iri else query
        graph = _NOTHING if default_graph or named_graphs else self._graph
        asked = {"query": text, "default-graph-uri": graph, "named-graph-uri": _NOTHING}
        form = _form(query)
        kind, content = self._ask(asked, _TABLES if form in ("SELECT", "ASK") else _TRIPLES)
        if form in ("SELECT", "ASK"):
            found = ox.parse_query_results(content, format=ox.QueryResultsFormat.XML)
            if form == "ASK" and isinstance(found, ox.QuerySolutions):  # as Virtuoso has it: a row for yes
                return ox.Store().query("ASK { }" if any(True for _ in found) else "ASK { FILTER(false) }")
            return found
        held = ox.Store()
        held.load(content, format=_WRITTEN.get(kind, ox.RdfFormat.TURTLE))
        return held.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")

    def quads_for_pattern(
        self, subject: Any, predicate: ox.NamedNode | None, object: Any, graph_name: Any = None
    ) -> Iterator[ox.Quad]:
        """Yield the statements that fit; None stands for anything."""
        given = {"s": subject, "p": predicate, "o": object}
        terms = " ".join(f"?{name}" if term is None else str(term) for name, term in given.items())
        rows = self.query(f"SELECT * WHERE {{ {terms} }}")
        assert isinstance(rows, ox.QuerySolutions)
        open_names = [name for name, term in given.items() if term is None]
        for row in rows:
            found = {**given, **{name: row[name] for name in open_names}}
            yield ox.Quad(found["s"], found["p"], found["o"])

    def _ask(self, parameters: dict[str, str], accept: str) -> tuple[str, bytes]:
        session = getattr(self._local, "session", None) or requests.Session()
        self._local.session = session
        times = (_CONNECT_SECONDS, self._seconds)
        headers = {"Accept": accept}
        with session.post(self._address, data=parameters, headers=headers, timeout=times, stream=True) as answer:
            content = bytearray()
            for chunk in answer.iter_content(_CHUNK):
                content += chunk
                if len(content) > self._most:
                    raise TooMuch(self._address)
            if answer.status_code == requests.codes.bad_request:
                raise SyntaxError(content[:500].decode(errors="replace"))
            answer.raise_for_status()
            return answer.headers.get("Content-Type", "").partition(";")[0].strip(), bytes(content)
