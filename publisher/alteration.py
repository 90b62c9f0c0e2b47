"""What is decided otherwise in a release than in the one before: all that an update has to edit follows from it.

`compared` finds it out by holding everything against everything, once all was decided anew.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from publisher.arrivals import Arrivals, Come
from publisher.closing import plain, verdicts
from publisher.founding import Settled
from publisher.identity.voices import Voice, Voices
from publisher.release.decided import FACES, KeptRecord
from publisher.release.decided_before import DecidedBefore
from publisher.release.difference import Moved
from publisher.release.layered import attach

FaceRow = tuple[str, str, str, str, str]
"""A face as `decided.sqlite` has it: path, name, label, label of what it is, other names."""


class Alteration(NamedTuple):
    """What is decided otherwise.

    `decided` is what was decided of the records that came and of those decided otherwise, by number (`closing.plain`).
    `faces` are those of which the final name or a label is another now, or that came or went, and `rows` those of them
    that are there. `silent` are the names of what is said nothing of any more, or something else; `voices` is that, and
    what is new. `moved` are the names that lead to others since (`difference.Moved`), None where it is not known.
    """

    come: dict[int, Come]
    gone: list[KeptRecord]
    decided: dict[int, tuple[Any, ...]]
    faces: list[str]
    rows: list[FaceRow]
    silent: set[str]
    voices: list[Voice]
    moved: list[Moved] | None = None


def compared(arrivals: Arrivals, settled: Settled) -> Alteration:
    """Hold all that was decided against what the release before keeps."""
    assert arrivals.past is not None, "there is something to compare with"
    decided: dict[int, tuple[Any, ...]] = {}
    old = arrivals.past.decided
    for each in arrivals.batches:
        there = {} if each.place < 0 else {record.number: record.decided for record in old.of_batch(each.id)}
        numbers = arrivals.numbers(each)
        for number, verdict in zip(numbers, verdicts(settled.resolution, settled.holdings, numbers), strict=True):
            now = plain(*verdict)
            if number not in there or there[number] != now:
                decided[number] = now
    return Alteration(arrivals.come(), arrivals.gone(), decided, *_heard(settled.voices, old))


def _heard(voices: Voices, old: DecidedBefore) -> tuple[list[str], list[FaceRow], set[str], list[Voice]]:
    """Return the faces and the voices of an `Alteration`."""
    database = voices.database
    attach(database, old.path, "earlier")
    renamed = [path for (path,) in database.execute(_RENAMED)]
    keys, also = old.keys(), old.voices_using(renamed)
    told = {
        name: (label, others)
        for name, label, others in database.execute("SELECT name, label, others FROM earlier.voice WHERE is_told")
    }
    called: list[tuple[int, str, str]] = []
    heard: list[Voice] = []
    silent = set(keys)
    for cluster, name, key in voices.every():
        if keys.get(name) == key and name not in also:
            silent.discard(name)
            if name in told:
                called.append((cluster, *told[name]))
        else:
            heard.append(voices.voice(cluster, name, key))
    called += [(each.cluster, each.label, each.others) for each in heard if each.is_told]
    voices.call(called)
    faces = [path for (path,) in database.execute(_RELABELLED)] + renamed
    rows = [row for path in faces for row in database.execute(_FACE, (path,))]
    database.execute("DETACH earlier")
    return faces, rows, silent, heard


_RENAMED = """
SELECT final.path FROM final LEFT JOIN earlier.face AS face ON face.path = final.path WHERE face.name IS NOT final.name
UNION SELECT path FROM earlier.face WHERE path NOT IN (SELECT path FROM final)
"""
_RELABELLED = f"""
SELECT now.path FROM ({FACES}) AS now JOIN earlier.face AS face ON face.path = now.path
    WHERE face.label != now.label OR face.called != now.called OR face.others != now.others
"""  # noqa: S608 - our own words
_FACE = f"{FACES} WHERE final.path = ?"
