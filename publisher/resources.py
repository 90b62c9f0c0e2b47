"""Where the content folders lie: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
CONTENT_FOLDERS = ("vocab", "sparql", "exports", "site", "examples")


@cache
def folder(name: str) -> Path:
    """Return the content folder `name`, one of `CONTENT_FOLDERS`.

    In a wheel the folders are in `publisher/_content/` (see pyproject.toml, force-include). Raises FileNotFoundError
    for an installation that lacks it.
    """
    if name not in CONTENT_FOLDERS:
        raise ValueError(f"{name!r} is not a content folder; there are {', '.join(CONTENT_FOLDERS)}")
    for candidate in (_PACKAGE / "_content" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the content folder {name!r} is missing from this installation of rong")
