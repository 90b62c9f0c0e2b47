"""One of each fault of `python -m benchmarks faults`: nothing is lost, nothing is half visible."""

import os
import random
import socket
from pathlib import Path

import pytest

from benchmarks._lab import Lab
from benchmarks._serving import Server, children
from benchmarks.faults import FAULTS, Fault
from publisher.release.release import active
from publisher.release.service import prune

_MORE_THAN_IS_ON_ITS_WAY = 32 << 20
"""Bytes: the system and the server take in less of a file for a client that does not read."""
TRIED = [fault for fault in FAULTS if os.geteuid() == 0 or not fault.needs_root]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("faults") / "lab")


@pytest.mark.parametrize("fault", TRIED, ids=lambda fault: fault.name)
def test_nothing_is_lost_and_nothing_is_half_visible(lab: Lab, fault: Fault):
    fault.try_out(lab, random.Random(7), 1)


def test_a_download_that_is_under_way_ends_whole_though_its_release_is_replaced_and_deleted(lab: Lab):
    path = "/dataset/fates/fates.csv"
    assert lab.run("update", 50) == 0
    first = active(lab.data)
    file = first.datasets_path / "fates" / "fates.csv"
    rows = file.read_bytes()
    whole = rows * (_MORE_THAN_IS_ON_ITS_WAY // len(rows) + 1)
    file.write_bytes(whole)
    with Server(lab.data) as server, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(60)
        client.connect(("127.0.0.1", server.port))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: data.example\r\nConnection: close\r\n\r\n".encode())
        said = client.recv(1024)
        for turn in (51, 52):
            assert lab.run("update", turn) == 0
            assert server.get("/instance/a-k1")[0] == 200
        assert first.id in prune(lab.data, 1)
        assert any(f"{first.id}/datasets/fates/fates.csv" in target for target in opened(server.pid)), "it is under way"
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        while part := client.recv(1 << 20):
            said += part
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body == whole


def opened(pid: int) -> list[str]:
    """Return the files that the processes of a server have open."""
    links = (link for child in children(pid) for link in Path(f"/proc/{child}/fd").iterdir())
    return [str(link.readlink()) for link in links if os.path.lexists(link)]
