"""What the values of filters are called: codes in words, everything else as it is."""

from __future__ import annotations

import re

from publisher.rdf.codelists import codelist
from publisher.site.visit import Visit, visit

_MARK = re.compile(r" ([:;=/]) ")
_SUBDIVISION = re.compile(r"\s*--\s*")


def filter_label(name: str, value: str, on: Visit | None = None) -> str:
    """Return what to call `value` of the filter `name` ("language" and "vie" is "tiếng Việt").

    `on` is the visit that reads it, the present request's by default.
    """
    now = on or visit()
    if name == "language":
        return language_label(value, now.language)
    if name == "type":
        return now.t.get(f"form.{value}", value)
    if name == "library":
        library = now.reader.settings.library(value)
        day = now.reader.release.created.date()
        return library.name_on(day).in_language(now.language) if library else value
    if name == "digitized":
        return now.t("search.digitized")
    if name == "year":
        first, dash, last = value.partition("-")
        if dash and first and first.endswith("0") and last == f"{first[:-1]}9":
            return now.t("search.decade", decade=first)
        return value.replace("-", "–")
    return heading(value)


def heading(label: str) -> str:
    """Return a subject heading with dashes between its parts instead of the hyphens of the card catalogue.

    >>> heading("Kon Tum (tỉnh)--Lịch sử")
    'Kon Tum (tỉnh) – Lịch sử'
    """
    return _SUBDIVISION.sub(" – ", label)


def bound(title: str) -> str:
    """Return a title whose punctuation " : " or " = " never begins a line (ISBD has a space before it).

    >>> bound("Đăm Săn : sử thi")
    'Đăm Săn\\xa0: sử thi'
    """
    return _MARK.sub("\u00a0\\1 ", title)


def language_label(code: str, language: str) -> str:
    """Return what the language with the MARC (or ISO 639-3) code is called."""
    for name in ("languages", "iso639-3"):
        label = codelist(name).label(code, language)
        if label:
            return label
    return code
