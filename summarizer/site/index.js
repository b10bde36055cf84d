// Search, filters and order over all briefs of a folder; the rows are those of the page's own template.
"use strict";

const CHUNK = 25; // a screen and a half: drawing is most of what a key costs
const SOME = 4;
const { names, acts, rows } = JSON.parse(document.getElementById("data").textContent);
const FIELDS = ["page", "title", "language", "outlet", "published", "line", "parties", "acts", "threats", "steps",
  "supported", "weak", "unsupported", "cost", "dollars", "warned", "same"];
const AT = Object.fromEntries(FIELDS.map((name, place) => [name, place]));

const form = document.getElementById("filters");
const body = document.querySelector("#briefs tbody");
const blank = document.getElementById("row").content.firstElementChild;
const found = document.getElementById("found");
const none = document.getElementById("none");
const more = document.getElementById("more");
const heads = [...document.querySelectorAll("[data-sorts]")];
const INPUTS = ["q", "party", "act", "verdict", "from", "to"];

/** Fold a text so that capitals and accents do not matter. */
function folded(text) {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
}

// --- what is searched: folded once, in slices while nobody types ---

const texts = new Array(rows.length);
const parties = names.map(folded);

function textOf(place) {
  if (texts[place] === undefined) {
    const row = rows[place];
    const words = [row[AT.title], row[AT.outlet], row[AT.published], row[AT.line],
      ...row[AT.acts].map((act) => acts[act]), ...row[AT.same].flat()];
    texts[place] = `${folded(words.join("\n"))}\n${row[AT.parties].map((party) => parties[party]).join("\n")}`;
  }
  return texts[place];
}

function foldAhead(from) {
  const to = Math.min(from + 1000, rows.length);
  for (let place = from; place < to; place += 1) textOf(place);
  if (to < rows.length) setTimeout(foldAhead, 0, to);
}

// --- which rows fit ---

const VERDICTS = {
  supported: (row) => row[AT.weak] === 0 && row[AT.unsupported] === 0,
  weak: (row) => row[AT.weak] > 0,
  unsupported: (row) => row[AT.unsupported] > 0,
};

function actTest(act) {
  if (act === "any") return (row) => row[AT.threats] > 0;
  if (act === "none") return (row) => row[AT.threats] === 0;
  const number = acts.indexOf(act);
  return (row) => row[AT.acts].includes(number);
}

function partyTest(words) {
  const wanted = new Set();
  parties.forEach((name, number) => { if (name.includes(words)) wanted.add(number); });
  return (row) => row[AT.parties].some((number) => wanted.has(number));
}

function tests(wish) {
  const all = [];
  if (wish.act) all.push(actTest(wish.act));
  if (VERDICTS[wish.verdict]) all.push(VERDICTS[wish.verdict]);
  if (wish.from) all.push((row) => row[AT.published] >= wish.from);
  if (wish.to) all.push((row) => row[AT.published] !== "" && row[AT.published] <= wish.to);
  if (wish.party.trim()) all.push(partyTest(folded(wish.party.trim())));
  const words = folded(wish.q).split(/\s+/).filter(Boolean);
  if (words.length) all.push((row, place) => words.every((word) => textOf(place).includes(word)));
  return all;
}

function fitting(wish) {
  const all = tests(wish);
  const places = [];
  for (let place = 0; place < rows.length; place += 1) {
    if (all.every((test) => test(rows[place], place))) places.push(place);
  }
  return places;
}

// --- their order ---

const ORDERS = {
  title: (a, b) => a[AT.title].localeCompare(b[AT.title]),
  published: (a, b) => (a[AT.published] < b[AT.published] ? -1 : Number(a[AT.published] > b[AT.published])),
  threats: (a, b) => a[AT.threats] - b[AT.threats],
  steps: (a, b) => a[AT.steps] - b[AT.steps],
  unsupported: (a, b) => a[AT.unsupported] - b[AT.unsupported] || a[AT.weak] - b[AT.weak],
  cost: (a, b) => a[AT.dollars] - b[AT.dollars],
};

function ordered(places, wish) {
  if (wish.sort === "published" && wish.down) return places; // as they come
  const compare = ORDERS[wish.sort];
  const sign = wish.down ? -1 : 1;
  return places.sort((a, b) => sign * compare(rows[a], rows[b]) || a - b);
}

// --- showing them ---

function some(list) {
  return list.slice(0, SOME).join(", ") + (list.length > SOME ? ` +${list.length - SOME}` : "");
}

function put(tr, name, text) {
  const place = tr.querySelector(`[data-is=${name}]`);
  place.hidden = text === "";
  (place.querySelector("bdi") || place).textContent = text;
}

