"""How the endpoint describes itself and its data: SPARQL 1.1 Service Description, VoID, and schema.org's WebAPI."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import pyoxigraph as ox

from publisher.identity.iris import Iris
from publisher.rdf.terms import PREFIXES, expand
from publisher.sparql.description import Description
from publisher.sparql.formats import GRAPHS, HTML, SOLUTIONS
from publisher.sparql.search import PREDICATE
from publisher.sparql.settings import EndpointSettings

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_XSD = PREFIXES["xsd"]
_TYPE = ox.NamedNode(expand("rdf:type"))
_MOST_PARTITIONS = 300

OUR_PREFIXES = {**PREFIXES, "sd": _SD}

Term = ox.NamedNode | ox.BlankNode | ox.Literal


class _Graph:
    """Collects statements; names are CURIEs, `sd:` among them."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def add(self, subject: ox.NamedNode | ox.BlankNode, predicate: str, *values: Term) -> None:
        for value in values:
            self.triples.append(ox.Triple(subject, name(predicate), value))

    def typed(self, subject: ox.NamedNode | ox.BlankNode, *classes: str) -> None:
        for each in classes:
            self.triples.append(ox.Triple(subject, _TYPE, name(each)))


def name(curie: str) -> ox.NamedNode:
    """Return the IRI of a CURIE."""
    return ox.NamedNode(_SD + curie[3:]) if curie.startswith("sd:") else ox.NamedNode(expand(curie))


def service_description(
    settings: EndpointSettings, description: Description | None, created: datetime | None
) -> list[ox.Triple]:
    """Return the description of the service (SPARQL 1.1 Service Description, section 3) and of its dataset."""
    graph = _Graph()
    service = ox.NamedNode(Iris(settings.base_iri).page("sparql"))
    graph.typed(service, "sd:Service", "schema:WebAPI")
    graph.add(service, "sd:endpoint", service)
    graph.add(service, "sd:supportedLanguage", name("sd:SPARQL11Query"))
    formats = [each for each in (*SOLUTIONS, *GRAPHS) if each is not HTML]
    graph.add(service, "sd:resultFormat", *(ox.NamedNode(_FORMATS + each.iri) for each in formats))
    graph.add(service, "sd:propertyFeature", ox.NamedNode(PREDICATE))
    if settings.service_allow:
        graph.add(service, "sd:feature", name("sd:BasicFederatedQuery"))
    graph.add(service, "schema:name", *_titles("Điểm truy vấn SPARQL", "SPARQL endpoint"))
    graph.add(service, "schema:url", service)
    graph.add(service, "schema:documentation", service)
    graph.add(service, "rong:timeLimitSeconds", _decimal(settings.time_limit))
    graph.add(service, "rong:resultLimitBytes", _integer(settings.result_mb * 1024 * 1024))
    graph.add(service, "rong:memoryLimitBytes", _integer(settings.memory_mb * 1024 * 1024))
    dataset, default = void_iri(settings), ox.BlankNode()
    graph.add(service, "sd:defaultDataset", dataset)
    graph.typed(dataset, "sd:Dataset")
    graph.add(dataset, "sd:defaultGraph", default)
    graph.typed(default, "sd:Graph")
    if description is not None:
        graph.add(default, "void:triples", _integer(description.triples))
        graph.triples += void(settings, description, created)
    return graph.triples


def void(
    settings: EndpointSettings,
    description: Description,
    created: datetime | None,
    dumps: Sequence[str] = (),
) -> list[ox.Triple]:
    """Return the VoID description of the release (Describing Linked Datasets with VoID, sections 2 to 4)."""
    graph = _Graph()
    dataset = void_iri(settings)
    base, iris = settings.base_iri, Iris(settings.base_iri)
    graph.typed(dataset, "void:Dataset", "schema:Dataset")
    for title in ("dcterms:title", "schema:name"):
        graph.add(dataset, title, *_titles(settings.title_vi, settings.title_en))
    graph.add(dataset, "foaf:homepage", ox.NamedNode(f"{base}/"))
    graph.add(dataset, "void:sparqlEndpoint", ox.NamedNode(iris.page("sparql")))
    graph.add(dataset, "void:uriSpace", ox.Literal(f"{base}/"))
    if settings.licence_iri:
        graph.add(dataset, "dcterms:license", ox.NamedNode(settings.licence_iri))
    if created is not None:
        graph.add(
            dataset, "dcterms:modified", ox.Literal(created.isoformat(), datatype=ox.NamedNode(f"{_XSD}dateTime"))
        )
    graph.add(dataset, "void:triples", _integer(description.triples))
    graph.add(dataset, "void:distinctSubjects", _integer(description.subjects))
    graph.add(dataset, "void:distinctObjects", _integer(description.objects))
    graph.add(dataset, "void:classes", _integer(len(description.classes)))
    graph.add(dataset, "void:properties", _integer(len(description.properties)))
    graph.add(dataset, "void:vocabulary", *map(ox.NamedNode, _vocabularies(description)))
    graph.add(dataset, "void:exampleResource", *map(ox.NamedNode, description.examples))
    for dump in dumps:
        graph.add(dataset, "void:dataDump", ox.NamedNode(dump))
        download = ox.BlankNode()
        graph.add(dataset, "schema:distribution", download)
        graph.typed(download, "schema:DataDownload")
        graph.add(download, "schema:contentUrl", ox.NamedNode(dump))
    _partitions(graph, dataset, description)
    return graph.triples


def _partitions(graph: _Graph, dataset: ox.NamedNode, description: Description) -> None:
    kinds = (("class", "entities", description.classes), ("property", "triples", description.properties))
    for kind, counted, counts in kinds:
        for iri, number in list(counts.items())[:_MOST_PARTITIONS]:
            part = ox.BlankNode()
            graph.add(dataset, f"void:{kind}Partition", part)
            graph.add(part, f"void:{kind}", ox.NamedNode(iri))
            graph.add(part, f"void:{counted}", _integer(number))


def void_iri(settings: EndpointSettings) -> ox.NamedNode:
    """Return the IRI of the whole dataset, in the document at /.well-known/void."""
    return ox.NamedNode(Iris(settings.base_iri).page(".well-known/void") + "#dataset")


def _vocabularies(description: Description) -> Iterable[str]:
    used = {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in (*description.classes, *description.properties)}
    return sorted(used & set(PREFIXES.values()))


def _titles(vi: str, en: str) -> tuple[ox.Literal, ox.Literal]:
    return ox.Literal(vi, language="vi"), ox.Literal(en, language="en")


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(f"{_XSD}integer"))


def _decimal(value: float) -> ox.Literal:
    return ox.Literal(f"{value:.1f}", datatype=ox.NamedNode(f"{_XSD}decimal"))
