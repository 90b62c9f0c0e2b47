// Without a line: pages that were read before, and for all others a page that says so. With one, nothing is different:
// pages always come from the server first. Queries, data and downloads are never kept.
"use strict";
const look = new URL(self.location.href).searchParams.get("v") || "";
const home = new URL("./", self.location.href);
const SHELL = "rong-look-" + look, PAGES = "rong-pages", MOST = 40;
const offline = function (language) { return new URL("offline?lang=" + language, home).href; };

self.addEventListener("install", function (event) {
  const files = ["rong.css", "suggest.js", "offline.js", "mark.svg"].map(function (name) {
    return new URL("static/" + name + "?v=" + look, home).href;
  });
  event.waitUntil((async function () {
    const shell = await caches.open(SHELL);
    await shell.addAll([...files, offline("vi"), offline("en")]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", function (event) {
  event.waitUntil((async function () {
    for (const name of await caches.keys()) {
      if (name.startsWith("rong-look-") && name !== SHELL) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", function (event) {
  const request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== home.origin || !address.pathname.startsWith(home.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event, request, address));
  else if (address.searchParams.get("v") === look && address.pathname.startsWith(home.pathname + "static/")) {
    event.respondWith(file(request));
  }
});

async function file(request) {
  const shell = await caches.open(SHELL), known = await shell.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await shell.put(request, answer.clone());
  return answer;
}

async function page(event, request, address) {
  let answer;
  try {
    answer = await fetch(request);
  } catch (problem) {
    const pages = await caches.open(PAGES), known = await pages.match(request.url, { ignoreVary: true });
    return known || caches.match(offline(language(address)), { ignoreVary: true }).then(function (found) {
      return found || Response.error();
    });
  }
  const kind = answer.headers.get("Content-Type") || "";
  if (answer.ok && !answer.redirected && kind.startsWith("text/html") && !/\/(sparql|offline)$/.test(address.pathname)) {
    event.waitUntil(keep(request.url, answer.clone()));
  }
  return answer;
}

async function keep(address, answer) {
  const pages = await caches.open(PAGES);
  await pages.delete(address, { ignoreVary: true }); // what was read last stands last
  await pages.put(address, answer);
  const known = await pages.keys();
  for (const request of known.slice(0, Math.max(0, known.length - MOST))) await pages.delete(request, { ignoreVary: true });
}

function language(address) {
  const asked = address.searchParams.get("lang");
  const wanted = asked ? [asked] : Array.from(self.navigator.languages || [self.navigator.language]);
  return wanted.map(function (each) { return each.slice(0, 2); }).find(function (each) {
    return each === "vi" || each === "en";
  }) || "vi";
}
