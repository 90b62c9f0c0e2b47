"""The answers of the reconciliation service, as JSON: candidates, suggestions, values.

Source: specification 0.2, Reconciliation Query Results, Suggest Services, Data Extension Service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from publisher.rdf.vietnamese import fold
from publisher.release.document import number_key
from publisher.site.reader import Reader
from publisher.site.reconciliation.finder import Finder, Found
from publisher.site.reconciliation.kinds import BY_DEFAULT, PROPERTIES, TYPES, VALID_IN, Property, Type
from publisher.site.reconciliation.knowledge import Known
from publisher.site.reconciliation.questions import Extension, PropertyQuery, Query
from publisher.site.reconciliation.scoring import Likeness, is_match, name_score

Json = dict[str, Any]

_CANDIDATES = 30
"""Things that are looked at closely for one query; at least as many as are wanted."""
_LEAST = 25.0
"""Below this score a thing shares a word with the query and no more."""
_SUGGESTED = 20
_NEAR_ENOUGH = 85.0
_NUMBERS = frozenset({"isbn", "issn", "code", "notation"})
_YEARS = frozenset({"year", "born", "died", "valid-from", "valid-to"})
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


class Answers:
    """Answers from one release to someone who reads `language`."""

    def __init__(self, reader: Reader, finder: Finder, language: str) -> None:
        self._reader = reader
        self._finder = finder
        self._language = language

    def known(self, identifier: str) -> Known | None:
        """Return the thing with an identifier of the service (or with an IRI), None when the release has none."""
        base = f"{self._reader.settings.base}/"
        iri = self._reader.iris.of_path(identifier.removeprefix(base))
        split = self._reader.iris.split(iri)
        if split is None or split[0] not in (*BY_DEFAULT, "library") or "#" in iri or not self._reader.exists(iri):
            return None
        return Known(self._reader, iri, self._language)

    # Queries

    def results(self, query: Query) -> Json:
        """Return the candidates of one query, the best first."""
        wanted = [TYPES[each] for each in query.type if each in TYPES]
        if query.type and not wanted:
            return {"result": []}
        kinds = list(dict.fromkeys(each.kind for each in wanted)) or list(BY_DEFAULT)
        found = self._found(query, kinds)
        judged: list[tuple[Likeness, Known]] = []
        for each in found:
            known = Known(self._reader, each.iri, self._language)
            if wanted and not self._fits(known, wanted, query.type_strict):
                continue
            likeness = self._likeness(query, known)
            if likeness.score >= _LEAST:
                judged.append((likeness, known))
        judged.sort(key=lambda pair: (-pair[0].score, pair[1].is_heading, *self._by_label(query, pair[1])))
        match = bool(judged) and self._is_match(judged)
        listed = enumerate(judged[: query.limit])
        return {"result": [self._candidate(known, likeness, match and not n) for n, (likeness, known) in listed]}

    @staticmethod
    def _by_label(query: Query, known: Known) -> tuple[float, str]:
        """Return what orders things of one score: what is called so comes before what is also called so."""
        return -name_score(query.query, [known.name]), known.id

    @staticmethod
    def _is_match(judged: list[tuple[Likeness, Known]]) -> bool:
        """Return whether the first is a match. A heading that is tied to it is another name of it and no rival."""
        likeness, first = judged[0]
        rivals = [other for other, known in judged[1:] if first.iri not in known.tied_to]
        return is_match(likeness, rivals)

    def _found(self, query: Query, kinds: list[str]) -> list[Found]:
        most = max(_CANDIDATES, query.limit)
        found: dict[str, Found] = {}
        for each in query.properties:
            if each.pid in ("isbn", "issn") and "instance" in kinds:
                found |= {hit.iri: hit for text in each.texts() for hit in self._finder.numbered(text, most)}
        helps = [text for each in query.properties for text in each.texts()]
        if query.query.strip():
            found |= {hit.iri: hit for hit in self._finder.named(query.query, kinds, helps, most)}
        return list(found.values())

    @staticmethod
    def _fits(known: Known, wanted: Iterable[Type], strict: str) -> bool:
        types = set(known.types)
        return all(each in types for each in wanted) if strict == "all" else any(each in types for each in wanted)

    def _likeness(self, query: Query, known: Known) -> Likeness:
        verdicts = [verdict for each in query.properties if (verdict := self._agrees(each, known)) is not None]
        agreeing, differing = verdicts.count(True), verdicts.count(False)
        name = name_score(query.query, known.names()) if query.query.strip() else 95.0 if agreeing else 0.0
        return Likeness(name, agreeing, differing)

    def _agrees(self, asked: PropertyQuery, known: Known) -> bool | None:
        """Return whether the thing has a value that was asked for; None where one side says nothing."""
        wanted = [text for text in asked.texts() if text]
        if asked.pid == VALID_IN:
            years = [int(year) for text in wanted for year in _YEAR.findall(text)]
            return self._was_there(known, years) if known.kind == "place" and years else None
        prop = PROPERTIES.get(asked.pid)
        values = known.values(prop) if prop is not None else []
        if prop is None or not wanted or not values:
            return None
        return any(self._same(prop, text, value) for text in wanted for value in values)

    @staticmethod
    def _was_there(known: Known, years: list[int]) -> bool:
        begins, ends = known.year("rong:validFrom"), known.year("rong:validTo")
        return any((begins is None or begins <= year) and (ends is None or year <= ends) for year in years)

    def _same(self, prop: Property, text: str, value: tuple[str, str]) -> bool:
        said, iri = value
        if iri and text.removeprefix(f"{self._reader.settings.base}/") == Known(self._reader, iri, "vi").id:
            return True
        if prop.id in _NUMBERS:
            return number_key(text) == number_key(said)
        if prop.id in _YEARS:
            return bool(set(_YEAR.findall(text)) & set(_YEAR.findall(said)))
        names = Known(self._reader, iri, self._language).names() if iri else [said]
        return name_score(text, names) >= _NEAR_ENOUGH or fold(text) == fold(said)

    def _candidate(self, known: Known, likeness: Likeness, match: bool) -> Json:
        features: list[Json] = [{"id": "name", "value": round(likeness.name, 1)}]
        if likeness.agreeing or likeness.differing:
            features.append({"id": "properties-agreeing", "value": likeness.agreeing})
            features.append({"id": "properties-differing", "value": likeness.differing})
        return {
            "id": known.id,
            "name": known.name,
            "description": known.description,
            "type": [self._type(each) for each in known.types],
            "score": likeness.score,
            "features": features,
            "match": match,
        }

    def _type(self, each: Type) -> Json:
        found: Json = {"id": each.id, "name": each.name(self._language)}
        if each.broader:
            found["broader"] = [{"id": each.broader, "name": TYPES[each.broader].name(self._language)}]
        return found

    # Suggestions

    def entities(self, prefix: str, cursor: int, types: list[str]) -> Json:
        """Return things whose names begin like `prefix`."""
        kinds = [TYPES[each].kind for each in types if each in TYPES] or [*BY_DEFAULT, "library"]
        found: list[Json] = []
        if (known := self.known(prefix.strip())) is not None:
            found.append(self._suggested(known))
        for each in self._finder.beginning(prefix, kinds, cursor, _SUGGESTED):
            found.append(self._suggested(Known(self._reader, each.iri, self._language)))
        return {"result": found}

    def _suggested(self, known: Known) -> Json:
        types = [{"id": each.id, "name": each.name(self._language)} for each in known.types]
        return {"id": known.id, "name": known.name, "description": known.description, "notable": types}

    def types(self, prefix: str, cursor: int = 0) -> Json:
        """Return the types that are called like `prefix`; all of them when it is empty."""
        found = [each for each in TYPES.values() if _begins(prefix, each.id, each.vi, each.en)]
        return {"result": [self._type(each) for each in found[cursor : cursor + _SUGGESTED]]}

    def properties(self, prefix: str, cursor: int = 0) -> Json:
        """Return the properties that are called like `prefix`; all of them when it is empty."""
        found = [each for each in PROPERTIES.values() if _begins(prefix, each.id, each.vi, each.en)]
        listed = found[cursor : cursor + 2 * _SUGGESTED]
        return {"result": [{"id": each.id, "name": each.name(self._language)} for each in listed]}

    # Values

    def proposed(self, kind: str, limit: int) -> Json:
        """Return the properties that things of a type have values of; of every type when `kind` is none of ours."""
        of = TYPES[kind].kind if kind in TYPES else ""
        found = [each for each in PROPERTIES.values() if each.paths and (not of or of in each.of)]
        listed = [{"id": each.id, "name": each.name(self._language)} for each in found[:limit]]
        return {"type": kind, "limit": limit, "properties": listed}

    def extended(self, asked: Extension) -> Json:
        """Return the values of properties of things; what the release does not have has none."""
        wanted = [PROPERTIES[each.id] for each in asked.properties if each.id in PROPERTIES]
        unknown = [each.id for each in asked.properties if each.id not in PROPERTIES]
        rows: dict[str, Json] = {}
        for identifier in asked.ids:
            known = self.known(identifier)
            row = {prop.id: [self._cell(prop, v) for v in known.values(prop)] if known else [] for prop in wanted}
            rows[identifier] = {**row, **{each: [] for each in unknown}}
        return {"meta": [self._column(prop) for prop in wanted] + [{"id": u, "name": u} for u in unknown], "rows": rows}

    def _column(self, prop: Property) -> Json:
        column: Json = {"id": prop.id, "name": prop.name(self._language)}
        if prop.entity:
            column["type"] = {"id": prop.entity, "name": TYPES[prop.entity].name(self._language)}
        return column

    def _cell(self, prop: Property, value: tuple[str, str]) -> Json:
        text, iri = value
        if iri and prop.entity:
            return {"id": Known(self._reader, iri, self._language).id, "name": text}
        return {"str": text}


def _begins(prefix: str, *names: str) -> bool:
    folded = fold(prefix)
    return not folded or any(fold(name).startswith(folded) or f" {folded}" in f" {fold(name)}" for name in names)
