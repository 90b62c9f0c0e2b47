"""`rong serve` for a benchmark, with limits that end no query of it.

python -m benchmarks._sparql_server DATA PORT CACHE_MB
"""

from __future__ import annotations

import sys
from pathlib import Path

from publisher.config import Serve
from publisher.release.release import active
from publisher.site.server import endpoint_settings, serve
from publisher.site.settings import settings_of


def main(data: Path, port: int, cache_mb: int) -> None:
    """Serve the release in service in `data`."""
    settings = endpoint_settings(settings_of(active(data).manifest))
    limits = {"time_limit": 60, "queue_seconds": 60, "cache_mb": cache_mb}
    serve(data, Serve(port=port), settings.model_copy(update=limits))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
