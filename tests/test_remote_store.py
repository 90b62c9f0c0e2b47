"""A release loaded into Virtuoso: site and endpoint answer from there as they do from the release's own store."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import ExitStack, contextmanager
from itertools import islice

import pyoxigraph as ox
import pytest
from sparql.serving import free_port

from publisher.errors import ReleaseError
from publisher.release.ledger import Ledger
from publisher.release.release import active
from publisher.release.remote import RemoteStore, graph_of
from publisher.site.reader import Reader

MISSING = shutil.which("virtuoso-t") is None or shutil.which("isql-vt") is None
pytestmark = pytest.mark.skipif(MISSING, reason="needs Debian's virtuoso-opensource-7-bin")
PREFIXES = (
    "PREFIX bf: <http://id.loc.gov/ontologies/bibframe/> PREFIX schema: <https://schema.org/> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX rong: <https://w3id.org/rong/ns#> "
)
QUERIES = (
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c",
    "SELECT ?i ?t { ?i a bf:Instance ; rdfs:label ?t }",
    "SELECT ?a (COUNT(DISTINCT ?w) AS ?n) { ?w a bf:Work ; schema:author ?a } GROUP BY ?a",
    "SELECT ?w ?l { ?w a bf:Work OPTIONAL { ?w bf:language/rdfs:label ?l FILTER(LANG(?l) = 'vi') } }",
    "SELECT ?i ?d { ?i a bf:Instance ; schema:datePublished ?d FILTER(STR(?d) > '2000') }",
    "SELECT ?i { ?i a bf:Instance FILTER NOT EXISTS { ?i schema:isbn ?n } }",
    'SELECT ?i { ?i rong:search "Kon Tum" }',
    "SELECT ?g { GRAPH ?g { ?s ?p ?o } }",
    "ASK { ?s a bf:Item }",
    "ASK { ?s a bf:Nothing }",
)


def until_listening(port: int, process: subprocess.Popen) -> None:
    while True:
        assert process.poll() is None, "the server runs"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)


@contextmanager
def running(command: list[str], port: int, **more):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, **quiet, **more)
    try:
        until_listening(port, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def virtuoso(example_data, tmp_path_factory):
    """Virtuoso with the statements of the example, from its dataset of N-Quads; gives its address."""
    release, folder = active(example_data), tmp_path_factory.mktemp("virtuoso")
    graph = graph_of(release.manifest["base"], release.id)
    shutil.copy(release.datasets_path / "graph" / "graph.nq.gz", folder)
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(
        f"[Database]\nDatabaseFile={folder}/v.db\nErrorLogFile={folder}/v.log\nLockFile={folder}/v.lck\n"
        f"TransactionFile={folder}/v.trx\nxa_persistent_file={folder}/v.pxa\n"
        f"[TempDatabase]\nDatabaseFile={folder}/vt.db\nTransactionFile={folder}/vt.trx\n"
        f"[Parameters]\nServerPort=127.0.0.1:{sql}\nDirsAllowed={folder}\nNumberOfBuffers=10000\nMaxDirtyBuffers=6000\n"
        f"[HTTPServer]\nServerPort=127.0.0.1:{http}\n[SPARQL]\nResultSetMaxRows=1000000\n"
    )
    with running(["virtuoso-t", "+foreground", "+configfile", str(folder / "virtuoso.ini")], http):
        load = f"ld_dir('{folder}', 'graph.nq.gz', '{graph}'); rdf_loader_run();"
        subprocess.run(["isql-vt", str(sql), "dba", "dba", f"exec={load}"], check=True, capture_output=True)
        yield f"http://127.0.0.1:{http}/sparql"


@pytest.fixture(scope="module")
def both(example_data, virtuoso, tmp_path_factory):
    """Two servers on one folder of releases: one answers from the release's own store, the other from Virtuoso."""
    folder = tmp_path_factory.mktemp("both")
    settings = f'[serve]\nworkers = 1\nstore = "{virtuoso}"\n'
    base = active(example_data).manifest["base"]
    head = f'base = "{base}"\npublisher.name = {{vi = "A", en = "A"}}\n'
    head += '[[libraries]]\ncode = "a"\nname = {vi = "a", en = "a"}\n'
    (folder / "own.toml").write_text(head + "[serve]\nworkers = 1\n")
    (folder / "virtuoso.toml").write_text(head + settings)
    with ExitStack() as stack:
        ports = []
        for name in ("own", "virtuoso"):
            port = free_port()
            command = [sys.executable, "-m", "publisher", "serve", "--data", str(example_data), "--port", str(port)]
            command += ["--config", str(folder / f"{name}.toml")]
            stack.enter_context(running(command, port, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}))
            ports.append(port)
        yield ports


def fetched(port: int, path: str, accept: str = "*/*") -> tuple[int, bytes]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def rows(content: bytes) -> list[str] | bool:
    found = ox.parse_query_results(content, format=ox.QueryResultsFormat.XML)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    return sorted(str(row) for row in found)


@pytest.mark.parametrize("query", QUERIES)
def test_the_endpoint_answers_from_virtuoso_as_from_its_own_store(both, query):
    path = "/sparql?" + urllib.parse.urlencode({"query": PREFIXES + query})
    own, other = (fetched(port, path, "application/sparql-results+xml") for port in both)
    assert (own[0], other[0]) == (200, 200), other[1][:500]
    assert rows(other[1]) == rows(own[1])


def test_graphs_are_constructed_from_virtuoso_as_from_its_own_store(both):
    path = "/sparql?" + urllib.parse.urlencode(
        {"query": PREFIXES + "CONSTRUCT WHERE { ?i a bf:Instance ; rdfs:label ?t }"}
    )
    own, other = (fetched(port, path, "application/n-triples") for port in both)
    assert (own[0], other[0]) == (200, 200), other[1][:500]
    assert sorted(other[1].splitlines()) == sorted(own[1].splitlines())
    assert own[1]


def test_every_statement_is_read_back_from_virtuoso_as_it_was(example_data, virtuoso):
    release = active(example_data)
    graph = graph_of(release.manifest["base"], release.id)
    own = ox.Store.read_only(str(release.store_path))
    remote = RemoteStore(virtuoso, graph)
    assert {str(quad.triple) for quad in remote.quads_for_pattern(None, None, None)} == {
        str(quad.triple) for quad in own
    }


def test_pages_from_virtuoso_are_those_from_its_own_store(both, example_data):
    release = active(example_data)
    base = release.manifest["base"]
    ledger = Ledger(release.ledger_path)
    iris = [
        row.iri
        for kind in ("instance", "work", "agent", "concept", "library")
        for row in islice(ledger.entities(kind), 2)
    ]
    paths = ["/", "/search?q=kon+tum", *(iri.removeprefix(base) for iri in iris)]
    for path in paths:
        own, other = (fetched(port, path, "text/html") for port in both)
        assert other[0] == own[0] == 200, path
        assert sorted(other[1].splitlines()) == sorted(own[1].splitlines()), path
    for path in paths[2:]:
        own, other = (fetched(port, f"{path}.nt") for port in both)
        assert sorted(other[1].splitlines()) == sorted(own[1].splitlines()), path


def test_a_release_that_the_server_does_not_have_is_not_served(example_data, virtuoso):
    with pytest.raises(ReleaseError, match="load the release into it"):
        RemoteStore(virtuoso, "https://data.example.vn/release/20000101T000000Z").require()
    with pytest.raises(ReleaseError, match="start it"):
        Reader(active(example_data), f"http://127.0.0.1:{free_port()}/sparql")
