// Turns the text area of the query page into an editor: colours, errors as one types, completion from our own
// vocabulary. Nothing is asked of any other site; without this script the page works as it is.
(function () {
  "use strict";
  const area = document.getElementById("query");
  const form = document.getElementById("sparql-form");
  if (!area || !form || typeof Yasqe === "undefined") return;

  // Yasqe's own completers ask prefix.cc and LOV; ours ask what the release has.
  const terms = fetch(form.dataset.terms).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  const ours = (name, pick) =>
    Object.assign({}, Yasqe.Autocompleters[name], {
      bulk: true,
      persistenceId: undefined,
      get: () => terms.then((found) => (found ? pick(found) : [])),
    });
  Yasqe.registerAutocompleter(ours("prefixes", (found) =>
    Object.entries(found.prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`)));
  Yasqe.registerAutocompleter(ours("class", (found) => found.classes));
  Yasqe.registerAutocompleter(ours("property", (found) => found.properties));

  const place = document.createElement("div");
  place.className = "sparql-editor";
  area.before(place);
  const editor = new Yasqe(place, {
    value: area.value,
    persistenceId: null,
    showQueryButton: false,
    createShareableLink: null,
    consumeShareLink: null,
    resizeable: true,
    editorHeight: "20em",
    autocompleters: ["prefixes", "class", "property", "variables"],
  });
  editor.getInputField().setAttribute("aria-label", document.querySelector('label[for="query"]').textContent);
  area.hidden = true;
  area.required = false;
  const copy = () => { area.value = editor.getValue(); };
  form.addEventListener("submit", copy);
  editor.on("change", copy);
  editor.addKeyMap({ "Ctrl-Enter": () => form.requestSubmit(), "Cmd-Enter": () => form.requestSubmit() });
})();
