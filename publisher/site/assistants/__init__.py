"""For assistants: a server of the Model Context Protocol with read-only tools over the same answers as the API.

`tools` says what the tools answer, `sparql` puts a query to the guarded endpoint, `server` speaks the protocol: on
standard input and output (`rong mcp`), and over HTTP at /mcp.

Nothing here is imported before an assistant calls: the SDK takes a second to load.
"""
