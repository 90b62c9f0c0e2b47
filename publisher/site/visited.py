"""What kind of page a request was for: a few words known beforehand, so that counting them says nothing of anybody."""

from __future__ import annotations

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
"""Methods that are counted by their name."""
_KINDS = {
    "": "home",
    "search": "search",
    "suggest": "search",
    "sparql": "sparql",
    "mcp": "assistants",
    "api": "api",
    "reconcile": "reconciliation",
    "oai": "oai",
    "resourcesync": "resourcesync",
    "feed.atom": "feed",
    "iiif": "iiif",
    "static": "static",
    "datasets": "dataset",
    "dataset": "dataset",
    "catalog": "dataset",
    "sitemaps": "sitemap",
    "sitemap.xml": "sitemap",
    ".well-known": "machines",
    "robots.txt": "machines",
    "context": "machines",
    "opensearch.xml": "machines",
    "favicon.ico": "machines",
    "manifest.webmanifest": "machines",
    "worker.js": "machines",
    "healthz": "operation",
    "readyz": "operation",
    "metrics": "operation",
    **dict.fromkeys(("about", "guide", "indicators", "libraries", "model", "offline", "quality"), "page"),
    **dict.fromkeys(("scheme", "schemes", "terms", "quality.csv", "quality.json"), "page"),
}
_THINGS = "thing"


def kind_of(path: str) -> str:
    """Return the kind of page at `path` (without the prefix of the base); a page of a thing, when it is none other.

    >>> [kind_of(path) for path in ("/", "/search.csv", "/dataset/editions", "/dataset/editions/editions.csv")]
    ['home', 'search', 'dataset', 'download']
    """
    parts = path.strip("/").split("/")
    first = parts[0]
    kind = _KINDS.get(first) or _KINDS.get(first.partition(".")[0], _THINGS)
    return "download" if kind == "dataset" and len(parts) > 2 else kind
