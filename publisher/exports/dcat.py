"""The catalogue of the datasets in DCAT 3, in the shape of DCAT-AP 3.0.1 (https://semiceu.github.io/DCAT-AP/)."""

from __future__ import annotations

from collections.abc import Sequence

from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, VOID, XSD, Graph, Literal, Namespace, URIRef

from publisher.config import Bilingual, Contact, Settings
from publisher.exports.declaration import Declaration, Series
from publisher.exports.files import DataFile, DatasetFiles
from publisher.exports.formats import MEDIA_TYPES_OF_PACKINGS
from publisher.identity.iris import Iris

DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SCHEMA = Namespace("https://schema.org/")
IANA = Namespace("https://www.iana.org/assignments/media-types/")
_EU = "http://publications.europa.eu/resource/authority/"
LANGUAGES = {"vi": URIRef(_EU + "language/VIE"), "en": URIRef(_EU + "language/ENG")}
VERSION = URIRef(f"{DCAT}version")  # of DCAT 3, which rdflib does not know yet
SERIES, IN_SERIES = URIRef(f"{DCAT}DatasetSeries"), URIRef(f"{DCAT}inSeries")
SHA256 = URIRef("http://spdx.org/rdf/terms#checksumAlgorithm_sha256")
_AVAILABLE = URIRef(_EU + "planned-availability/STABLE")
_SPARQL_PROTOCOL = URIRef("http://www.w3.org/TR/sparql11-protocol/")
_TITLE = {"vi": "Danh mục dữ liệu mở", "en": "Catalogue of open data"}
_DESCRIPTION = {
    "vi": "Các tập dữ liệu mở cắt từ mục lục của thư viện",
    "en": "Open datasets cut from the catalogues of libraries",
}
_SERVICE = {"vi": "Điểm truy vấn SPARQL", "en": "SPARQL endpoint"}


def catalogue(settings: Settings, datasets: Sequence[DatasetFiles]) -> Graph:
    """Return the catalogue of `datasets`, with the SPARQL endpoint as the service that answers from them."""
    return _Catalogue(settings, datasets).graph


def download_address(iris: Iris, dataset: DatasetFiles, file: DataFile) -> str:
    """Return the address from which `file` is downloaded."""
    return iris.page(f"dataset/{dataset.name}/{file.name}")


