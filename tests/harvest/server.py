"""A real OAI-PMH 2.0 server on loopback, with the faults that real ones have."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.sources.make import xml_book

DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>{title}</dc:title><dc:creator>Nguyên Ngọc</dc:creator><dc:date>1956</dc:date>"
    "<dc:language>vi</dc:language></oai_dc:dc>"
)
MODS = (
    '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>{title}</title></titleInfo>'
    "<originInfo><dateIssued>1956</dateIssued></originInfo></mods>"
)
QDC = (
    '<qdc:qualifieddc xmlns:qdc="http://dspace.org/qualifieddc/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>{title}</dc:title><dcterms:issued>2024</dcterms:issued>'
    "</qdc:qualifieddc>"
)
METS = (
    '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"><dmdSec ID="D"><mdWrap '
    'MDTYPE="MODS"><xmlData><mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>{title}</title></titleInfo></mods>'
    '</xmlData></mdWrap></dmdSec><fileSec><fileGrp USE="ORIGINAL"><file ID="F" MIMETYPE="application/pdf"><FLocat '
    'LOCTYPE="URL" xlink:href="https://example.org/x.pdf"/></file></fileGrp></fileSec></mets>'
)
EDM = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:edm="http://www.europeana.eu/schemas/edm/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<edm:ProvidedCHO rdf:about="urn:x"><dc:title>{title}</dc:title></edm:ProvidedCHO></rdf:RDF>'
)


@dataclass
class Kept:
    """A record of the repository."""

    identifier: str
    datestamp: str
    title: str = "Đất nước đứng lên"
    deleted: bool = False
    sets: tuple[str, ...] = ()


@dataclass
class Repository:
    """What the server has and how it behaves. `fault` may answer a request instead: (status, headers, body)."""

    records: list[Kept]
    page: int = 100
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    now: str = "2026-11-23T00:00:00Z"
    announce: int | None = None
    fault: Callable[[dict[str, str], int], tuple[int, dict[str, str], bytes] | None] = lambda question, number: None
    token_of: Callable[[int], str] | None = None
    expired: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, question: dict[str, str]) -> bytes:
        """Answer as the protocol says."""
        if question.get("verb") == "Identify":
            return self._wrapped(
                "<Identify><repositoryName>Kho thử</repositoryName><protocolVersion>2.0</protocolVersion>"
                "<earliestDatestamp>2020-01-01</earliestDatestamp><deletedRecord>persistent</deletedRecord>"
                f"<granularity>{self.granularity}</granularity></Identify>"
            )
        token = question.get("resumptionToken", "")
        if token in self.expired:
            return self._wrapped('<error code="badResumptionToken">expired</error>')
        if token:
            offset, prefix, since, until, only = token.split("|")[:5]
        else:
            offset, prefix = "0", question["metadataPrefix"]
            since, until, only = question.get("from", ""), question.get("until", ""), question.get("set", "")
        width = len(since or until) or 20
        chosen = [
            each
            for each in self.records
            if (not since or each.datestamp[:width] >= since)
            and (not until or each.datestamp[:width] <= until)
            and (not only or only in each.sets)
        ]
        if not chosen:
            return self._wrapped('<error code="noRecordsMatch">none</error>')
        start = int(offset)
        part = chosen[start : start + self.page]
        after = start + self.page
        size = len(chosen) if self.announce is None else self.announce
        more = ""
        if after < len(chosen):
            name = self.token_of(after) if self.token_of else f"{after}|{prefix}|{since}|{until}|{only}"
            more = f'<resumptionToken completeListSize="{size}">{name}</resumptionToken>'
        elif token or self.announce is not None:
            more = f'<resumptionToken completeListSize="{size}"/>'
        return self._wrapped(f"<ListRecords>{''.join(self._record(each, prefix) for each in part)}{more}</ListRecords>")

    def _record(self, record: Kept, prefix: str) -> str:
        sets = "".join(f"<setSpec>{name}</setSpec>" for name in record.sets)
        status = ' status="deleted"' if record.deleted else ""
        header = (
            f"<header{status}><identifier>{escape(record.identifier)}</identifier>"
            f"<datestamp>{record.datestamp}</datestamp>{sets}</header>"
        )
        if record.deleted:
            return f"<record>{header}</record>"
        shapes = {"oai_dc": DC, "qdc": QDC, "mods": MODS, "mets": METS, "edm": EDM}
        if prefix == "marcxml":
            content = xml_book(record.identifier.rpartition(":")[2], record.title).replace(
                "<record>", '<record xmlns="http://www.loc.gov/MARC21/slim">'
            )
        else:
            content = shapes[prefix].format(title=escape(record.title))
        return f"<record>{header}<metadata>{content}</metadata></record>"

    def _wrapped(self, inner: str) -> bytes:
        return (
            '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
            f"<responseDate>{self.now}</responseDate><request>http://127.0.0.1/oai</request>{inner}</OAI-PMH>"
        ).encode()


@contextmanager
def serving(repository: Repository) -> Iterator[str]:
    """Serve `repository` on a free port of loopback; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            question = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            repository.asked.append(question)
            status, headers, body = repository.fault(question, len(repository.asked)) or (
                200,
                {"Content-Type": "text/xml"},
                repository.answer(question),
            )
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/oai"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def many(count: int) -> list[Kept]:
    """Make `count` records, one a minute."""
    return [
        Kept(f"oai:kho:{n:05}", f"2026-01-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}:00Z", f"Sách {n}")
        for n in range(count)
    ]
