// Turns the pages of a digitized thing from its IIIF manifest (Presentation 3.0). Without this script every page has an
// address of its own; with it they are turned in place, by buttons, by number and by the arrow keys.
(function () {
  "use strict";
  const shown = /^(?:|image\/(?:jpe?g|png|gif|webp|avif))$/i;
  for (const root of document.querySelectorAll("[data-manifest]")) {
    const number = Number(root.dataset.number);
    if (number) open(root, number, false);
    else root.querySelector("a").addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(root, 1, true);
    });
  }

  function picture(canvas) {
    const body = canvas.items[0].items[0].body, service = (body.service || [])[0];
    if (shown.test(body.format || "")) return body.id;
    if (!service) return "";
    const address = (service.id || service["@id"]).replace(/\/$/, ""), type = service.type || service["@type"] || "";
    return address + (type === "ImageService3" ? "/full/max/0/default.jpg"
      : type === "ImageService1" ? "/full/full/0/native.jpg" : "/full/full/0/default.jpg");
  }

  function element(name, properties, children) {
    const made = Object.assign(document.createElement(name), properties);
    if (children) made.append(...children);
    return made;
  }

  async function open(root, first, focus) {
    const words = JSON.parse(root.dataset.words);
    let canvases;
    try {
      const answer = await fetch(root.dataset.manifest, { headers: { Accept: "application/ld+json" } });
      if (!answer.ok) throw new Error(answer.status);
      canvases = (await answer.json()).items;
    } catch (problem) {
      if (focus) location.assign(root.dataset.address); // the page of the server may still come
      return;
    }
    let at = 0, wide = 0;
    const widths = [0, 150, 200, 300, 400];
    const said = element("p", { className: "hidden" });
    said.setAttribute("role", "status");
    const image = element("img", { referrerPolicy: "no-referrer", alt: "" });
    const frame = element("div", { className: "leaf", tabIndex: 0 }, [image]);
    frame.setAttribute("role", "region");
    const problem = element("p", { hidden: true });
    const field = element("input", { type: "number", min: 1, max: canvases.length, id: "leaf-" + root.dataset.manifest });
    const label = element("label", { htmlFor: field.id, textContent: words.page });
    const button = function (text, name, act) {
      const made = element("button", { type: "button", className: "quiet", textContent: text, title: name, onclick: act });
      if (text !== name) made.setAttribute("aria-label", name);
      return made;
    };
    const previous = button("←", words.previous, function () { turn(at - 1); });
    const next = button("→", words.next, function () { turn(at + 1); });
    const farther = button("−", words.farther, function () { zoom(wide - 1); });
    const nearer = button("+", words.nearer, function () { zoom(wide + 1); });
    const total = element("span", { textContent: words.of + " " + canvases.length.toLocaleString(document.documentElement.lang) });
    const pages = element("span", { className: "leaf-page" }, [label, field, total]);
    const bar = element("div", { className: "leaf-bar" }, [previous, pages, next, farther, nearer]);
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", root.dataset.title);
    if (root.requestFullscreen) bar.append(button(words.whole_screen, words.whole_screen, function () {
      if (document.fullscreenElement) document.exitFullscreen();
      else root.requestFullscreen();
    }));
    root.replaceChildren(bar, frame, problem, said);

    function zoom(step) {
      wide = Math.max(0, Math.min(widths.length - 1, step));
      image.style.maxWidth = wide ? "none" : "";
      image.style.width = wide ? widths[wide] + "%" : "";
      image.style.maxHeight = wide ? "none" : "";
      farther.disabled = wide === 0;
      nearer.disabled = wide === widths.length - 1;
    }

    function turn(to) {
      if (!(to >= 0 && to < canvases.length)) { field.value = at + 1; return; }
      at = to;
      const canvas = canvases[at], name = Object.values(canvas.label)[0][0], address = picture(canvas);
      const called = words.page + " " + name + " (" + (at + 1) + "/" + canvases.length + ")";
      problem.hidden = true;
      image.hidden = !address;
      image.alt = called + ": " + root.dataset.title;
      image.width = canvas.width;
      image.height = canvas.height;
      if (address) image.src = address;
      else fail();
      frame.setAttribute("aria-label", called);
      frame.scrollTop = 0;
      said.textContent = called;
      field.value = at + 1;
      previous.disabled = at === 0;
      next.disabled = at === canvases.length - 1;
      for (const link of document.querySelectorAll("a[data-page]")) {
        if (Number(link.dataset.page) === at + 1) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
      if (root.dataset.number !== "0") {
        const here = new URL(location.href);
        here.searchParams.set("page", at + 1);
        history.replaceState(null, "", here);
      }
      const coming = canvases[at + 1] && picture(canvases[at + 1]);
      if (coming) image.onload = function () { Object.assign(new Image(), { referrerPolicy: "no-referrer", src: coming }); };
      else image.onload = null;
    }

    function fail() {
      const address = canvases[at].items[0].items[0].body.id;
      image.hidden = true;
      problem.hidden = false;
      problem.replaceChildren(words.missing + " ", element("a", { href: address, rel: "external", textContent: words.open }));
    }

    image.onerror = fail;
    field.addEventListener("change", function () { turn(Math.round(field.value) - 1); });
    root.addEventListener("keydown", function (event) {
      if (event.target === field || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowRight" && !wide) turn(at + 1);
      else if (event.key === "ArrowLeft" && !wide) turn(at - 1);
      else if (event.key === "+") zoom(wide + 1);
      else if (event.key === "-") zoom(wide - 1);
      else return;
      event.preventDefault();
    });
    for (const link of document.querySelectorAll("a[data-page]")) link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      turn(Number(link.dataset.page) - 1);
      root.scrollIntoView({ block: "nearest" });
    });
    if (root.dataset.number === "0") root.append(element("p", { className: "small" }, [
      element("a", { href: root.dataset.address, textContent: words.alone }),
    ]));
    zoom(0);
    turn(first - 1);
    if (focus) frame.focus();
  }
})();
