"""Description of the description: 003, 040, 042 and when the record was made, changed and converted.

Source: Conversion specification 2.10, LDR, 001-007, 010-048 (AdminMetadata).
"""

from __future__ import annotations

from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import Rule
from publisher.rdf.description import Arcs

CONVERTER = "https://github.com/lcnetdev/marc2bibframe2/releases/tag/v3.1.0"


def history(record: RecordView, generated: str) -> Arcs:
    """Yield what became of the record: made new, last changed, converted at `generated` (left out when "")."""
    return ()


RULES: list[Rule] = []
