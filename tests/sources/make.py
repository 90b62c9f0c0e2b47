"""Sound records of our own, for tests to read and to break; and where the real ones are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(
    not SHARED.exists() and os.environ.get("CI") != "true", reason="needs ../shared beside the checkout"
)


def marc(*fields: tuple[str, str], kind: str = "nam a", encoding: str = "utf-8") -> bytes:
    """Make a sound ISO 2709 record; a field's content is in ISO 2709 form."""
    return marc_bytes(*((tag, content.encode(encoding)) for tag, content in fields), kind=kind)


def marc_bytes(*fields: tuple[str, bytes], kind: str = "nam a") -> bytes:
    """Make a sound ISO 2709 record out of fields that are encoded already."""
    directory, data = b"", b""
    for tag, content in fields:
        value = content + b"\x1e"
        directory += f"{tag}{len(value):04}{len(data):05}".encode()
        data += value
    base = 25 + len(directory)
    leader = f"{base + len(data) + 1:05}{kind:5}22{base:05}   4500"
    return leader.encode() + directory + b"\x1e" + data + b"\x1d"


def book(key: str, title: str = "Sử thi Ba Na", encoding: str = "utf-8") -> bytes:
    """Make a record with a key and a title."""
    return marc(("001", key), ("245", f"10\x1fa{title}"), encoding=encoding)


def xml(*records: str) -> bytes:
    """Make a MARCXML document."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">'
    return (head + "\n".join(records) + "</collection>").encode()


def xml_book(key: str, title: str = "Sử thi Ba Na") -> str:
    """Make a MARCXML record with a key and a title."""
    return (
        f'<record><leader>00000nam a2200000   4500</leader><controlfield tag="001">{key}</controlfield>'
        f'<datafield tag="245" ind1="1" ind2="0"><subfield code="a">{title}</subfield></datafield></record>'
    )
