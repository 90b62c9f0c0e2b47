// Asks an endpoint through Comunica, unmodified, and prints what came back as JSON.
import { QueryEngine } from '@comunica/query-sparql';

const [, , endpoint, agent] = process.argv;
const engine = new QueryEngine();
const label = 'http://www.w3.org/2000/01/rdf-schema#label';
const typed = { sources: [{ type: 'sparql', value: endpoint }] };

async function rows(query, context) {
  const stream = await engine.queryBindings(query, context);
  return (await stream.toArray()).map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
}

const found = {
  rows: await rows(`SELECT ?label { <${agent}> <${label}> ?label }`, typed),
  // Comunica finds out by itself that this is an endpoint: from the service description.
  discovered: await rows(`SELECT ?label { <${agent}> <${label}> ?label }`, { sources: [endpoint] }),
  counted: await rows('SELECT (COUNT(*) AS ?n) { ?s a <https://schema.org/Person> }', typed),
  yes: await engine.queryBoolean(`ASK { <${agent}> ?p ?o }`, typed),
  triples: (await (await engine.queryQuads(`CONSTRUCT WHERE { <${agent}> <${label}> ?label }`, typed)).toArray()).length,
};
console.log(JSON.stringify(found));
