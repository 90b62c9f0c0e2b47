"""The kinds of entities of which the example has some and the ledger knows all."""

KINDS = ("work", "instance", "agent", "concept", "place", "library")
