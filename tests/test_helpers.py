"""The processes that help a build end with it, however it ends."""

import os
import subprocess
import sys
import time

from benchmarks._serving import alive
from tests.conftest import ROOT

_PROGRAM = """
import os, time
from publisher.helpers import helpers
if __name__ == "__main__":
    with helpers(2) as pool:
        pids = {pool.submit(os.getpid).result() for _ in range(20)}
        print(*pids, flush=True)
        pool.submit(time.sleep, 600)
        time.sleep(600)
"""


def test_helpers_end_when_the_process_that_they_help_is_killed(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM)
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as process:
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert pids
        assert all(map(alive, pids))
        process.kill()
    ends = time.monotonic() + 60
    while any(map(alive, pids)):
        assert time.monotonic() < ends, "they wait for work for ever"
        time.sleep(0.05)


_WHERE = """
import publisher
from publisher.helpers import helpers

def where():
    import publisher
    return publisher.__file__

if __name__ == "__main__":
    with helpers(1) as pool:
        print(publisher.__file__ == pool.submit(where).result())
"""


def test_helpers_are_of_our_make_in_a_folder_that_has_another_publisher(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(_WHERE)
    here = tmp_path / "here"
    (here / "publisher").mkdir(parents=True)
    (here / "publisher" / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(program)]
    done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert not (tmp_path / "ran").exists(), "the process that helpers are copies of looked there"
