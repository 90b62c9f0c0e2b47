// Runs in a browser on any site (CORS is open) and in Node.js 18 or later
async function get(address) {
  const answer = await fetch(address, { headers: { Accept: "application/ld+json" } });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
}

// Every edition about epics, page after page
let address = "@BASE@/api/search?" + new URLSearchParams({ q: "sử thi", size: 100 });
while (address) {
  const found = await get(address);
  for (const edition of found.member) {
    console.log(edition.year ?? "?", edition.title, edition.id);
  }
  address = found.view.next;
}

// One thing, as one object
const thing = await get("@THING@");
console.log(thing.id, thing.label);
