"""The station of the assembly line: what becomes of a record depends on that record and the settings alone."""

from pathlib import Path

import pytest
from test_authorities_build import HOLDINGS, book, marc
from test_build import settings_of

from publisher import assembly
from publisher.sources import RawRecord


@pytest.fixture
def made(tmp_path: Path):
    """Return what a worker that has just started makes of records, one after another."""
    settings = settings_of(tmp_path, {"lib": []})

    def made(*records: bytes) -> list[tuple[object, ...]]:
        assembly.start(settings)
        found = []
        for data in records:
            packed = assembly.outcomes([RawRecord(data, "a.mrc", 1, 0, "iso2709")], "lib")
            (outcome,) = assembly.outcomes_of(packed)
            found.append((outcome, *assembly.head_of(packed)))
        return found

    return made


def test_a_heading_is_told_by_its_own_record_and_not_by_the_first_that_has_it(made):
    of_a_list = book("K1", "Một", "655 #7 $aElectronic books.$2local")
    of_none = book("K2", "Hai", "655 #4 $aElectronic books.")
    one, two = made(of_a_list, of_none)
    assert [two, one] == made(of_none, of_a_list)
    assert one[3].faces[0].path == two[3].faces[0].path, "the case is one where the headings share a face"
    assert one[3].faces[0].heading.scheme == "local" != two[3].faces[0].heading.scheme


def test_holdings_without_a_copy_leave_nothing_to_those_after_them(made):
    without = marc("001 H1", "004 K1", leader=HOLDINGS)
    copies = marc("001 H2", "004 K1", "852 ## $bKHO$hVN 1", leader=HOLDINGS)
    one_book = book("K3", "Ba", "852 ## $bKHO$hVN 3")
    assert made(without, one_book)[1] == made(one_book)[0]
    assert made(without, copies)[1] == made(copies)[0]
