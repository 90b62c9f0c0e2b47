"""The reconciliation service as OpenRefine uses it, and as the schemas of the specification want it."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from publisher.rdf.vietnamese import fold

SCHEMAS = json.loads((Path(__file__).parent / "reconciliation_schemas.json").read_text())


def conforms(name: str, content: object) -> None:
    schema = {"$ref": f"#/$defs/{name}", "$defs": SCHEMAS["$defs"]}
    problems = [f"{list(e.absolute_path)}: {e.message}" for e in Draft202012Validator(schema).iter_errors(content)]
    assert problems == []


def ask(client: FlaskClient, language: str = "vi", **queries: object) -> dict[str, list[dict]]:
    """Post a batch as OpenRefine does: a form with the field `queries`."""
    conforms("queries", queries)
    answer = client.post(f"/reconcile?lang={language}", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    conforms("results", answer.json)
    return {key: found["result"] for key, found in answer.json.items()}


def first(client: FlaskClient, query: object) -> dict:
    return ask(client, q0=query)["q0"][0]


# Conformance


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_manifest_conforms_in_both_languages(client, base, language):
    manifest = client.get(f"/reconcile?lang={language}").json
    conforms("manifest", manifest)
    assert manifest["identifierSpace"] == f"{base}/"
    assert {each["id"] for each in manifest["defaultTypes"]} == {"work", "instance", "agent", "concept", "place"}


def test_a_schema_refuses_what_the_specification_refuses():
    with pytest.raises(AssertionError):
        conforms("results", {"q0": {"candidates": []}})
    with pytest.raises(AssertionError):
        conforms("queries", {"q0": {}})


def test_everything_that_the_manifest_names_answers_and_conforms(client, base):
    manifest = client.get("/reconcile").json

    def local(service: dict, kind: str = "service") -> str:
        return (service[f"{kind}_url"] + service[f"{kind}_path"]).removeprefix(base)

    suggest = manifest["suggest"]
    for what, schema in (("entity", "entities"), ("type", "types"), ("property", "properties")):
        found = client.get(local(suggest[what]) + "?prefix=n%C4%83m&cursor=0")
        assert found.status_code == 200
        conforms(f"suggested-{schema}", found.json)
    for what, known in (("entity", "place/vn-62-2025"), ("type", "place"), ("property", "year")):
        flyout = client.get(local(suggest[what], "flyout_service").replace("${id}", known))
        assert flyout.json["id"] == known
        assert "<strong>" in flyout.json["html"]
    proposed = client.get(local(manifest["extend"]["propose_properties"]) + "?type=place&limit=4").json
    assert proposed["type"] == "place"
    assert len(proposed["properties"]) == 4
    preview = client.get(manifest["preview"]["url"].removeprefix(base).replace("{{id}}", "place%2Fvn-62-2025"))
    assert "Tỉnh Kon Tum" in preview.text
    assert "frame-ancestors *" in preview.headers["Content-Security-Policy"]
    view = client.get(manifest["view"]["url"].removeprefix(base).replace("{{id}}", "place%2Fvn-62-2025"))
    assert (view.status_code, view.headers["Location"]) == (303, "/place/vn-62-2025")


@pytest.mark.parametrize(
    "path",
    ["/reconcile", "/reconcile/entity?prefix=kon", "/reconcile/entity/flyout?id=place/nothing", "/reconcile?queries=x"],
)
def test_every_answer_may_be_read_from_other_origins(client, path):
    assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"


def test_a_browser_may_ask_before_it_posts(client):
    answer = client.options(
        "/reconcile", headers={"Origin": "http://127.0.0.1:3333", "Access-Control-Request-Method": "POST"}
    )
    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


# Finding


def test_a_name_is_found_whatever_its_marks_and_the_order_of_its_words(client, ledger):
    row = next(row for row in ledger.entities("agent") if row.label.startswith("Phan") and len(row.label.split()) == 3)
    family, *given = row.label.replace(",", "").split()
    for said, at_least in ((" ".join([*given, family]), 98), (fold(row.label).upper(), 96)):
        found = first(client, {"query": said, "type": "agent"})
        assert row.iri.endswith(found["id"])
        assert found["score"] >= at_least


def test_a_place_is_a_match_when_its_kind_is_said_and_is_none_when_three_have_the_name(client):
    assert first(client, {"query": "Tỉnh Kon Tum", "type": "place"})["match"]
    several = ask(client, q0={"query": "Kon Tum", "type": "place"})["q0"]
    assert [each["match"] for each in several] == [False] * len(several)
    assert [each["score"] for each in several[:3]] == [100.0] * 3


def test_the_year_tells_places_of_one_name_apart(client):
    found = ask(
        client,
        before={"query": "Tỉnh Quảng Ngãi", "type": "place", "properties": [{"pid": "valid-in", "v": "1998"}]},
        after={"query": "Tỉnh Quảng Ngãi", "type": "place", "properties": [{"pid": "valid-in", "v": "2026"}]},
    )
    assert [(found[key][0]["id"], found[key][0]["match"]) for key in found] == [
        ("place/vn-51-2025", True),
        ("place/vn-51", True),
    ]


def test_a_people_is_found_by_its_own_name_and_its_headings_are_no_rivals(client):
    found = first(client, {"query": "Bahnar", "type": "concept"})
    assert (found["id"], found["match"]) == ("concept/people-13", True)
    assert first(client, {"query": "su thi", "type": "concept"})["id"] == "concept/theme-su-thi"


def test_an_isbn_finds_its_edition_without_a_name(client, example_release):
    known = isbn_of_the_example(client)
    found = first(client, {"properties": [{"pid": "isbn", "v": known["isbn"]}], "type": "instance"})
    assert found["id"] == known["id"]


def test_a_year_that_differs_counts_against_a_title(client):
    known = isbn_of_the_example(client)
    query = {"query": known["name"], "type": "instance"}
    right = first(client, {**query, "properties": [{"pid": "isbn", "v": [known["isbn"]]}]})
    wrong = next(
        each
        for each in ask(client, q0={**query, "properties": [{"pid": "isbn", "v": "9780306406157"}]})["q0"]
        if each["id"] == known["id"]
    )
    assert right["score"] > wrong["score"] + 20
    assert not wrong["match"]


def isbn_of_the_example(client: FlaskClient) -> dict:
    """Return id, name and ISBN of an edition of the example that has one."""
    listed = client.get("/reconcile/entity?prefix=s&type=instance").json["result"]
    ids = [each["id"] for each in listed]
    asked = {"ids": ids, "properties": [{"id": "isbn"}]}
    rows = client.post("/reconcile", data={"extend": json.dumps(asked)}).json["rows"]
    found = next(key for key in ids if rows[key]["isbn"])
    name = next(each["name"] for each in listed if each["id"] == found)
    return {"id": found, "name": name, "isbn": rows[found]["isbn"][0]["str"]}


def test_types_narrow_down(client):
    found = ask(
        client,
        any={"query": "Kon Tum"},
        place={"query": "Kon Tum", "type": ["place"]},
        person={"query": "Thư viện tỉnh Kon Tum", "type": "person"},
        unknown={"query": "Kon Tum", "type": "Q42"},
    )
    assert {each["id"].partition("/")[0] for each in found["place"]} == {"place"}
    assert len({each["id"].partition("/")[0] for each in found["any"]}) > 1
    assert all("person" in {t["id"] for t in each["type"]} for each in found["person"])
    assert found["unknown"] == []


def test_what_is_nobody_has_no_match(client):
    found = ask(
        client, a={"query": "Xyzzy Plugh"}, b={"query": "...!?"}, c={"query": "x" * 5000}, d={"query": '" OR *:*'}
    )
    assert [each for key in found for each in found[key] if each["match"]] == []
    assert found["a"] == found["b"] == found["c"] == []


def test_get_answers_as_post_does(client):
    queries = json.dumps({"q0": {"query": "Tỉnh Kon Tum"}})
    assert client.get("/reconcile", query_string={"queries": queries}).json == (
        client.post("/reconcile", data={"queries": queries}).json
    )


# Values


def test_values_of_things_conform_and_lead_to_things(client):
    asked = {
        "ids": ["place/vn-62-2025", "place/nothing", "concept/people-13"],
        "properties": [{"id": "replaced-by"}, {"id": "valid-to"}, {"id": "other-name", "settings": {"limit": 1}}],
    }
    conforms("extension", asked)
    answer = client.post("/reconcile?lang=en", data={"extend": json.dumps(asked)})
    conforms("extended", answer.json)
    rows = answer.json["rows"]
    assert rows["place/vn-62-2025"]["replaced-by"] == [{"id": "place/vn-51", "name": "Quang Ngai Province"}]
    assert rows["place/vn-62-2025"]["valid-to"] == [{"str": "2025-06-30"}]
    assert rows["place/nothing"] == {"replaced-by": [], "valid-to": [], "other-name": []}
    assert {"str": "Bahnar"} in rows["concept/people-13"]["other-name"]


def test_suggestions_go_on_from_the_cursor(client):
    whole = client.get("/reconcile/entity?prefix=kon&type=place").json["result"]
    later = client.get("/reconcile/entity?prefix=kon&type=place&cursor=5").json["result"]
    assert later[0]["id"] == whole[5]["id"]
    assert client.get("/reconcile/entity?prefix=place/vn-51").json["result"][0]["id"] == "place/vn-51"


# What is refused


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"queries": "{"}, 400),
        ({"queries": "[]"}, 400),
        ({"queries": '{"q0": {}}'}, 400),
        ({"queries": '{"q0": {"query": "x", "limit": "many"}}'}, 400),
        ({"queries": '{"q0": 5}'}, 400),
        ({"queries": json.dumps({f"q{n}": {"query": "x"} for n in range(51)})}, 413),
        ({"extend": '{"ids": 1, "properties": []}'}, 400),
        ({"extend": json.dumps({"ids": ["a"] * 201, "properties": []})}, 413),
        ({"queries": '{"q0": {"query": "' + "a" * 600_000 + '"}}'}, 413),
        ({"something": "else"}, 400),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(client, form, status):
    answer = client.post("/reconcile", data=form)
    assert answer.status_code == status
    assert answer.json["status"] == "error"
    assert answer.json["message"].endswith(".")


@pytest.mark.parametrize(
    "identifier", ["", "place/nothing", "../etc/passwd", "record/kontum-1", "http://evil.example/x", "place/%00"]
)
def test_what_the_release_does_not_have_is_not_shown(client, identifier):
    for what in ("view", "preview", "entity/flyout"):
        assert client.get(f"/reconcile/{what}", query_string={"id": identifier}).status_code == 404


def test_names_with_markup_are_text_in_previews_and_flyouts(hostile):
    client = hostile.test_client()
    found = client.get("/kho/reconcile/entity?prefix=script").json["result"]
    for each in found:
        html = client.get("/kho/reconcile/entity/flyout", query_string={"id": each["id"]}).json["html"]
        assert "<script" not in html
        assert "<script" not in client.get("/kho/reconcile/preview", query_string={"id": each["id"]}).text
    assert found
