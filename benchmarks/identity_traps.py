"""Twins by another cataloguer, and traps: what looks like a record and is not it.

    python -m benchmarks identity_traps [--corpora mixed hcmut] [--seeds 101] [--records 1000] [--show 5] [--biggest]

The whole corpus is one library's; another has the twins (`_identity_stranger.py`); a third has of as many other records
what imitates them: a reprint, a volume, the next edition, another's book of the same title, another book with the same
ISBN, a translation. Printed are the twins that met, the pairs in one instance that contradict, the traps that were
taken for what they imitate, and the translations that are in the work; `--biggest` lists what is in the biggest
instances and works.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks._identity_stranger import Stranger, bared
from benchmarks._identity_twins import _files, _renamed, _said, check, decide, line
from publisher.identity.account import ACCOUNT
from publisher.rdf.vietnamese import fold
from publisher.sources import decode, raw_records
from publisher.sources.record import Field, Record

CORPORA = {
    "mixed": ["data/mixed.mrc"], "hcmut": ["data/hcmut.mrc"], "gpo": ["data/gpo.mrc"], "libol": ["data/libol"],
    "kontum": [],
}  # fmt: skip
KONTUM = Path(__file__).parents[1] / "examples" / "kontum"
_YEAR = re.compile(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)")
_WORDS = ("sương", "gió", "rừng", "suối", "trăng", "biển", "đồi", "mây", "lửa", "đá", "nắng", "sông", "voi", "thác")
_NUMBERS = ("001", "003", "010", "035", "856")

Fields = list[Field]
_Trap = Callable[[Fields, random.Random], Fields | None]


def _without(fields: Fields, *tags: str) -> Fields:
    return [field for field in fields if field.tag not in tags]


def _has(fields: Fields, tag: str) -> bool:
    return any(field.tag == tag for field in fields)


def _title(fields: Fields) -> Field:
    return next(field for field in fields if field.tag == "245")


def reprint(fields: Fields, chance: random.Random) -> Fields | None:
    """The same, printed in another year, without an ISBN."""
    dated = [field for field in fields if field.tag in ("260", "264") and len(_YEAR.findall(field.content)) == 1]
    if len(dated) != 1:
        return None
    year = int(_YEAR.findall(dated[0].content)[0]) + chance.choice((1, 2, 5, -1, -3))
    other = Field(dated[0].tag, _YEAR.sub(str(year), dated[0].content))
    return [*_without([f for f in fields if f is not dated[0]], "020", "008"), other]


def volume(fields: Fields, chance: random.Random) -> Fields | None:
    """A volume of what has none."""
    title = _title(fields)
    if re.search(r"\d|\b[IVX]+\b", " ".join(title.all("abnp"))) or any(
        not f.has("a") for f in fields if f.tag == "490"
    ):
        return None
    part = chance.choice(("Tập {}", "Vol. {}", "T.{}")).format(chance.randrange(2, 9))
    said = [part for part in title.subfields if part[0] in "ab"]
    return [*_without(fields, "020", "245"), Field.data("245", "10", *said, ("n", part))]


def edition(fields: Fields, _: random.Random) -> Fields | None:
    """The next edition, of the same year."""
    said = next((field.first("a") for field in fields if field.tag == "250"), "")
    found = re.match(r"\D{0,30}(\d{1,2})(?!\d)", said)
    if found is None:
        return None
    return [*_without(fields, "020", "250"), Field.data("250", "  ", ("a", f"{int(found[1]) + 1}th ed."))]


def author(fields: Fields, chance: random.Random) -> Fields | None:
    """A book of the same title by somebody else."""
    if not _has(fields, "100"):
        return None
    other = chance.choice(("Trịnh Công Mẫn", "Zwetler, Ottokar", "Phạm Thị Quyên", "Abernathy, Lucille"))
    kept = _without(fields, "020", "300", "700", "710", "100", "250", "082", "245")
    title = [part for part in _title(fields).subfields if part[0] in "abnp"]
    extent = Field.data("300", "  ", ("a", f"{chance.randrange(50, 700)} p."))
    return [*kept, Field.data("100", "1 ", ("a", other)), Field.data("245", "10", *title), extent]


def reused(fields: Fields, chance: random.Random) -> Fields | None:
    """Another book to which the publisher gave the same ISBN."""
    if not _has(fields, "020"):
        return None
    title = "Kỹ thuật nuôi " + " ".join(chance.sample(_WORDS, 3))
    return [
        *_without(fields, "100", "110", "700", "300", "240", "245", "246", "880"),
        Field.data("245", "10", ("a", title)),
    ]


def translation(fields: Fields, chance: random.Random) -> Fields | None:
    """A translation, with the title of the original in 240."""
    original = re.split(r" ?[:=] ", bared(_title(fields).first("a")))[0]
    if not _has(fields, "100") or _has(fields, "240") or _has(fields, "130") or len(original.split()) < 2:
        return None
    tags = ("020", "250", "700", "880", "245", "246", "260", "264", "300", "008", "500", "546", "765")
    return [
        *_without(fields, *tags),
        Field.data("240", "10", ("a", f"{original}."), ("l", "Vietnamese")),
        Field.data("245", "10", ("a", f"Bản dịch {' '.join(chance.sample(_WORDS, 3))}")),
        Field.data("260", "  ", ("a", "Hà Nội :"), ("b", "Văn học,"), ("c", "2019")),
    ]


TRAPS: dict[str, _Trap] = {
    "reprint": reprint, "volume": volume, "edition": edition, "author": author, "isbn": reused,
    "translation": translation,
}  # fmt: skip


def imitate(record: Record, turn: int, key: str, chance: random.Random) -> tuple[str, Record] | None:
    """Return the first trap, beginning with that of this `turn`, that can be made of `record`, and its kind."""
    names = list(TRAPS)
    start = turn % len(names)
    fields = [field for field in record.fields if field.tag not in _NUMBERS]
    for kind in (*names[start:], *names[:start]):
        if (made := TRAPS[kind](fields, chance)) is not None:
            return kind, Record(record.leader, [Field("001", key), *sorted(made, key=lambda f: f.tag)], source="trap")
    return None


class Outcome(NamedTuple):
    """What came of one run: twins made and apart; pairs and what contradicts; traps set, by kind, and taken."""

    made: int
    apart: list[str]
    pairs: int
    wrong: list[str]
    traps: Counter[str]
    taken: Counter[str]
    shown: list[str]
    in_work: int
    biggest: list[str]


def run(paths: list[Path], name: str, seed: int, count: int) -> Outcome:
    """Make twins and traps of the records in `paths`, decide, and look at the outcome."""
    chance = random.Random(f"stranger {name} {seed}")
    whole = list(_bibliographic(paths))
    chosen = _chosen(whole, chance)
    twins, models = chosen[:count], chosen[count:][: count // 2] or chosen[: count // 2]
    ours = {f"a-A{n:05}": _renamed(record, f"A{n:05}") for n, record in enumerate(whole)}
    theirs = {f"b-B{n:05}": Stranger(chance).write(whole[n], f"B{n:05}") for n in twins}
    made = {n: trap for turn, n in enumerate(models) if (trap := imitate(whole[n], turn, f"C{n:05}", chance))}
    traps = {f"c-C{n:05}": record for n, (_, record) in made.items()}
    with tempfile.TemporaryDirectory() as folder:
        account = Path(folder) / ACCOUNT
        decide({"a": ours.values(), "b": theirs.values(), "c": traps.values()}, account)
        with sqlite3.connect(account) as database:
            place = {n: (i, w) for n, i, w in database.execute("SELECT name, instance, work FROM record")}
    records = {**ours, **theirs, **traps}

    def side_by_side(n: int, other: str) -> str:
        model = ours[f"a-A{n:05}"]
        return f"{line(model)}\n     ~  {line(records[other])}\n        {_said(model, records[other])}"

    def one(n: int, other: str, which: int) -> bool:
        return place[f"a-A{n:05}"][which] == place[other][which]

    apart = [side_by_side(n, f"b-B{n:05}") for n in twins if not one(n, f"b-B{n:05}", 0)]
    taken = [n for n in made if one(n, f"c-C{n:05}", 0)]
    pairs, wrong = check({name: of for name, (of, _) in place.items()}, records)
    return Outcome(
        len(twins), apart, pairs, wrong, Counter(kind for kind, _ in made.values()), Counter(made[n][0] for n in taken),
        [f"{made[n][0]}: {side_by_side(n, f'c-C{n:05}')}" for n in taken],
        sum(kind == "translation" and one(n, f"c-C{n:05}", 1) for n, (kind, _) in made.items()),
        _biggest(place, records),
    )  # fmt: skip


def _chosen(whole: list[Record], chance: random.Random) -> list[int]:
    """Return the numbers of records with a title, mixed, each edition once."""
    usable = [n for n, r in enumerate(whole) if (t := r.first("245")) and t.first("a").strip() and not r.first("506")]
    chance.shuffle(usable)
    first = {tuple(f.content for f in whole[n].all("245", "100", "260", "264")): n for n in reversed(usable)}
    return [n for n in usable if first[tuple(f.content for f in whole[n].all("245", "100", "260", "264"))] == n]


def _biggest(place: dict[str, tuple[str, str]], records: dict[str, Record]) -> list[str]:
    """Return the eight biggest instances and works, each with its most frequent titles."""
    found = []
    for which, what in enumerate(("instance", "work")):
        clusters: dict[str, list[str]] = defaultdict(list)
        for name, names in place.items():
            clusters[names[which]].append(name)
        for of, members in sorted(clusters.items(), key=lambda entry: (-len(entry[1]), entry[0]))[:8]:
            titles = Counter(fold(t.first("a"))[:60] if (t := records[m].first("245")) else "" for m in members)
            found.append(f"{what} {of} of {len(members)}: {dict(titles.most_common(6))}")
    return found


def _bibliographic(paths: list[Path]) -> Iterator[Record]:
    for path in paths:
        for raw in raw_records(path):
            record = decode(raw)
            if isinstance(record, Record) and record.kind == "bibliographic" and record.leader[5:6] != "d":
                yield record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--corpora", nargs="+", choices=list(CORPORA), default=list(CORPORA))
    parser.add_argument("--seeds", type=int, nargs="+", default=[101])
    parser.add_argument("--records", type=int, default=1000, help="How many twins are made at most.")
    parser.add_argument("--show", type=int, default=0, help="How many of each that went wrong are printed.")
    parser.add_argument("--biggest", action="store_true", help="List what is in the biggest instances and works.")
    arguments = parser.parse_args()
    for corpus in arguments.corpora:
        paths = [path for name in CORPORA[corpus] for path in _files(arguments.shared / name)]
        for seed in arguments.seeds:
            found = run(
                paths or sorted([*KONTUM.glob("*.mrc"), *KONTUM.glob("*.xml")]), corpus, seed, arguments.records
            )
            traps = ", ".join(f"{kind} {found.taken[kind]}/{n}" for kind, n in sorted(found.traps.items()))
            print(
                f"{corpus:6} seed {seed:3} {1 - len(found.apart) / found.made:7.2%} of {found.made} met; "
                f"{len(found.wrong)} of {found.pairs} pairs contradict; traps taken: {traps}; "
                f"translations in the work {found.in_work}/{found.traps['translation']}",
                flush=True,
            )
            for said in (
                *found.apart[: arguments.show],
                *found.wrong[: arguments.show],
                *found.shown[: arguments.show],
            ):
                print(f"  {said}")
            if arguments.biggest:
                print("\n".join(f"  {said}" for said in found.biggest))


if __name__ == "__main__":
    main()
