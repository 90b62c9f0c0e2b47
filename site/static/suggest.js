// Proposes what the search box may become (WAI-ARIA combobox). Without this script the box is an ordinary form field.
(function () {
  "use strict";
  for (const input of document.querySelectorAll("input[data-suggest]")) attach(input);

  function attach(input) {
    const list = document.createElement("ul");
    list.className = "suggested";
    list.id = input.id + "-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.label);
    list.hidden = true;
    input.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.autocomplete = "off";
    let timer = 0, chosen = -1, found = [], asked = "";

    function close() {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function choose(place) {
      chosen = place;
      Array.from(list.children).forEach(function (option, at) {
        option.setAttribute("aria-selected", String(at === place));
      });
      if (place >= 0) input.setAttribute("aria-activedescendant", list.children[place].id);
      else input.removeAttribute("aria-activedescendant");
    }

    function show(results) {
      found = results;
      list.replaceChildren();
      results.forEach(function (result, place) {
        const option = document.createElement("li"), kind = document.createElement("span");
        option.id = list.id + "-" + place;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = result.label;
        kind.textContent = result.kind;
        option.append(kind);
        option.addEventListener("mousedown", function (event) {
          event.preventDefault();
          location.assign(result.address);
        });
        list.append(option);
      });
      chosen = -1;
      list.hidden = results.length === 0;
      input.setAttribute("aria-expanded", String(results.length > 0));
    }

    async function ask() {
      const text = input.value.trim();
      asked = text;
      if (text.length < 2) return close();
      const address = new URL(input.dataset.suggest, location.href);
      address.searchParams.set("q", text);
      try {
        const answer = await fetch(address, { headers: { Accept: "application/json" } });
        if (answer.ok && asked === text && document.activeElement === input) show(await answer.json());
      } catch (problem) {
        close(); // offline: the form still works when the line is back
      }
    }

    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", function (event) {
      if (list.hidden) return;
      if (event.key === "ArrowDown") choose(chosen + 1 < found.length ? chosen + 1 : -1);
      else if (event.key === "ArrowUp") choose(chosen >= 0 ? chosen - 1 : found.length - 1);
      else if (event.key === "Escape") return close();
      else if (event.key === "Enter" && chosen >= 0) location.assign(found[chosen].address);
      else return;
      event.preventDefault();
    });
  }
})();
