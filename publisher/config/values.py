"""The words, addresses and files that settings are made of, each with what is said of a wrong one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints, ValidationInfo

from publisher.toml_model import shaped

Language = Literal["vi", "en"]
Level = Literal["national", "provincial", "district", "commune", "school", "armed-forces", "other"]
SourceFormat = Literal[
    "auto",
    "iso2709",
    "marcxml",
    "marcjson",
    "mrk",
    "libol",
    "libol-text",
    "isis",
    "dublincore",
    "mods",
    "mets",
    "edm",
    "alto",
    "csv",
    "xlsx",
    "ods",
    "titles",
]
Text = Annotated[str, StringConstraints(min_length=1)]
Code = Annotated[str, shaped(r"[a-z0-9]{1,32}", 'up to 32 lower-case letters and digits, like "kontum1"')]
Tag = Annotated[str, shaped(r"[0-9X]{3}( \$[0-9a-z]+)?", 'a tag, perhaps with subfields, like "59X" or "952 $x"')]
Flag = Annotated[str, shaped(r"[0-9]{3} \$[0-9a-z]( = .+)?", 'a subfield, perhaps with its value, like "942 $n = 1"')]
Email = Annotated[str, shaped(r"[^@\s]+@[^@\s]+", "an e-mail address")]
Country = Annotated[str, shaped(r"[A-Z]{2}", 'a country code of ISO 3166-1, like "VN"')]
LicenceId = Annotated[str, shaped(r"[A-Za-z0-9.+-]+", 'an identifier as SPDX has them, like "CC-BY-4.0"')]
CkanName = Annotated[str, shaped(r"[a-z0-9_-]{2,100}", "2 to 100 lower-case letters, digits, - and _")]
CkanPrefix = Annotated[str, shaped(r"[a-z0-9_-]{0,60}", "up to 60 lower-case letters, digits, - and _")]
AddressOfId = Annotated[str, shaped(r"https?://[^\s{}]+\{id\}[^\s{}]*", "an address with {id} in it")]
AddressOfReport = Annotated[
    str, shaped(r"https?://[^\s{}]+(\{(title|text|iri)\}[^\s{}]*)+", "an address with {title}, {text} or {iri} in it")
]
ReportAddress = Annotated[
    str,
    shaped(
        r"(mailto:[^@\s]+@[^@\s]+|https://[^\s]+|tel:\+?[0-9-]+)", 'like "mailto:security@example.vn" or "https://..."'
    ),
]
ExecutorAddress = Annotated[
    str,
    shaped(r"local|(tcp|tls)://[^\s/]+:[0-9]+", '"local" or the address of a Dask scheduler, "tcp://10.0.0.5:8786"'),
]
SecureAddress = Annotated[str, shaped(r"https://[^\s]+", "an https address")]
VariableName = Annotated[str, shaped(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable")]

DEFAULT_BASE = "http://localhost:8000"
STANDARD_INPUT = Path("-")
_IRI = re.compile(r"""^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$""", re.IGNORECASE)


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or not _IRI.match(value):
        raise ValueError(f'is "{value}"; it must be an http or https address')
    return value


def _iri(value: str) -> str:
    if not _IRI.match(value):
        raise ValueError(f'is "{value}"; it must be an IRI such as https://example.org/licence')
    return value


def _beside_the_file(path: Path, info: ValidationInfo) -> Path:
    """Return `path` from the folder of rong.toml, which `read_toml` gives as context."""
    folder = (info.context or {}).get("folder")
    return path if folder is None else Path(folder) / path


def _source(path: Path, info: ValidationInfo) -> Path:
    return path if path == STANDARD_INPUT else _beside_the_file(path, info)


WebAddress = Annotated[str, AfterValidator(_web_address)]
Iri = Annotated[str, AfterValidator(_iri)]
OwnFile = Annotated[Path, AfterValidator(_beside_the_file)]
SourcePath = Annotated[Path, AfterValidator(_source)]
