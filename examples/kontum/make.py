"""Make the catalogue files that `rong` reads (.mrc, .xml) from the readable text beside them (.mrk).

    python examples/kontum/make.py            write the files anew
    python examples/kontum/make.py --check    write nothing; fail when a file is not what its text says

The text is MARCMaker's, as MarcEdit opens and saves it: a line a field, `=TAG  ` and the content; `\\` for a blank in
the leader, the control fields and the indicators; `{dollar}` for a dollar sign in a subfield; an empty line between
records; UTF-8. Lengths and offsets in the leader are computed here.
"""

from __future__ import annotations

import sys
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pymarc

HERE = Path(__file__).parent
MADE_FROM = {
    "kontum-sach.mrc": "kontum-sach.mrk",
    "kontum-dia-chi.mrc": "kontum-dia-chi.mrk",
    "dakto.xml": "dakto.mrk",
    "ngochoi.xml": "ngochoi.mrk",
    "truong.xml": "truong.mrk",
    "llvt.mrc": "llvt.mrk",
}
MARCXML = "http://www.loc.gov/MARC21/slim"


def records(text: str) -> Iterator[pymarc.Record]:
    """Yield the records of a MARCMaker text, in Unicode NFC, with real blanks for its backslashes."""
    for record in pymarc.MARCMakerReader(unicodedata.normalize("NFC", text).strip()):
        record.leader = pymarc.Leader(str(record.leader).replace("\\", " "))
        for field in record.fields:
            if field.control_field:
                field.data = (field.data or "").replace("\\", " ")
            else:
                field.indicators = pymarc.Indicators(*(i.replace("\\", " ") for i in field.indicators))
                field.subfields = [pymarc.Subfield(c, v.replace("{dollar}", "$")) for c, v in field.subfields]
        yield record


def iso2709(text: str) -> bytes:
    """Return the records of a MARCMaker text as ISO 2709 in UTF-8."""
    return b"".join(record.as_marc() for record in records(text))


def marcxml(text: str) -> bytes:
    """Return the records of a MARCMaker text as a MARCXML collection, indented so that a change shows as a line."""
    collection = ET.Element("collection", xmlns=MARCXML)
    collection.extend(pymarc.record_to_xml_node(record) for record in records(text))
    ET.indent(collection)
    return ET.tostring(collection, encoding="utf-8", xml_declaration=True) + b"\n"


def content(made: str) -> bytes:
    """Return what the file named `made` must hold."""
    text = (HERE / MADE_FROM[made]).read_text("utf-8")
    return iso2709(text) if made.endswith(".mrc") else marcxml(text)


def main(arguments: list[str]) -> int:
    """Write the files, or with --check compare them; return the exit status."""
    stale = [made for made in MADE_FROM if not (HERE / made).is_file() or (HERE / made).read_bytes() != content(made)]
    for made in stale:
        if "--check" in arguments:
            print(f"{made} is not what {MADE_FROM[made]} says; run python {__file__}", file=sys.stderr)
        else:
            (HERE / made).write_bytes(content(made))
            print(f"{made} written from {MADE_FROM[made]}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
