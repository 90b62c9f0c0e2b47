"""Golden pairs: a record in MARCXML, and beside it what it becomes in N-Triples and JSON-LD.

    python -m tests.golden        makes all results anew; `git diff` then shows what a change of the rules changed

Each record is named after its quirk. What is compared is the whole result, so read the difference before committing it.
"""

from __future__ import annotations

from pathlib import Path

import orjson

from publisher.bibframe import converter
from publisher.convert import BibframeJsonLd, BibframeNTriples
from publisher.identity.keys import record_key
from publisher.sources import Record, open_source

HERE = Path(__file__).parent
BASE = "http://example.org/"


def records() -> list[Path]:
    """Return the files of records, in order of their names."""
    return sorted(HERE.glob("*.xml"))


def results(path: Path) -> dict[str, str]:
    """Return what the record in `path` becomes, by the suffix of the file that it is kept in."""
    [record] = open_source(path)
    assert isinstance(record, Record), record
    description = converter().describe(record, record_key(record).value)
    triples = BibframeNTriples(BASE).record(description).splitlines(keepends=True)
    writer = BibframeJsonLd(BASE)
    document = orjson.loads(writer.header + writer.record(description) + writer.footer)
    linked = orjson.dumps(document["@graph"], option=orjson.OPT_INDENT_2).decode() + "\n"
    return {".nt": "".join(sorted(set(triples))), ".jsonld": linked}


def main() -> None:
    """Write all results."""
    for path in records():
        for suffix, text in results(path).items():
            path.with_suffix(suffix).write_text(text, encoding="utf-8")
        print(path.stem)


if __name__ == "__main__":
    main()
