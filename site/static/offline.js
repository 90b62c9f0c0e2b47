// Lets the browser keep pages for times without a line, and lists on the page for such times what was kept.
(function () {
  "use strict";
  if ("serviceWorker" in navigator) {
    const worker = document.currentScript.dataset.worker;
    const later = window.requestIdleCallback || setTimeout; // the page that is being read comes first
    addEventListener("load", function () {
      later(function () {
        navigator.serviceWorker.register(worker).catch(function () {}); // refused: the site works without
      });
    });
  }
  const kept = document.getElementById("kept");
  if (kept && "caches" in window) list(kept).catch(function () {});

  async function list(kept) {
    const pages = await caches.open("rong-pages");
    for (const request of (await pages.keys()).reverse()) {
      const answer = await pages.match(request, { ignoreVary: true });
      const read = new DOMParser().parseFromString(await answer.text(), "text/html");
      const link = document.createElement("a"), line = document.createElement("li");
      link.href = request.url;
      link.textContent = read.title.replace(/ · [^·]*$/, "");
      link.lang = read.documentElement.lang;
      line.append(link);
      kept.append(line);
    }
    document.getElementById("kept-part").hidden = kept.children.length === 0;
    document.getElementById("forget").addEventListener("click", async function () {
      await caches.delete("rong-pages");
      document.getElementById("kept-part").hidden = true;
    });
  }
})();
