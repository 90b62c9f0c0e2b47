"""Rông: library catalogues and the metadata of digitized items, published as linked open data."""

from publisher import compiled

__version__ = "0.1.0"

COMPILED = compiled.use()
"""Whether the hot modules run compiled."""
