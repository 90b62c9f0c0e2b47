import csv
import io
import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen


def get(address, kind="application/ld+json", data=None):
    request = Request(address, data, {"Accept": kind})
    with urlopen(request) as answer:
        return answer.read().decode("utf-8")


# Every edition about epics, page after page
address = "@BASE@/api/search?" + urlencode({"q": "sử thi", "size": 100})
while address:
    found = json.loads(get(address))
    for edition in found["member"]:
        print(edition.get("year", "?"), edition["title"], edition["id"])
    address = found["view"].get("next")

# How many editions there are in each language
question = """
PREFIX bf: <http://id.loc.gov/ontologies/bibframe/>
PREFIX schema: <https://schema.org/>
SELECT ?language (COUNT(?edition) AS ?editions) WHERE {
  ?edition bf:instanceOf/schema:inLanguage ?language
} GROUP BY ?language ORDER BY DESC(?editions)
"""
table = get("@BASE@/sparql", "text/csv", urlencode({"query": question}).encode())
for row in csv.DictReader(io.StringIO(table)):
    print(row["language"], row["editions"])
