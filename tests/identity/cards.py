"""Short cards for records: `card("100 $aNguyễn Du", "245 $aTruyện Kiều")`."""

from publisher.identity.comparison import Comparison, compare
from publisher.identity.evidence import Evidence, evidence_of
from publisher.sources.record import DELIMITER, Field, Record

LEADER = "00000nam a2200000 a 4500"


def card(*lines: str, leader: str = LEADER) -> Record:
    """Make a record; `$` stands for the delimiter, indicators are blank unless they stand after the tag: `24510`."""
    fields = []
    for position, line in enumerate(lines, 2):
        tag, _, content = line.partition(" ")
        if tag.startswith("00"):
            fields.append(Field(tag, content, position))
        else:
            fields.append(Field(tag[:3], tag[3:].ljust(2) + content.replace("$", DELIMITER), position))
    return Record(leader, fields, source="cards", position=1)


def evidence(*lines: str, leader: str = LEADER) -> Evidence:
    return evidence_of(card(*lines, leader=leader))


def compared(a: tuple[str, ...], b: tuple[str, ...]) -> Comparison:
    one, other = evidence(*a), evidence(*b)
    forth, back = compare(one, other), compare(other, one)
    assert (forth.is_match, round(forth.score, 6)) == (back.is_match, round(back.score, 6)), "the order matters"
    return forth
