# Editions about epics: the first two, as JSON-LD
curl -s '@BASE@/api/search?q=su+thi&size=2'

# One thing, in the format that you ask for
curl -s -H 'Accept: text/turtle' '@THING@'
curl -s '@THING@.jsonld'

# A question to all of the data, answered as CSV
curl -s '@BASE@/sparql' -H 'Accept: text/csv' --data-urlencode 'query=
PREFIX bf: <http://id.loc.gov/ontologies/bibframe/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?library ?name (COUNT(?item) AS ?copies) WHERE {
  ?item bf:heldBy ?library .
  ?library rdfs:label ?name . FILTER(LANG(?name) = "vi")
} GROUP BY ?library ?name ORDER BY DESC(?copies)'

# A whole dataset, with its checksum
curl -s -O '@BASE@/dataset/editions/editions.csv'
curl -s '@BASE@/dataset/editions/SHA256SUMS'
