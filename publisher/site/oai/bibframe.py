"""BIBFRAME in RDF/XML: the edition and its work as the store has them, without what other vocabularies say."""

from __future__ import annotations

from lxml import etree
from pyoxigraph import NamedNode, RdfFormat, serialize

from publisher.rdf.terms import PREFIXES
from publisher.site.brief import Brief
from publisher.site.reader import Reader
from publisher.site.statements import statements

NAMESPACE = PREFIXES["rdf"]
SCHEMA = "http://www.openarchives.org/OAI/2.0/rdf.xsd"
_BESIDE = (PREFIXES["schema"], PREFIXES["rong"], PREFIXES["skos"])
_PREFIXES = {name: PREFIXES[name] for name in ("rdf", "rdfs", "bf", "bflc", "madsrdf", "owl")}


def bibframe(reader: Reader, brief: Brief) -> etree._Element:
    """Return what the store says of the instance and the work of `brief` as an `rdf:RDF` element."""
    found = dict.fromkeys([*statements(reader, brief.iri), *statements(reader, brief.work)])
    kept = (
        triple
        for triple in sorted(found, key=str)
        if not triple.predicate.value.startswith(_BESIDE)
        and not (isinstance(triple.object, NamedNode) and triple.object.value.startswith(_BESIDE))
    )
    return etree.fromstring(serialize(kept, format=RdfFormat.RDF_XML, prefixes=_PREFIXES) or b"")
