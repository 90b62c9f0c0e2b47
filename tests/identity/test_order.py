"""Names depend on what the records say, and on nothing else."""

import random

from tests.identity.catalogue import cards, decided
from tests.identity.test_traps import PAIRS, SAME
from tests.identity.test_works import APART, TOGETHER


def test_the_order_of_the_records_changes_no_name(tmp_path):
    said = {
        f"{n}-{side}": lines
        for n, pair in enumerate([*PAIRS.values(), *SAME.values(), *TOGETHER.values(), *APART.values()])
        for side, lines in zip("ab", ((one,) if isinstance(one, str) else one for one in pair), strict=True)
    }
    records = cards(said)
    first = decided(records, tmp_path)
    for seed in range(3):
        random.Random(seed).shuffle(records)
        assert decided(records, tmp_path)[:2] == first[:2]