class _Catalogue:
    """Collects the statements of one catalogue."""

    def __init__(self, settings: Settings, datasets: Sequence[DatasetFiles]) -> None:
        self.settings = settings
        self.datasets = datasets
        self.iris = Iris(settings.base)
        self.graph = Graph()
        for prefix, namespace in (("dcatap", DCATAP), ("spdx", SPDX), ("vcard", VCARD), ("schema", SCHEMA)):
            self.graph.bind(prefix, namespace)
        self.iri = URIRef(self.iris.page("catalog"))
        self.publisher = URIRef(settings.publisher.iri or f"{self.iri}#publisher")
        self._catalogue(datasets)
        for dataset in datasets:
            self._dataset(dataset)
        self._service(datasets)
        self._publisher(datasets)
        self._licences(datasets)

    def _add(self, subject: URIRef, predicate: URIRef, *objects: URIRef | Literal) -> None:
        for value in objects:
            self.graph.add((subject, predicate, value))

    def _texts(self, subject: URIRef, predicate: URIRef, text: Bilingual | dict[str, str]) -> None:
        both = text if isinstance(text, dict) else {"vi": text.vi, "en": text.en}
        self._add(subject, predicate, *(Literal(value, lang=language) for language, value in both.items()))

    def _times(self, subject: URIRef, dataset: DatasetFiles) -> None:
        self._add(subject, DCTERMS.modified, Literal(dataset.modified.isoformat(), datatype=XSD.dateTime))

    def _term(self, term: URIRef, kind: URIRef) -> URIRef:
        """Say of a term of a code list what a validator that follows no links asks for: its class and its list."""
        self._add(term, RDF.type, kind)
        if term.startswith(_EU):
            self._add(term, SKOS.inScheme, URIRef(term.rpartition("/")[0]))
        return term

    def _concept(self, iri: str, label: Bilingual | dict[str, str]) -> URIRef:
        concept = self._term(URIRef(iri), SKOS.Concept)
        self._texts(concept, SKOS.prefLabel, label)
        return concept

    def _languages(self) -> list[URIRef]:
        return [self._term(language, DCTERMS.LinguisticSystem) for language in LANGUAGES.values()]

    def _contact(self, iri: URIRef) -> None:
        if any(self.settings.publisher.contact.model_dump().values()):
            self._add(iri, DCAT.contactPoint, URIRef(f"{self.iri}#contact"))

    def _catalogue(self, datasets: Sequence[DatasetFiles]) -> None:
        name = self.settings.publisher.name
        self._add(self.iri, RDF.type, DCAT.Catalog)
        self._texts(
            self.iri,
            DCTERMS.title,
            {language: f"{text}: {name.in_language(language)}" for language, text in _TITLE.items()},
        )
        self._texts(
            self.iri,
            DCTERMS.description,
            {language: f"{text}. {name.in_language(language)}." for language, text in _DESCRIPTION.items()},
        )
        self._add(self.iri, DCTERMS.publisher, self.publisher)
        self._add(self.iri, FOAF.homepage, URIRef(self.iris.page("")))
        self._add(self.iri, DCTERMS.language, *self._languages())
        self._add(self.iri, DCAT.dataset, *(URIRef(self.iris.dataset(dataset.name)) for dataset in datasets))
        self._add(self.iri, DCAT.service, URIRef(self.iris.page("sparql")))
        if self.settings.licence:
            self._add(self.iri, DCTERMS.license, URIRef(self.settings.licence.iri))
        if datasets:
            self._times(self.iri, max(datasets, key=lambda dataset: dataset.modified))
        self._add(URIRef(self.iris.page("")), RDF.type, FOAF.Document)

    def _dataset(self, dataset: DatasetFiles) -> None:
        iri = URIRef(self.iris.dataset(dataset.name))
        declared = dataset.dataset.declaration
        self._add(iri, RDF.type, DCAT.Dataset)
        self._texts(iri, DCTERMS.title, declared.title)
        self._texts(iri, DCTERMS.description, declared.description)
        for keyword in declared.keywords:
            self._texts(iri, DCAT.keyword, keyword)
        self._add(iri, DCTERMS.identifier, Literal(str(iri)))
        self._add(iri, VERSION, Literal(dataset.version))
        self._add(iri, DCTERMS.publisher, self.publisher)
        self._add(iri, DCTERMS.language, *self._languages())
        self._times(iri, dataset)
        if declared.theme:
            self._add(iri, DCAT.theme, self._concept(declared.theme.iri, declared.theme))
        if declared.frequency:
            frequency = self._term(URIRef(declared.frequency), DCTERMS.Frequency)
            self._add(iri, DCTERMS.accrualPeriodicity, frequency)
        self._coverage(iri, declared)
        if declared.quality:
            note = URIRef(f"{iri}#quality")
            self._add(iri, DCTERMS.provenance, note)
            self._add(note, RDF.type, DCTERMS.ProvenanceStatement)
            self._texts(note, RDFS.label, declared.quality)
        if declared.contact:
            self._point(iri, declared.contact, dataset)
        else:
            self._contact(iri)
        if declared.series:
            self._add(iri, IN_SERIES, self._series(declared.series))
        if declared.generator == "graph":
            self._add(iri, RDF.type, VOID.Dataset)
            self._add(iri, VOID.triples, Literal(str(dataset.rows), datatype=XSD.integer))
            self._add(
                iri, VOID.dataDump, *(URIRef(download_address(self.iris, dataset, each)) for each in dataset.files)
            )
        for file in dataset.files:
            self._distribution(iri, dataset, file)

    def _series(self, declared: Series) -> URIRef:
        """Describe the series that the dataset is in (DCAT 3, 6.7)."""
        series = URIRef(f"{self.iri}#series-{declared.id}")
        self._add(series, RDF.type, SERIES)
        self._texts(series, DCTERMS.title, declared.title)
        self._texts(series, DCTERMS.description, declared.description)
        self._add(series, DCTERMS.publisher, self.publisher)
        self._contact(series)
        frequencies = {
            each.dataset.declaration.frequency
            for each in self.datasets
            if each.dataset.declaration.series and each.dataset.declaration.series.id == declared.id
        }
        if len(frequencies) == 1 and (frequency := frequencies.pop()):  # a series has one, or none is said of it
            self._add(series, DCTERMS.accrualPeriodicity, self._term(URIRef(frequency), DCTERMS.Frequency))
        return series

    def _coverage(self, iri: URIRef, declared: Declaration) -> None:
        for place in declared.spatial:
            self._add(iri, DCTERMS.spatial, self._term(URIRef(place), DCTERMS.Location))
        if declared.temporal:
            period = URIRef(f"{iri}#period")
            self._add(iri, DCTERMS.temporal, period)
            self._add(period, RDF.type, DCTERMS.PeriodOfTime)
            for prop, day in ((DCAT.startDate, declared.temporal.start), (DCAT.endDate, declared.temporal.end)):
                if day:
                    self._add(period, prop, Literal(day.isoformat(), datatype=XSD.date))

    def _distribution(self, iri: URIRef, dataset: DatasetFiles, file: DataFile) -> None:
        distribution = URIRef(f"{iri}#{file.format}")
        address = URIRef(download_address(self.iris, dataset, file))
        self._add(iri, DCAT.distribution, distribution)
        self._add(distribution, RDF.type, DCAT.Distribution)
        self._add(distribution, DCTERMS.title, Literal(file.name))
        self._texts(distribution, DCTERMS.description, dataset.dataset.declaration.title)
        self._add(distribution, DCATAP.availability, self._concept(_AVAILABLE, {"vi": "ổn định", "en": "stable"}))
        self._add(distribution, DCAT.accessURL, address)
        self._add(distribution, DCAT.downloadURL, address)
        file_type = URIRef(f"{_EU}file-type/{file.kind.eu_file_type}")
        self._add(distribution, DCTERMS.format, self._term(file_type, DCTERMS.MediaTypeOrExtent))
        if file.kind.is_registered:
            self._add(distribution, DCAT.mediaType, self._term(IANA[file.kind.media_type], DCTERMS.MediaType))
        if file.packing:
            packing = IANA[MEDIA_TYPES_OF_PACKINGS[file.packing]]
            self._add(distribution, DCAT.compressFormat, self._term(packing, DCTERMS.MediaType))
        self._add(distribution, DCAT.byteSize, Literal(str(file.bytes), datatype=XSD.nonNegativeInteger))
        self._add(distribution, DCTERMS.language, *self._languages())
        self._times(distribution, dataset)
        if licence := dataset.licence_iri(self.settings):
            self._add(distribution, DCTERMS.license, URIRef(licence))
        checksum = URIRef(f"{distribution}-checksum")
        self._add(distribution, SPDX.checksum, checksum)
        self._add(checksum, RDF.type, SPDX.Checksum)
        self._add(checksum, SPDX.algorithm, SHA256)
        self._add(checksum, SPDX.checksumValue, Literal(file.sha256, datatype=XSD.hexBinary))

    def _service(self, datasets: Sequence[DatasetFiles]) -> None:
        iri = URIRef(self.iris.page("sparql"))
        self._add(iri, RDF.type, DCAT.DataService)
        self._texts(iri, DCTERMS.title, _SERVICE)
        self._add(iri, DCAT.endpointURL, iri)
        self._add(iri, DCAT.endpointDescription, iri)
        self._contact(iri)
        self._add(iri, DCTERMS.conformsTo, _SPARQL_PROTOCOL)
        self._add(iri, DCTERMS.publisher, self.publisher)
        self._add(iri, DCAT.servesDataset, *(URIRef(self.iris.dataset(dataset.name)) for dataset in datasets))
        if self.settings.licence:
            self._add(iri, DCTERMS.license, URIRef(self.settings.licence.iri))
        self._add(_SPARQL_PROTOCOL, RDF.type, DCTERMS.Standard)

    def _publisher(self, datasets: Sequence[DatasetFiles]) -> None:
        publisher = self.settings.publisher
        day = max((dataset.created.date() for dataset in datasets), default=None)
        name = publisher.name_on(day) if day else publisher.name
        self._add(self.publisher, RDF.type, FOAF.Agent)
        self._texts(self.publisher, FOAF.name, {"vi": name.vi, "en": name.en})
        if publisher.identifier:
            self._add(self.publisher, DCTERMS.identifier, Literal(publisher.identifier))
        if any(publisher.contact.model_dump().values()):
            self._vcard(URIRef(f"{self.iri}#contact"), publisher.contact, name)

    def _point(self, iri: URIRef, contact: Contact, dataset: DatasetFiles) -> None:
        """Give a dataset a contact of its own."""
        point = URIRef(f"{iri}#contact")
        self._add(iri, DCAT.contactPoint, point)
        self._vcard(point, contact, self.settings.publisher.name_on(dataset.created.date()))

    def _vcard(self, point: URIRef, contact: Contact, name: Bilingual) -> None:
        self._add(point, RDF.type, VCARD.Organization, VCARD.Kind)
        self._texts(point, VCARD.fn, name)
        if contact.email:
            self._add(point, VCARD.hasEmail, URIRef(f"mailto:{contact.email}"))
        if contact.phone:
            self._add(point, VCARD.hasTelephone, URIRef(f"tel:{''.join(contact.phone.split())}"))
        if contact.url:
            self._add(point, VCARD.hasURL, URIRef(contact.url))

    def _licences(self, datasets: Sequence[DatasetFiles]) -> None:
        own = (dataset.dataset.declaration.licence for dataset in datasets)
        for licence in {each.iri: each for each in (*own, self.settings.licence) if each}.values():
            iri = URIRef(licence.iri)
            self._add(iri, RDF.type, DCTERMS.LicenseDocument)
            self._add(iri, DCTERMS.identifier, Literal(licence.id))
            self._texts(iri, DCTERMS.title, licence.title)
            self._texts(iri, RDFS.label, licence.title)
