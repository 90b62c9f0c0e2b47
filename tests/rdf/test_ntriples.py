"""N-Triples: what is remembered of a field is the writer's that wrote it."""

from publisher.rdf.description import Iri, Node
from publisher.rdf.ntriples import Named, NTriples
from publisher.rdf.resource import Description, Made, Resource


def test_two_writers_name_the_same_things_each_in_its_own_way() -> None:
    topic = Node("bf:Topic", ("rdfs:label", "Sử thi"))
    work = Resource("bf:Work", "Work", [(1, Made((("bf:subject", topic),)))])
    record, instance = Resource("bf:AdminMetadata", "Record"), Resource("bf:Instance", "Instance")
    described = Description("kt-1", "", (), record, work, instance, [], [])
    here = NTriples(lambda node: Named(Iri(f"http://here/{node.cls[3:]}"), node.arcs))
    there = NTriples()
    for _ in range(2):
        assert "<http://here/Topic>" in here.description(described)
        assert "http://here/" not in there.description(described)