function putCount(tr, name, number, one, many) {
  const place = tr.querySelector(`[data-is=${name}]`);
  place.firstChild.data = String(number);
  place.lastElementChild.textContent = ` ${number === 1 ? one : many}`;
}

function putChecked(tr, name, number) {
  const place = tr.querySelector(`[data-is=${name}]`);
  place.hidden = number === 0;
  place.querySelector("b").textContent = String(number);
}

function drawn(row) {
  const tr = blank.cloneNode(true);
  const link = tr.querySelector("[data-is=title]");
  link.setAttribute("href", row[AT.page]);
  link.firstElementChild.lang = row[AT.language];
  link.firstElementChild.textContent = row[AT.title];
  put(tr, "published", row[AT.published] || "no date");
  put(tr, "outlet", row[AT.outlet]);
  put(tr, "line", row[AT.line]);
  put(tr, "names", some(row[AT.parties].map((number) => names[number])));
  put(tr, "same", row[AT.same].length ? `Also in: ${some(row[AT.same].map(([outlet]) => outlet))}` : "");
  put(tr, "cost", row[AT.cost]);
  tr.querySelector("[data-is=warned]").hidden = !row[AT.warned];
  putCount(tr, "threats", row[AT.threats], "threat", "threats");
  putCount(tr, "steps", row[AT.steps], "next step", "next steps");
  for (const name of ["supported", "weak", "unsupported"]) putChecked(tr, name, row[AT[name]]);
  return tr;
}

let shown = [];
let drawnRows = 0;

function drawMore() {
  const next = shown.slice(drawnRows, drawnRows + CHUNK);
  body.append(...next.map((place) => drawn(rows[place])));
  drawnRows += next.length;
  more.hidden = drawnRows >= shown.length;
}

function draw() {
  body.replaceChildren();
  drawnRows = 0;
  drawMore();
  none.hidden = shown.length > 0;
  const total = rows.length.toLocaleString("en");
  const noun = rows.length === 1 ? "brief" : "briefs";
  found.textContent = shown.length === rows.length
    ? `${total} ${noun}` : `${shown.length.toLocaleString("en")} of ${total} ${noun}`;
}

// --- what is wished for: in the form, and in the address, so that going back finds it again ---

const order = { sort: "published", down: true };

function wished() {
  return { ...Object.fromEntries(INPUTS.map((name) => [name, form.elements[name].value])), ...order };
}

function noteWish(wish) {
  const said = new URLSearchParams();
  for (const name of INPUTS) if (wish[name]) said.set(name, wish[name]);
  if (wish.sort !== "published" || !wish.down) said.set("sort", `${wish.down ? "-" : ""}${wish.sort}`);
  history.replaceState(null, "", said.size ? `#${said}` : location.pathname + location.search);
}

function readWish() {
  const said = new URLSearchParams(location.hash.slice(1));
  for (const name of INPUTS) form.elements[name].value = said.get(name) ?? "";
  const sort = said.get("sort") ?? "-published";
  const key = sort.replace(/^-/, "");
  order.sort = Object.hasOwn(ORDERS, key) ? key : "published";
  order.down = sort.startsWith("-") || !Object.hasOwn(ORDERS, key);
}

function markHeads() {
  for (const head of heads) {
    if (head.dataset.sorts === order.sort) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
}

function update() {
  const wish = wished();
  shown = ordered(fitting(wish), wish);
  draw();
  markHeads();
  noteWish(wish);
  if (INPUTS.some((name) => wish[name])) document.getElementById("overview")?.removeAttribute("open");
}

function sortBy(key) {
  order.down = order.sort === key ? !order.down : key !== "title";
  order.sort = key;
  update();
}

for (const head of heads) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  button.addEventListener("click", () => sortBy(head.dataset.sorts));
  head.append(button);
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", update);
form.addEventListener("reset", () => setTimeout(update));
more.firstElementChild.addEventListener("click", () => {
  const last = body.lastElementChild;
  drawMore();
  last.nextElementSibling.querySelector("a").focus();
});
new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting) && !more.hidden) drawMore(); },
  { rootMargin: "600px" }).observe(more);
addEventListener("hashchange", () => { readWish(); update(); });
onKey("/", () => form.elements.q.focus());

form.hidden = false;
document.querySelector(".pager")?.remove();
readWish();
if (location.hash.length > 1) update();
else {
  shown = rows.map((_, place) => place);
  drawnRows = body.rows.length;
  more.hidden = drawnRows >= shown.length;
  found.textContent = `${rows.length.toLocaleString("en")} ${rows.length === 1 ? "brief" : "briefs"}`;
  markHeads();
}
requestAnimationFrame(() => setTimeout(foldAhead, 0, 0)); // after the first paint
