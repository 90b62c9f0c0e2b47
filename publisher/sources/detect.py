"""What a file is, by its first bytes: the format that reads it, or the name of what it is instead."""

from __future__ import annotations

import re

from publisher.sources import alto, dublincore, edm, lines, marcjson, marcxml, mets, mods, printable, titlelist
from publisher.sources.iso2709 import BLANK
from publisher.sources.sheet import delimited

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"{\\rtf", "an RTF document"),
)
_OTHER_XML = (
    (
        b"http://www.dspace.org/xmlns/dspace/dim",
        "DIM, the inner form of DSpace (harvest the repository as qdc or mets)",
    ),
    (b"urn:isbn:1-931666-22-9", "EAD, the finding aid of an archive"),
    (b"http://datacite.org/schema", "DataCite, the description of research data (harvest the repository as oai_dc)"),
    (b"<ListMetadataFormats", "an answer of an OAI-PMH server without records"),
)
_OLE2 = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ISO_LEADER = re.compile(rb"[0-9]{5}[ -~]{19}")
_RDF = re.compile(rb"<(?:[\w.-]+:)?RDF[\s>]")
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)")


def format_of(head: bytes) -> str:
    """Return the name of the format that reads a file beginning with `head`, or "" when none does."""
    start = head.lstrip(BLANK)
    if workbook := _workbook(head):
        return workbook
    if not start or foreign(head):
        return ""
    if start.startswith(b"<"):
        return _xml(marcxml.without_comments(head))
    if b"\x1e" in head and (_ISO_LEADER.match(start) or b"\x1d" in head):
        return "iso2709"
    if printable.HEAD.match(head) and b"#" in head:
        return "isis" if head.count(b"^") > head.count(b"$") else "libol"
    if lines.LIBOL_HEAD.match(head):
        return "libol-text"
    if lines.MRK_HEAD.match(head):
        return "mrk"
    if marcjson.looks_like(head):
        return "marcjson"
    if delimited.looks_like(head):
        return "csv"
    return "titles" if titlelist.looks_like(head) else ""


def _xml(head: bytes) -> str:
    """Return the format of an XML document; what holds others (METS, EDM) before what it may hold."""
    found = marcxml.RECORD.search(head)
    within = found.start() if found else len(head)
    for name, reader in (("mets", mets), ("edm", edm)):
        element = reader.ELEMENT.search(head)
        if element is not None and element.start() < within and reader.HEAD.search(head):
            return name
    if found:
        return "marcxml"
    if _RDF.search(head):
        return ""
    if alto.ELEMENT.search(head):
        return "alto"
    if mods.HEAD.search(head) and mods.ELEMENT.search(head):
        return "mods"
    return "dublincore" if dublincore.HEAD.search(head) and dublincore.ELEMENT.search(head) else ""


def _workbook(head: bytes) -> str:
    """Return the format of the workbook that a ZIP archive is, by the names of its first parts."""
    if not head.startswith(b"PK\x03\x04"):
        return ""
    if b"application/vnd.oasis.opendocument.spreadsheet" in head[:200]:
        return "ods"
    return "xlsx" if b"xl/" in head or (b"[Content_Types].xml" in head[:200] and b"word/" not in head) else ""


def foreign(head: bytes) -> str:
    """Return what a file is ("a PDF document") when it certainly is no catalogue file, else ""."""
    if head.startswith(_OLE2):
        if _ENCRYPTED in head or b"EncryptedPackage" in head:
            return "an Office document with a password (open it and save it without one)"
        return "an old Office document (save an .xls sheet as .xlsx)"
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return what
    start = head.lstrip(BLANK)[:1024].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    return ""


def describe_unknown(head: bytes) -> str:
    """Return in a few words what a file seems to be that no format reads."""
    if not head:
        return "empty"
    if not head.strip(BLANK):
        return "nothing but white space"
    if what := foreign(head):
        return what
    if head.lstrip(BLANK).startswith(b"<"):
        root = _ROOT.search(marcxml.without_comments(head))
        name = root.group(1).decode("ascii", "replace") if root else "?"
        for sign, what in _OTHER_XML:
            if sign in head:
                return what
        return f"an XML document with the root element <{name}> and without MARCXML records"
    if head.lstrip(BLANK).startswith((b"{", b"[")):
        return "a IIIF document (its record is in the catalogue)" if b"iiif.io/api" in head else "JSON without records"
    if b"\x00" in head:
        return "a binary file of an unknown kind"
    return "text of an unknown kind"
