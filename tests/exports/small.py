"""A small store in the shape of docs/architecture.md: two editions of three items in two libraries."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from publisher.config import Settings
from publisher.exports.cut import write_datasets
from publisher.exports.files import DatasetFiles

CREATED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

CONFIGURATION = """
base = "https://data.example.vn"

[publisher]
name = {vi = "Thư viện tỉnh", en = "Provincial Library"}
identifier = "H00.00"
contact = {email = "thuvien@example.vn", phone = "+84 260 000 000"}

[licence]
id = "CC-BY-4.0"
iri = "http://creativecommons.org/licenses/by/4.0/"
title = {vi = "Ghi công 4.0", en = "Attribution 4.0"}

[[libraries]]
code = "a"
name = {vi = "Thư viện A", en = "Library A"}
"""

TURTLE = """
@base <https://data.example.vn/> .
@prefix bf: <http://id.loc.gov/ontologies/bibframe/> .
@prefix bflc: <http://id.loc.gov/ontologies/bflc/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<library/a> a bf:Organization, schema:Library ; rdfs:label "Thư viện A"@vi, "Library A"@en ; bf:code "a" ;
    schema:openingHours "Mo-Fr 07:30-11:00" ; schema:geo <library/a#geo-1> .
<library/a#geo-1> a schema:GeoCoordinates ; schema:latitude 14.35 ; schema:longitude 108.0 .
<library/b> a bf:Organization, schema:Library ; rdfs:label "Thư viện B"@vi, "Library B"@en .

<work/w1> a bf:Work, bf:Text ; rdfs:label "Sử thi Ba Na" ;
    schema:author <agent/p1>, <agent/p2> ; schema:inLanguage "vi", "bdq" ;
    bf:subject <concept/c1>, <concept/c2> ; bf:hasInstance <instance/a-1> ;
    bf:classification <work/w1#classification-1> .
<work/w1#classification-1> a bf:ClassificationDdc ; bf:classificationPortion "398.2" .
<work/w2> a bf:Work ; rdfs:label "=cmd|' /C calc'!A0" ; bf:hasInstance <instance/b-2> .
<agent/p1> a bf:Agent, bf:Person ; rdfs:label "Võ Quang Trọng" .
<agent/p2> a bf:Agent, bf:Person ; rdfs:label "A Jar" .
<concept/c1> a bf:Topic, skos:Concept ; rdfs:label "Sử thi" .
<concept/c2> a bf:Topic, skos:Concept ; rdfs:label "Văn học dân gian" .

<instance/a-1> a bf:Instance, schema:Book ; rdfs:label "Sử thi Ba Na, \\"Dăm Noi\\"" ; bf:instanceOf <work/w1> ;
    schema:author <agent/p1>, <agent/p2> ; schema:inLanguage "vi", "bdq" ;
    schema:datePublished "2005" ; schema:isbn "9786049440000" ; bf:extent <instance/a-1#extent-1> ;
    bf:provisionActivity <instance/a-1#provision-1> ; bf:electronicLocator <https://so.example.vn/1> ;
    bf:hasItem <item/a-1-1>, <item/a-1-2>, <item/b-1-1> .
<instance/a-1#extent-1> a bf:Extent ; rdfs:label "1243 tr." .
<instance/a-1#provision-1> a bf:Publication ; bflc:simpleAgent "Khoa học xã hội" ; bflc:simplePlace "Hà Nội" .
<instance/b-2> a bf:Instance ; rdfs:label "=cmd|' /C calc'!A0" ; bf:instanceOf <work/w2> .
<instance/b-3> a bf:Instance .

<item/a-1-1> a bf:Item ; bf:itemOf <instance/a-1> ; bf:heldBy <library/a> ; bf:shelfMark <item/a-1-1#shelf-1> .
<item/a-1-1#shelf-1> a bf:ShelfMark ; rdfs:label "398.2 S550T" .
<item/a-1-2> a bf:Item ; bf:itemOf <instance/a-1> ; bf:heldBy <library/a> .
<item/b-1-1> a bf:Item ; bf:itemOf <instance/a-1> ; bf:heldBy <library/b> .
"""


def settings(folder: Path) -> Settings:
    """Return the settings of the small catalogue, written to and read from `folder`."""
    path = folder / "rong.toml"
    path.write_text(CONFIGURATION, "utf-8")
    return Settings.load(path)


def store(folder: Path, turtle: str = TURTLE) -> Store:
    """Return a store on disk in `folder` with the small catalogue, or with other statements."""
    made = Store(str(folder / "store"))
    made.bulk_load(turtle.encode(), RdfFormat.TURTLE)
    return made


def datasets(folder: Path, turtle: str = TURTLE, release: str = "r1") -> list[DatasetFiles]:
    """Cut all declared datasets from the small catalogue into `folder`/datasets."""
    (folder / release).mkdir()
    made = store(folder / release, turtle)
    return write_datasets(made, folder / release / "datasets", settings(folder), release_id=release, created=CREATED)
