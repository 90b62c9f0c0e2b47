"""The HTTP API below /api/: what is in a release, in JSON-LD, for programs.

`answers` makes the answers out of a release and nothing else, so that assistants (`publisher.site.assistants`) get the
same; `shapes` says what a result looks like, `routes` has the addresses, `site/openapi.json` describes them.
"""
