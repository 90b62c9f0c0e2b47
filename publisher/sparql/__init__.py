"""The SPARQL 1.1 endpoint: protocol, guarded worker pool, service description."""
