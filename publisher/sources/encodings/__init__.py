"""Encodings of Vietnamese that Python lacks, registered as Python codecs.

`register()` (which importing `publisher.sources` does) makes these names known to `bytes.decode` and `str.encode`:

| codec         | also called                  | what it is                                                      |
|---------------|------------------------------|-----------------------------------------------------------------|
| `tcvn-5712-1` | `tcvn`, `vn1`, `tcvn5712-1`  | TCVN 5712:1993, all letters in one byte                         |
| `tcvn3`       | `abc`, `vn3`                 | the .Vn fonts; a capital with a tone is the capital and the tone |
| `viscii`      |                              | RFC 1456                                                        |
| `vni`         | `vni-windows`                | the VNI fonts, a letter and a mark                              |
| `viqr`        |                              | RFC 1456, Vietnamese in ASCII                                   |

All decode to NFC and encode from any normal form. Python's own `cp1258`, `cp1251` and `cp866` need nothing here.
"""

from __future__ import annotations

import codecs
from functools import cache
from typing import Any, cast

from publisher.sources.encodings.onebyte import OneByte
from publisher.sources.encodings.twobyte import TwoByte
from publisher.sources.encodings.viqr import Viqr

_NAMES = {
    "tcvn_5712_1": "tcvn-5712-1",
    "tcvn5712_1": "tcvn-5712-1",
    "tcvn": "tcvn-5712-1",
    "vn1": "tcvn-5712-1",
    "tcvn3": "tcvn3",
    "abc": "tcvn3",
    "vn3": "tcvn3",
    "viscii": "viscii",
    "vni": "vni",
    "vni_windows": "vni",
    "viqr": "viqr",
}


@cache
def _codec(name: str) -> codecs.Codec:
    if name == "viqr":
        return Viqr()
    return TwoByte(name) if name == "vni" else OneByte(name)


def _search(name: str) -> codecs.CodecInfo | None:
    ours = _NAMES.get(name.replace("-", "_").replace(" ", "_"))
    if ours is None:
        return None
    codec = _codec(ours)
    return codecs.CodecInfo(codec.encode, cast(Any, codec.decode), name=ours)


@cache
def register() -> None:
    """Make the codecs known to Python; more than once does no harm."""
    codecs.register(_search)
