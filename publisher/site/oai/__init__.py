"""OAI-PMH 2.0: the provider at /oai, by which other catalogues harvest what is published here.

`protocol` reads a question, `tokens` is what long lists go on with, `answers` writes; `dublincore`, `marcxml` and
`bibframe` are the formats, `provider` the address.
"""
