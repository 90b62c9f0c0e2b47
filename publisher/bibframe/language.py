"""The language and script of a field, as BCP 47, from $7, $6 and 008.

Source: Conversion specification 2.10, Process 0-9 ($6, xml:lang); MARC 21 Appendix A (script identification codes).
Tags are as the reference writes them: lower case, but a script that $6 names itself is as ISO 15924 writes it; language
tags are compared without case (RFC 5646, 2.1.1).
"""

from __future__ import annotations

import re
from functools import cache

from publisher.rdf.codelists import codelist
from publisher.sources.record import Field, Record

_WELL_FORMED = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_SCRIPTS_OF_6 = {"(B": "latn", "(N": "cyrl", "(Q": "cyrl", "(S": "grek", "(2": "hebr", "(3": "arab", "(4": "arab"}
_CJK_BY_LANGUAGE = {"kor": "kore", "chi": "hani", "jpn": "jpan"}
_CJK_BY_COUNTRY = {"ko ": "kore", "cc ": "hani", "ch ": "hani", "ja ": "jpan"}


@cache
def _two_letters() -> dict[str, str]:
    return {code: row.more["bcp47"] for code, row in codelist("languages").items() if len(row.more["bcp47"]) == 2}


@cache
def _usual_script() -> dict[str, str]:
    rows = codelist("languages").values()
    return {row.more["bcp47"]: row.more["script"].lower() for row in rows if row.more["script"]}


def field_language(field: Field, record: Record) -> str:
    """Return the BCP 47 tag of `field`, or "" where the record does not say, or says no language."""
    tag = _said(field, record)
    return tag if _WELL_FORMED.fullmatch(tag) else ""


def _said(field: Field, record: Record) -> str:
    content = field.content
    seven = next((value for value in field.all("7") if "(bcp47)" in value), "")
    if seven:
        return normalize(seven.partition(")")[2], record)
    seven = next((value for value in field.all("7") if "[bcp47]" in value and "]en" not in value), "")
    if seven:
        return normalize(seven.partition("]")[2], record)
    six = next((value for value in field.all("6") if "/" in value), "")
    if six and record.control("008"):
        return _from_link(six.partition("/")[2].partition("/")[0], record)
    if field.tag == "242":
        # The cataloguing agency's own language goes without saying; others as $y has them, which the reference's own
        # assertions ask for ("fre"); the writers make it the shortest (`publisher.rdf.langtag`).
        language = field.first("y").replace(".", "").strip()
        return "" if language == "eng" else language
    if "(bcp47/" in content:
        return normalize(next(v for v in field.all("7") if "(bcp47/" in v).partition(")")[2], record)
    return ""


def subfield_language(field: Field, code: str, default: str, record: Record) -> str:
    """Return the tag that $7 gives one subfield of a field ("(bcp47/dpsfa)vi"), else `default`."""
    mark = f"(bcp47/dpsf{code})"
    for value in field.all("7"):
        if mark in value:
            tag = normalize(value.partition(")")[2], record)
            return tag if _WELL_FORMED.fullmatch(tag) else default
    return default


def _from_link(code: str, record: Record) -> str:
    fixed = record.control("008")
    language = _two_letters().get(fixed[35:38], fixed[35:38].strip())
    script = _script(code, fixed, record)
    if language == "en" and script.lower() not in ("", "latn"):
        return f"und-{script}"
    # The script is said even where it goes without saying, as the specification has it ("ar-arab", "uk-cyrl").
    if script:
        return f"{language}-{script}" if language.isalpha() else f"und-{script}"
    return language if language in _usual_script() else ""


def _script(code: str, fixed: str, record: Record) -> str:
    if code == "$1":
        by_language = _CJK_BY_LANGUAGE.get(fixed[35:38]) or _CJK_BY_COUNTRY.get(fixed[15:18])
        if by_language:
            return by_language
        spoken = {value for field in record.all("041") for value in field.all("a")}
        return next((_CJK_BY_LANGUAGE[language] for language in ("chi", "kor", "jpn") if language in spoken), "jpan")
    if code in _SCRIPTS_OF_6:
        return _SCRIPTS_OF_6[code]
    if len(code) == 4 and code.isascii() and code.isalpha():
        return code
    return _script_by_number().get(code, "")


@cache
def _script_by_number() -> dict[str, str]:
    return {row.more["number"]: code.capitalize() for code, row in codelist("scripts").items()}


def normalize(code: str, record: Record) -> str:
    """Return a language tag as used throughout: two letters where there are two, no script that goes without saying."""
    if "-t-" in code:
        return code
    language, _, rest = code.partition("-")
    if len(language) == 3:
        spoken = _two_letters().get(record.control("008")[35:38], "")
        language = spoken if language in ("zxx", "und") and spoken else _two_letters().get(language, language)
    script = rest.lower() if len(rest) == 4 else ""
    if script and _usual_script().get(language) == script:
        script = ""
    return f"{language}-{script}".replace(" ", "").replace("\n", "") if script else language
