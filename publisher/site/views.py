"""What stands on the page of each kind of entity: the lines, in their order, as a cataloguer would check them."""

from __future__ import annotations

from publisher.site.fields import (
    LineOf,
    addresses,
    both,
    classification,
    days,
    entities,
    literals,
    notes,
    of_class,
    qualified,
    series,
    terms,
    titles,
    via,
)

_LABEL = "rdfs:label"
_STANDARD_NUMBERS = ("Isbn", "Issn", "IssnL")

WORK: tuple[LineOf, ...] = (
    ("other_title", titles("VariantTitle", "ParallelTitle", "AbbreviatedTitle", "KeyTitle", "TranslatedTitle")),
    ("original_title", via("bf:expressionOf", titles("Title"))),
    ("language", terms("bf:language")),
    ("genre", entities("bf:genreForm")),
    ("audience", terms("bf:intendedAudience")),
    ("content", terms("bf:content")),
    ("part_of", series),
    ("classification", classification),
    ("area", terms("bf:geographicCoverage")),
    ("scale", qualified("bf:scale", _LABEL)),
    ("illustrations", terms("bf:illustrativeContent")),
    ("dissertation", via("bf:dissertation", literals("bf:degree", "rdfs:label", "bf:date"))),
    ("contents", qualified("bf:tableOfContents", _LABEL)),
    ("work_note", notes),
    ("same", both(addresses("owl:sameAs"), addresses("skos:exactMatch"))),
)

INSTANCE: tuple[LineOf, ...] = (
    ("responsibility", literals("bf:responsibilityStatement")),
    ("other_title", titles("VariantTitle", "ParallelTitle", "AbbreviatedTitle", "KeyTitle", "CollectiveTitle")),
    ("edition", literals("bf:editionStatement")),
    (
        "imprint",
        literals(
            "bf:publicationStatement",
            "bf:productionStatement",
            "bf:distributionStatement",
            "bf:manufactureStatement",
            "bf:copyrightDate",
        ),
    ),
    ("first_issue", literals("bf:firstIssue", "bf:lastIssue")),
    ("frequency", terms("bf:frequency")),
    ("extent", qualified("bf:extent", _LABEL, "bf:appliesTo/rdfs:label")),
    ("dimensions", literals("bf:dimensions")),
    ("series", literals("bf:seriesStatement")),
    ("isbn", of_class("bf:identifiedBy", "Isbn")),
    ("issn", of_class("bf:identifiedBy", "Issn", "IssnL")),
    ("number", of_class("bf:identifiedBy", "PublisherNumber", "Ismn", "Isrc", "Ean", "Doi", "Hdl", "Urn", "Lccn")),
    ("carrier", terms("bf:carrier")),
    ("awards", literals("bf:awards")),
    ("note", notes),
    ("access", qualified("bf:usageAndAccessPolicy", _LABEL)),
    ("supplement", qualified("bf:supplementaryContent", _LABEL)),
)
"""Of an instance; the lines of its work follow on the same page."""

ITEM: tuple[LineOf, ...] = (
    ("held_by", entities("bf:heldBy", "library")),
    ("shelf_mark", qualified("bf:shelfMark", _LABEL)),
    ("sublocation", qualified("bf:sublocation", _LABEL)),
    ("physical_location", literals("bf:physicalLocation")),
    ("enumeration", qualified("bf:enumerationAndChronology", _LABEL)),
    ("barcode", of_class("bf:identifiedBy", "Barcode")),
    ("digital", addresses("bf:electronicLocator")),
    ("access", qualified("bf:usageAndAccessPolicy", _LABEL)),
    ("note", notes),
)

AGENT: tuple[LineOf, ...] = (
    ("other_name", literals("schema:alternateName", "madsrdf:hasVariant/madsrdf:variantLabel")),
    ("born", days("schema:birthDate")),
    ("died", days("schema:deathDate")),
    ("earlier", entities("madsrdf:hasEarlierEstablishedForm")),
    ("later", entities("madsrdf:hasLaterEstablishedForm")),
    ("related", entities("madsrdf:hasReciprocalAuthority")),
    ("work_note", literals("skos:note")),
    ("named_in", literals("madsrdf:hasSource/madsrdf:citationSource")),
    ("described_by", entities("bf:adminMetadata", "record")),
    ("same", both(addresses("owl:sameAs"), addresses("skos:exactMatch"))),
)

CONCEPT: tuple[LineOf, ...] = (
    ("other_name", literals("skos:altLabel")),
    ("broader", entities("skos:broader")),
    ("narrower", entities("skos:narrower")),
    ("related", entities("skos:related")),
    ("scope", literals("skos:scopeNote")),
    ("work_note", literals("skos:note")),
    ("described_by", entities("bf:adminMetadata", "record")),
    ("own_name", literals("rong:ownName")),
    ("notation", literals("skos:notation")),
    ("spoken", terms("dcterms:language")),
    ("home", entities("dcterms:spatial")),
    ("scheme", both(terms("bf:source"), terms("madsrdf:isMemberOfMADSScheme"), terms("skos:inScheme"))),
    ("may_be", entities("skos:closeMatch")),
    ("same", both(addresses("skos:exactMatch"), addresses("owl:sameAs"))),
)

PLACE: tuple[LineOf, ...] = (
    ("other_name", literals("skos:altLabel", "schema:alternateName")),
    ("valid_from", days("rong:validFrom")),
    ("valid_to", days("rong:validTo")),
    ("replaced_by", entities("dcterms:isReplacedBy")),
    ("replaces", entities("dcterms:replaces")),
    ("broader", both(entities("schema:containedInPlace"), entities("skos:broader"))),
    ("code", qualified("bf:identifiedBy", "rdf:value", "bf:source/bf:code")),
    ("scheme", both(terms("bf:source"), terms("skos:inScheme"))),
    ("may_be", entities("skos:closeMatch")),
    ("same", both(addresses("skos:exactMatch"), addresses("owl:sameAs"))),
)

RECORD: tuple[LineOf, ...] = (
    ("record_number", of_class("bf:identifiedBy", "Local")),
    ("assigner", both(entities("bf:assigner"), entities("bf:agent", "library"))),
    ("status", terms("bf:status")),
    ("record_date", days("bf:creationDate", "bf:changeDate", "bf:date")),
    ("conventions", terms("bf:descriptionConventions")),
    ("description_language", terms("bf:descriptionLanguage")),
    ("level", terms("bflc:encodingLevel")),
)
