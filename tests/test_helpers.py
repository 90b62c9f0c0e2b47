"""The processes that help a build end with it, however it ends."""

import subprocess
import sys
import time

from benchmarks._serving import alive

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
