"""Rông: library catalogues and the metadata of digitized items, published as linked open data."""

__version__ = "0.1.0"
