"""How to ask the same from a program: the query in curl, Python, R and JavaScript, ready to copy."""

from __future__ import annotations

import json

_Snippet = tuple[str, str]


def snippets(address: str, query: str) -> list[_Snippet]:
    """Return (name of the tool, code) for a query and the address of the endpoint."""
    text = query.strip()
    return [
        ("curl", _curl(address, text)),
        ("Python (SPARQLWrapper)", _sparqlwrapper(address, text)),
        ("Python (pandas)", _pandas(address, text)),
        ("R", _r(address, text)),
        ("JavaScript", _javascript(address, text)),
    ]


def _curl(address: str, query: str) -> str:
    quoted = "'" + ("query=" + query).replace("'", "'\\''") + "'"
    return f"curl --header 'Accept: text/csv' --data-urlencode {quoted} \\\n  {address}"


def _python_string(query: str) -> str:
    if '"""' in query or "\\" in query or query.endswith('"'):
        return json.dumps(query, ensure_ascii=False)
    return f'"""\n{query}\n"""'


def _sparqlwrapper(address: str, query: str) -> str:
    return (
        "from SPARQLWrapper import JSON, SPARQLWrapper\n\n"
        f"endpoint = SPARQLWrapper({address!r})\n"
        f"endpoint.setQuery({_python_string(query)})\n"
        "endpoint.setReturnFormat(JSON)\n"
        'for row in endpoint.queryAndConvert()["results"]["bindings"]:\n'
        '    print({name: term["value"] for name, term in row.items()})'
    )


def _pandas(address: str, query: str) -> str:
    return (
        "from urllib.parse import urlencode\n\nimport pandas as pd\n\n"
        f"query = {_python_string(query)}\n"
        f'table = pd.read_csv({address!r} + "?" + urlencode({{"query": query, "format": "csv"}}))\n'
        "print(table)"
    )


def _r(address: str, query: str) -> str:
    dashes = "-"
    while f"){dashes}" in query:
        dashes += "-"
    return (
        "library(httr2)\n\n"
        f'query <- r"{dashes}(\n{query}\n){dashes}"\n'
        f'answer <- request("{address}") |>\n'
        '  req_headers(Accept = "text/csv") |>\n'
        "  req_body_form(query = query) |>\n"
        "  req_perform()\n"
        "read.csv(text = resp_body_string(answer))"
    )


def _javascript(address: str, query: str) -> str:
    quoted = query.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return (
        f"const query = `\n{quoted}\n`;\n"
        f"const answer = await fetch({json.dumps(address)}, {{\n"
        '  method: "POST",\n'
        '  headers: { Accept: "application/sparql-results+json" },\n'
        "  body: new URLSearchParams({ query }),\n"
        "});\n"
        "const { results } = await answer.json();\n"
        "console.table(results.bindings.map((row) =>\n"
        "  Object.fromEntries(Object.entries(row).map(([name, term]) => [name, term.value]))));"
    )
