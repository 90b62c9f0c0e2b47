from __future__ import annotations

import pytest

from publisher.schemaorg.publishers import publisher_name


@pytest.mark.parametrize(
    "nobody",
    [
        "[s.n.]",
        "[S.n.].",
        "s. n.",
        "[publisher not identified]",
        "[k.nh.x.b.]",
        "[K.nxb]",
        "Không rõ nhà xuất bản",
        "",
        "[]",
    ],
)
def test_where_nobody_is_known_to_have_published_it_there_is_no_publisher(nobody: str) -> None:
    assert publisher_name(nobody) == ""


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("[New Zealand Parliament]", "New Zealand Parliament"),
        ("[U.S. G.P.O.]", "U.S. G.P.O."),
        ("Columbia [Records]", "Columbia [Records]"),
        ("[A] and [B]", "[A] and [B]"),
        ("\x98A.F.W.\x9c Sommer", "A.F.W. Sommer"),
        ("دار هومة،", "دار هومة"),
        ("Nhà xuất bản Đà Nẵng", "Nhà xuất bản Đà Nẵng"),
        ("N.P. Nguyễn", "N.P. Nguyễn"),
    ],
)
def test_a_publisher_has_the_name_without_what_cataloguers_put_around_it(printed: str, name: str) -> None:
    assert publisher_name(printed) == name
