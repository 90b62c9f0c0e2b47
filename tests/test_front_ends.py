"""Several servers on one folder of releases: each moves on to what is put into service, without being told."""

import os
import sys
import time
from contextlib import ExitStack

from sparql.serving import free_port
from test_build import OTHERS, Here, marc, settings_of
from test_remote_store import fetched, running

from publisher.build import build
from publisher.release.service import put_into_service, roll_back


def test_two_servers_on_one_folder_both_move_to_a_new_release_and_back(tmp_path):
    data = tmp_path / "data"
    first = settings_of(tmp_path, {"a": OTHERS[:1]})
    build(first, data, executor=Here(first))
    put_into_service(data)
    with ExitStack() as stack:
        ports = [free_port(), free_port()]
        for port in ports:
            command = [sys.executable, "-m", "publisher", "serve", "--data", str(data), "--port", str(port)]
            stack.enter_context(running(command, port, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}))
        assert [fetched(port, "/instance/a-new.nt")[0] for port in ports] == [404, 404]
        second = settings_of(tmp_path, {"a": [*OTHERS[:1], marc("new", "Sách mới về nhà rông")]})
        build(second, data, executor=Here(second))
        put_into_service(data)
        until(ports, 200)
        answers = {fetched(port, "/instance/a-new.nt")[1] for port in ports}
        assert len(answers) == 1
        roll_back(data)
        until(ports, 410)


def until(ports: list[int], status: int) -> None:
    """Wait until all servers answer with `status`; the test fails when one has not after a minute."""
    ends = time.monotonic() + 60
    while found := [code for port in ports if (code := fetched(port, "/instance/a-new.nt")[0]) != status]:
        assert time.monotonic() < ends, f"answered {found}"
        time.sleep(0.1)
