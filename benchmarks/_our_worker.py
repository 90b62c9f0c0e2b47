"""Converts MARC with Rông, told what to do on standard input, as `_reference_worker` does with the reference."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from publisher.convert import convert_files


def main() -> None:
    """Answer each line of standard input with what became of the file it names."""
    for line in sys.stdin:
        request = json.loads(line)
        written: list[str] = []
        rejected: list[str] = []
        target = "bibframe-xml" if request["output"] else "ntriples"
        began, cpu = time.perf_counter(), time.process_time()
        convert_files([Path(request["path"])], target, "http://example.org/", written.append, rejected.append)
        text = "".join(written).encode()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        if request["output"]:
            Path(request["output"]).write_bytes(text)
        # The header and the footer of a file are written, too, and are empty in N-Triples.
        answer = {
            "records": len(written) - 2,
            "seconds": seconds,
            "cpu": cpu,
            "failed": len(rejected),
            "bytes": len(text),
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
