"""Assistants: the tools over the Model Context Protocol, asked by the SDK's own client in the three ways there are."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import orjson
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from test_site_server import get, serving

from publisher.release.release import active
from publisher.site.assistants.server import server
from publisher.site.reader import InService
from publisher.site.server import endpoint_settings
from publisher.sparql.app import Endpoint

TOOLS = {
    "search", "read_entity", "find_by_number", "list_datasets", "list_libraries", "explain_data_model", "sparql_query",
}  # fmt: skip


def asking(where: Any, questions: Callable[[Client], Awaitable[None]]) -> None:
    """Ask `questions` of a server; one that hangs fails."""

    async def run() -> None:
        async with asyncio.timeout(90), Client(where, raise_exceptions=True) as client:
            await questions(client)

    asyncio.run(run())


def here(data: Path) -> Any:
    service = InService(data)
    return server(service, Endpoint(endpoint_settings(service.reader().settings), lambda: active(data)))


async def answer(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert orjson.loads(result.content[0].text) == result.structured_content, "both kinds of client get the same"
    return dict(result.structured_content)


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)


def test_the_tools_only_read_and_say_what_they_are_for(example_data: Path):
    async def questions(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == TOOLS
        assert all(tool.annotations.read_only_hint and tool.description for tool in tools)

    asking(here(example_data), questions)


def test_what_was_found_can_be_read_and_cited(example_data: Path, base: str):
    async def questions(client: Client) -> None:
        found = await answer(client, "search", q="sử thi", language="vie", lang="en")
        assert found["total"] > 5
        assert found["page_for_people"].startswith(f"{base}/search?q=")
        assert all(each["id"].startswith(f"{base}/instance/") for each in found["results"])
        assert {"value": "book", "label": "Book"}.items() <= found["filters"]["type"][0].items()
        read = await answer(client, "read_entity", iri=found["results"][0]["id"])
        assert read["iri"] == found["results"][0]["id"] in read["citation"]
        assert read["description"]["id"] == read["iri"]
        (numbered,) = (await answer(client, "find_by_number", isbn="978-604-928-012-2"))["results"]
        assert numbered["title"].startswith("Dyông Dư")
        merged = await answer(client, "read_entity", iri=f"{base}/instance/kontum-KT00001")
        assert merged["iri"] == f"{base}/instance/dakto-DT00001"

    asking(here(example_data), questions)


def test_lists_and_the_model(example_data: Path, base: str):
    async def questions(client: Client) -> None:
        datasets = await answer(client, "list_datasets", lang="en")
        assert "Editions" in [each["label"] for each in datasets["datasets"]]
        libraries = (await answer(client, "list_libraries"))["libraries"]
        assert {"kontum", "dakto"} <= {each["code"] for each in libraries}
        model = await answer(client, "explain_data_model")
        assert 0 < model["entities"]["work"] <= model["classes"]["http://id.loc.gov/ontologies/bibframe/Work"]
        assert any("SELECT" in query for query in model["example_queries"].values())
        assert "bf:Instance" in model["model"]

    asking(here(example_data), questions)


def test_mistakes_are_told_in_a_sentence(example_data: Path, base: str):
    async def questions(client: Client) -> None:
        assert "1975" in await refusal(client, "search", year="soon")
        assert "ever published" in await refusal(client, "read_entity", iri=f"{base}/work/nothing")
        assert "begins with" in await refusal(client, "read_entity", iri="file:///etc/passwd")
        assert "one of isbn" in await refusal(client, "find_by_number")
        assert "lang" in await refusal(client, "search", q="x", lang="fr")

    asking(here(example_data), questions)


def test_over_standard_input_and_output(example_data: Path, base: str):
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "publisher", "mcp", "--data", str(example_data)],
        cwd=str(Path(__file__).parents[2]),
    )

    async def questions(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        found = await answer(client, "search", q="dam san")
        assert found["did_you_mean"] is not None
        counted = await answer(
            client,
            "sparql_query",
            query="PREFIX bf: <http://id.loc.gov/ontologies/bibframe/> SELECT (COUNT(*) AS ?n) { ?i a bf:Instance }",
        )
        assert int(counted["results"]["results"]["bindings"][0]["n"]["value"]) > 100
        graph = await answer(client, "sparql_query", query=f"DESCRIBE <{base}/library/kontum>")
        assert "<http" in graph["graph"]
        assert "SERVICE" in await refusal(
            client, "sparql_query", query="SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"
        )
        assert "read-only" in await refusal(client, "sparql_query", query="INSERT DATA { <a:a> <a:b> <a:c> }")

    asking(command, questions)


def test_over_http_beside_the_site(example_data: Path, base: str):
    with serving(example_data) as port:

        async def questions(client: Client) -> None:
            assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
            found = await answer(client, "search", q="gùi")
            assert found["total"] >= 0
            counted = await answer(client, "sparql_query", query="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
            assert int(counted["results"]["results"]["bindings"][0]["n"]["value"]) > 10_000

        asking(f"http://127.0.0.1:{port}/mcp", questions)
        status, headers, _ = get(port, "/mcp", Accept="text/html")
        assert (status, headers["location"]) == (303, "/api/")
        assert post(port, Host="evil.example")[0] in (403, 421)
        assert post(port, Origin="https://evil.example")[0] == 403
        status, headers = post(port)
        assert status == 200
        assert headers["x-content-type-options"] == "nosniff"
        assert post(port, body=b" " * 300_000)[0] == 413


def post(port: int, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str]]:
    ping = orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})
    accept = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/mcp", body or ping, {**accept, **headers})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}
    finally:
        connection.close()


def test_a_site_that_nobody_asks_as_an_assistant_does_not_load_the_protocol():
    code = "import sys, publisher.site.server, publisher.cli; sys.exit('mcp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2]).returncode == 0
