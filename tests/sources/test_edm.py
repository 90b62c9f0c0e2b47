"""EDM in RDF/XML becomes records with images, services, rights and holders."""

from __future__ import annotations

from io import BytesIO

import pytest

from publisher.errors import SourceError
from publisher.sources import Record, Rejected, describe, open_source
from publisher.sources.digital import Service

SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:edm="http://www.europeana.eu/schemas/edm/" '
    'xmlns:ore="http://www.openarchives.org/ore/terms/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:skos="http://www.w3.org/2004/02/skos/core#" '
    'xmlns:svcs="http://rdfs.org/sioc/services#" xmlns:ebucore="http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#"'
)


def thing(name: str = "chieng", title: str = "Chiêng ba", more: str = "") -> str:
    """An object with its aggregation and one image; `more` stands in the object."""
    about = f"https://baotang.example.vn/{name}"
    return f"""<edm:ProvidedCHO rdf:about="{about}"><dc:title xml:lang="vi">{title}</dc:title>
<dc:creator rdf:resource="#nghe-nhan"/><dcterms:issued>1985</dcterms:issued><dc:language>vi</dc:language>
<edm:type>IMAGE</edm:type>{more}</edm:ProvidedCHO>
<ore:Aggregation rdf:about="{about}#a"><edm:aggregatedCHO rdf:resource="{about}"/>
<edm:dataProvider>Bảo tàng tỉnh</edm:dataProvider><edm:isShownAt rdf:resource="{about}"/>
<edm:isShownBy rdf:resource="{about}.jpg"/>
<edm:rights rdf:resource="http://rightsstatements.org/vocab/NoC-OKLR/1.0/"/></ore:Aggregation>
<edm:WebResource rdf:about="{about}.jpg"><ebucore:hasMimeType>image/jpeg</ebucore:hasMimeType>
<ebucore:width>4000</ebucore:width><ebucore:height>3000</ebucore:height><ebucore:fileByteSize>123456</ebucore:fileByteSize>
<svcs:has_service rdf:resource="https://i.example.vn/{name}"/></edm:WebResource>
<svcs:Service rdf:about="https://i.example.vn/{name}"><dcterms:conformsTo rdf:resource="http://iiif.io/api/image/3/context.json"/></svcs:Service>"""


AGENT = (
    '<edm:Agent rdf:about="#nghe-nhan"><skos:prefLabel xml:lang="en">A gong master</skos:prefLabel>'
    '<skos:prefLabel xml:lang="vi">Nghệ nhân cồng chiêng</skos:prefLabel></edm:Agent>'
)


def edm(*things: str) -> bytes:
    return f'<?xml version="1.0"?><rdf:RDF {SPACES}>{"".join(things)}{AGENT}</rdf:RDF>'.encode()


def records(data: bytes) -> list[Record | Rejected]:
    return list(open_source(BytesIO(data), name="edm.rdf"))


def test_an_object_is_a_record_with_its_image_and_rights() -> None:
    (record,) = records(edm(thing()))
    assert isinstance(record, Record)
    assert record.digital is not None
    assert record.leader[6:7] == "k"
    wanted = {"100": "a", "245": "a", "264": "c", "540": "u", "710": "a"}
    first = {tag: found.first(code) for tag, code in wanted.items() if (found := record.first(tag)) is not None}
    assert first == {
        "100": "Nghệ nhân cồng chiêng", "245": "Chiêng ba", "264": "1985",
        "540": "http://rightsstatements.org/vocab/NoC-OKLR/1.0/", "710": "Bảo tàng tỉnh",
    }  # fmt: skip
    (page,) = record.digital.pages
    assert (page.width, page.height, page.image.size) == (4000, 3000, 123456)
    assert page.image.service == Service("https://i.example.vn/chieng", 3)


def test_several_objects_in_one_document_are_several_records() -> None:
    found = records(edm(thing("chieng", "Chiêng"), thing("go", "Tượng gỗ")))
    assert [each.first("245").first("a") for each in found if isinstance(each, Record)] == ["Chiêng", "Tượng gỗ"]  # type: ignore[union-attr]
    scans = [each.digital for each in found if isinstance(each, Record) and each.digital]
    assert [each.pages[0].image.address[-7:] for each in scans] == ["eng.jpg", "/go.jpg"]


GONE = ' status="deleted"'


def test_an_oai_list_of_edm_is_recognised_and_deletions_are_rejected() -> None:
    inner = edm(thing()).decode().partition("?>")[2]
    header = "<header{}><identifier>oai:x:{}</identifier><datestamp>2026-01-01</datestamp></header>"
    text = (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
        f"<record>{header.format('', 1)}<metadata>{inner}</metadata></record>"
        f"<record>{header.format(GONE, 2)}</record></ListRecords></OAI-PMH>"
    ).encode()
    (described,) = describe(BytesIO(text))
    assert described.format == "edm"
    one, two = records(text)
    assert isinstance(one, Record)
    assert one.control("001") == "oai:x:1"
    assert isinstance(two, Rejected)
    assert two.rule == "record-deleted-at-source"


def test_other_rdf_is_no_catalogue_file() -> None:
    with pytest.raises(SourceError):
        records(b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description/></rdf:RDF>')


def test_an_object_that_says_nothing_is_rejected() -> None:
    (rejected,) = records(f'<rdf:RDF {SPACES}><edm:ProvidedCHO rdf:about="x"/></rdf:RDF>'.encode())
    assert isinstance(rejected, Rejected)
    assert rejected.rule == "record-empty"


def test_a_document_with_entities_is_refused() -> None:
    with pytest.raises(SourceError, match="DOCTYPE"):
        records(b'<!DOCTYPE rdf:RDF [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + edm(thing()).partition(b"?>")[2])
