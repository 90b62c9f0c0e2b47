"""The same plants in every format that Rông reads: each a folder or a file, ready to be a source."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

from publisher.sources.record import Record
from tests.bibframe.described import record
from tests.sources import digitized as made
from tests.sources.test_edm import SPACES

from .planted import ANYWHERE, DRESSED_UP, HIDDEN_IN_NOTES, IN_NOTES, KEPT_FIELDS, STAMPS, WITHHELD, Plant

EVERYWHERE = (*ANYWHERE, *DRESSED_UP)
NOTES = (*EVERYWHERE, *IN_NOTES, *HIDDEN_IN_NOTES)
PLACES = ("245 c", "246 a", "264 b", "490 a", "653 a", "700 a", "710 a", "773 t", "852 z", "856 z")
Rows = list[list[str]]


def records(code: str) -> list[Record]:
    """An open record with every plant, and records that are withheld, their secrets in their titles."""
    lines = [f"001 {code}-1", "245 00 $aSách mở"]
    for place in PLACES:
        tag, subfield = place.split()
        before = {"856": "$uhttps://example.org/a", "852": "$bKho"}.get(tag, "")
        if tag == "245":
            lines[1] += "".join(f"$c{plant.text}" for plant in EVERYWHERE)
        else:
            lines += [f"{tag} ## {before}${subfield}{plant.text}" for plant in EVERYWHERE]
    lines += [f"{tag} ## $a{plant.text}" for tag in ("500", "520", "545") for plant in NOTES]
    lines += [plant.text for plant in KEPT_FIELDS]
    found = [record(*sorted(lines, key=lambda line: line[:3]))]
    for number, plant in enumerate(WITHHELD):
        if not plant.kind.startswith("taken down"):
            found.append(record(f"001 {code}-w{number}", *sorted([f"245 00 $aNhan đề {plant.secret}", plant.text])))
    for number, stamp in enumerate(STAMPS):
        tag, _, words = stamp.partition(" ")
        closed = [f"245 00 $aNhan đề Dấukín{number:02}", f"{tag} ## ${'b' if tag == '852' else 'a'}{words}"]
        found.append(record(f"001 {code}-s{number}", *sorted(closed)))
    return found


CLOSED = (*(plant.secret for plant in WITHHELD), *(f"Dấukín{number:02}" for number in range(len(STAMPS))), "Dấukín77")
"""What stands in the titles of records that are withheld."""


def mrk(folder: Path) -> Path:
    def field(each: object) -> str:
        from publisher.sources.record import Field

        assert isinstance(each, Field)
        if each.is_control:
            return f"={each.tag}  {each.content}"
        inner = "".join(f"${code}{value}" for code, value in each.subfields)
        return f"={each.tag}  {each.ind1}{each.ind2}{inner}".replace(" \\", "\\\\")

    text = "\n\n".join(f"=LDR  {each.leader}\n" + "\n".join(map(field, each.fields)) for each in records("mrk"))
    return _written(folder / "sach.mrk", text)


def libol_text(folder: Path) -> Path:
    lines: list[str] = []
    for each in records("libol"):
        lines.append(f"Ldr {each.leader}")
        for field in each.fields:
            content = (
                field.content
                if field.is_control
                else f"{field.ind1}{field.ind2} " + "".join(f"${code}{value}" for code, value in field.subfields)
            )
            lines.append(f"#{field.tag} {content}")
        lines.append("##")
    return _written(folder / "libol.txt.iso", "\n".join(lines) + "\n")


def marcjson(folder: Path) -> Path:
    found = []
    for each in records("json"):
        fields: list[dict[str, object]] = []
        for field in each.fields:
            if field.is_control:
                fields.append({field.tag: field.content})
            else:
                subfields = [{code: value} for code, value in field.subfields]
                fields.append({field.tag: {"ind1": field.ind1, "ind2": field.ind2, "subfields": subfields}})
        found.append({"leader": each.leader, "fields": fields})
    return _written(folder / "sach.json", json.dumps(found, ensure_ascii=False))


DC = ("title", "creator", "contributor", "publisher", "subject", "description", "coverage", "source", "relation",
      "rights", "format", "identifier", "type")  # fmt: skip
_OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{}</ListRecords></OAI-PMH>'
_OAI_RECORD = (
    "<record><header><identifier>{}</identifier><datestamp>2026-01-01</datestamp></header>"
    "<metadata>{}</metadata></record>"
)


def dublin_core(folder: Path) -> Path:
    def described(*elements: tuple[str, str]) -> str:
        inner = "".join(f"<dc:{name}>{escape(text)}</dc:{name}>" for name, text in elements)
        return (
            '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inner}</oai_dc:dc>'
        )

    open_one = [("title", "Sách mở")]
    open_one += [(name, plant.text) for name in DC for plant in EVERYWHERE]
    open_one += [("description", plant.text) for plant in NOTES]
    closed = [("title", "Nhan đề Dấukín77"), ("rights", "Lưu hành nội bộ")]
    body = "".join(_OAI_RECORD.format(f"oai:dc:{n}", described(*each)) for n, each in enumerate((open_one, closed)))
    return _written(folder / "dc.xml", _OAI.format(body))


def _mods(prefix: str, key: str) -> str:
    notes = "".join(f"<mods:note>{escape(plant.text)}</mods:note>" for plant in NOTES)
    others = "".join(
        f"<mods:abstract>{escape(text)}</mods:abstract><mods:subject><mods:topic>{escape(text)}</mods:topic></mods:subject>"
        f'<mods:name type="personal"><mods:namePart>{escape(text)}</mods:namePart></mods:name>'
        f"<mods:accessCondition>{escape(text)}</mods:accessCondition>"
        f'<mods:titleInfo type="alternative"><mods:title>{escape(text)}</mods:title></mods:titleInfo>'
        for text in (plant.text for plant in EVERYWHERE)
    )
    born = (
        '<mods:name type="personal"><mods:namePart>Trần Còn Sống</mods:namePart>'
        '<mods:namePart type="date">12/03/1984-</mods:namePart></mods:name>'
    )
    return made.mods(f"Sách mở {prefix}", key=key, more=notes + others + born)


def mods(folder: Path) -> Path:
    closed = made.mods("Nhan đề Dấukín77", key="mods-2", more="<mods:note>Tuyệt mật</mods:note>")
    space = 'xmlns:mods="http://www.loc.gov/mods/v3"'
    body = _mods("mods", "mods-1") + closed
    return _written(folder / "mods.xml", f"<mods:modsCollection {space}>{body}</mods:modsCollection>")


def mets(folder: Path) -> Path:
    """A folder: a METS document with plants in its description, labels and file names; ALTO made of nothing else."""
    place = folder / "mets"
    (place / "alto").mkdir(parents=True)
    (place / "alto" / "1.xml").write_text(made.alto(words=" ".join(plant.text for plant in NOTES)), "utf-8")
    files = made.group("DEFAULT", *(made.file(f"I{n}", f"https://example.org/{n}.jpg") for n in range(len(NOTES))))
    files += made.group("FULLTEXT", made.file("A", "alto/1.xml", "text/xml"))
    files += made.group("DOWNLOAD", made.file("M", "https://example.org/?to=thukho@example.vn", "application/pdf"))
    pages = "".join(
        made.page(n, f"I{n}", *(["A"] if n == 0 else []), label=plant.text) for n, plant in enumerate(NOTES)
    )
    parts = "".join(made.chapter(f"L{n}", plant.text) for n, plant in enumerate(NOTES))
    links = "".join(made.link(f"L{n}", n) for n in range(len(NOTES)))
    text = made.mets(
        described=made.wrapped(_mods("mets", "mets-1")), files=files, pages=pages, parts=parts, links=links
    )
    (place / "mets.xml").write_text(text, "utf-8")
    closed = made.mets(
        described=made.wrapped(made.mods("Nhan đề Dấukín77", key="mets-2")), files=files,
        pages=made.page(1, "I1", label="Tuyệt mật"),
    )  # fmt: skip
    (place / "mets2.xml").write_text(closed, "utf-8")
    return place


def edm(folder: Path) -> Path:
    texts = "".join(
        f"<dc:{name}>{escape(plant.text)}</dc:{name}>"
        for name in ("description", "subject", "contributor", "publisher", "rights") for plant in EVERYWHERE
    ) + "".join(f"<dc:description>{escape(plant.text)}</dc:description>" for plant in NOTES)  # fmt: skip
    text = (
        f'<rdf:RDF {SPACES}><edm:ProvidedCHO rdf:about="urn:edm:1"><dc:title>Sách mở edm</dc:title>{texts}'
        '</edm:ProvidedCHO><ore:Aggregation><edm:aggregatedCHO rdf:resource="urn:edm:1"/>'
        f"<edm:dataProvider>{escape(EVERYWHERE[0].text)}</edm:dataProvider>"
        '<edm:isShownBy rdf:resource="https://example.org/1.jpg"/></ore:Aggregation>'
        f'<edm:WebResource rdf:about="https://example.org/1.jpg"><dc:title>{escape(EVERYWHERE[2].text)}</dc:title>'
        "</edm:WebResource></rdf:RDF>"
    )
    return _written(folder / "edm.rdf", text)


def _rows() -> Rows:
    columns = ("Tên sách", "Tác giả", "Nhà XB", "Ghi chú", "Tóm tắt", "Từ khóa", "Người mượn", "Độ mật")
    lines: Rows = [["STT", *columns, "Số cá biệt"]]
    for plant in NOTES:
        cells = [f"Bảng kê {len(lines)}", *([plant.text] * 3 if plant in EVERYWHERE else ["", "", plant.text])]
        if plant not in EVERYWHERE:
            cells = [cells[0], "", "", plant.text]
        lines.append([str(len(lines)), *cells, plant.text, "", plant.text, "", f"BK{len(lines):05}"])
    lines.append([str(len(lines)), "Nhan đề Dấukín77", "", "", "", "", "", "", "Mật", "BK99999"])
    return lines


def xlsx(folder: Path) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in _rows():
        book.active.append(line)
    held = io.BytesIO()
    book.save(held)
    (folder / "bang-ke.xlsx").write_bytes(held.getvalue())
    return folder / "bang-ke.xlsx"


def _written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


FORMATS: tuple[Callable[[Path], Path], ...] = (mrk, libol_text, marcjson, dublin_core, mods, mets, edm, xlsx)
"""Beside ISO 2709, MARCXML and CSV, which `test_planted` has."""


def secrets() -> list[Plant | str]:
    """Everything that must be nowhere."""
    return [*(plant.secret for plant in (*NOTES, *KEPT_FIELDS)), *CLOSED]
