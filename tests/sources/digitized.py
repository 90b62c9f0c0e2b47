"""Digitized things for tests: METS, ALTO and EDM documents, and pictures that are no more than their headers."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from xml.sax.saxutils import escape

METS = (
    'xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dv="http://dfg-viewer.de/"'
)
MODS = """<mods:mods><mods:titleInfo><mods:title>{title}</mods:title></mods:titleInfo>
<mods:name type="personal" usage="primary"><mods:namePart>{author}</mods:namePart></mods:name>
<mods:originInfo><mods:publisher>Sở Văn hoá</mods:publisher><mods:dateIssued>1998</mods:dateIssued></mods:originInfo>
<mods:language><mods:languageTerm type="code" authority="iso639-2b">vie</mods:languageTerm></mods:language>
{more}<mods:recordInfo><mods:recordIdentifier>{key}</mods:recordIdentifier></mods:recordInfo></mods:mods>"""
LICENCE = "https://creativecommons.org/publicdomain/mark/1.0/"


def mods(title: str = "Sử thi Đăm Săn", *, key: str = "KT-S1", author: str = "Đào Tử Chí", more: str = "") -> str:
    """A description; `more` is XML."""
    return MODS.format(title=escape(title), author=escape(author), key=key, more=more)


def wrapped(description: str, kind: str = "MODS") -> str:
    """A descriptive section with the description inside."""
    return (
        f'<mets:dmdSec ID="DMD1"><mets:mdWrap MDTYPE="{kind}"><mets:xmlData>{description}</mets:xmlData></mets:mdWrap>'
        "</mets:dmdSec>"
    )


def file(name: str, link: str, kind: str = "image/jpeg", more: str = "") -> str:
    """A file of a group."""
    return (
        f'<mets:file ID="{name}" MIMETYPE="{kind}"{more}><mets:FLocat LOCTYPE="URL" xlink:href="{escape(link)}"/>'
        "</mets:file>"
    )


def group(use: str, *files: str) -> str:
    """A group of files."""
    return f'<mets:fileGrp USE="{use}">{"".join(files)}</mets:fileGrp>'


def page(number: int, *files: str, label: str = "") -> str:
    """A page of the physical structure."""
    pointers = "".join(f'<mets:fptr FILEID="{name}"/>' for name in files)
    return (
        f'<mets:div ID="P{number}" TYPE="page" ORDER="{number}" ORDERLABEL="{escape(label or str(number))}">{pointers}'
        "</mets:div>"
    )


def chapter(name: str, label: str, inner: str = "") -> str:
    """A division of the logical structure."""
    return f'<mets:div ID="{name}" TYPE="chapter" LABEL="{escape(label)}">{inner}</mets:div>'


def link(part: str, number: int) -> str:
    """A link from a division to a page."""
    return f'<mets:smLink xlink:from="{part}" xlink:to="P{number}"/>'


def mets(
    *, described: str = "", files: str = "", pages: str = "", parts: str = "", links: str = "", rights: str = LICENCE,
    label: str = "", admin: str = "",
) -> str:  # fmt: skip
    """A METS document."""
    licence = (
        '<mets:amdSec ID="AMD"><mets:rightsMD ID="R"><mets:mdWrap MDTYPE="OTHER" OTHERMDTYPE="DVRIGHTS"><mets:xmlData>'
        f"<dv:rights><dv:license>{escape(rights)}</dv:license></dv:rights></mets:xmlData></mets:mdWrap></mets:rightsMD>"
        f"{admin}</mets:amdSec>"
    )
    titled = f' LABEL="{escape(label)}"' if label else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<mets:mets {METS}{titled}>{described}{licence}'
        f"<mets:fileSec>{files}</mets:fileSec>"
        f'<mets:structMap TYPE="LOGICAL"><mets:div ID="L0" TYPE="monograph" DMDID="DMD1">{parts}</mets:div>'
        "</mets:structMap>"
        f'<mets:structMap TYPE="PHYSICAL"><mets:div ID="P0" TYPE="physSequence">{pages}</mets:div></mets:structMap>'
        f"<mets:structLink>{links}</mets:structLink></mets:mets>"
    )


def alto(width: int = 1200, height: int = 1800, words: str = "Ơ diêng ơ diêng", language: str = "vi") -> str:
    """A page of text."""
    strings = "".join(f'<String CONTENT="{escape(word)}" HPOS="1" VPOS="1"/>' for word in words.split())
    return (
        '<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Description>'
        "<MeasurementUnit>pixel</MeasurementUnit></Description>"
        f'<Layout><Page ID="p" WIDTH="{width}" HEIGHT="{height}"><PrintSpace><TextBlock ID="b" LANG="{language}">'
        f"<TextLine>{strings}</TextLine></TextBlock></PrintSpace></Page></Layout></alto>"
    )


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * ((width + 7) // 8 + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def book(folder: Path, name: str = "dam-san", *, title: str = "Sử thi Đăm Săn", key: str = "KT-S1") -> Path:
    """A book of three pages in a folder, with METS, MODS beside it, ALTO and pictures; returns the METS file."""
    (folder / name / "alto").mkdir(parents=True)
    (folder / name / "anh").mkdir()
    for number in (1, 2, 3):
        (folder / name / "alto" / f"{number}.xml").write_text(
            alto(words="Chữ_của_trang" if number > 1 else ""), "utf-8"
        )
        (folder / name / "anh" / f"{number}.png").write_bytes(png(600, 900))
    (folder / name / "mods.xml").write_text(
        mods(title, key=key).replace("<mods:mods>", '<mods:mods xmlns:mods="http://www.loc.gov/mods/v3">', 1), "utf-8"
    )
    text = mets(
        described='<mets:dmdSec ID="DMD1"><mets:mdRef MDTYPE="MODS" xlink:href="mods.xml"/></mets:dmdSec>',
        files=group("DEFAULT", *(file(f"I{n}", f"anh/{n}.png", "image/png", ' SIZE="1000"') for n in (1, 2, 3)))
        + group("THUMBS", *(file(f"T{n}", f"anh/nho{n}.jpg") for n in (1, 2, 3)))
        + group("FULLTEXT", *(file(f"A{n}", f"alto/{n}.xml", "text/xml") for n in (1, 2, 3)))
        + group("DOWNLOAD", file("PDF", "https://files.example.vn/dam-san.pdf", "application/pdf", ' SIZE="2000000"')),
        pages="".join(page(n, f"T{n}", f"I{n}", f"A{n}", label=f"tr. {n}") for n in (1, 2, 3)),
        parts=chapter("L1", "Lời nói đầu") + chapter("L2", "Khan Đăm Săn", chapter("L3", "Đoạn một")),
        links=link("L1", 1) + link("L2", 2) + link("L2", 3) + link("L3", 3),
    )
    path = folder / name / "mets.xml"
    path.write_text(text, "utf-8")
    return path
