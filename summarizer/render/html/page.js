
// The page of one brief: a statement lights its evidence, a sentence lists what rests on it.
{
  const brief = document.getElementById("brief");
  const article = document.getElementById("article");
  const rests = document.getElementById("rests");
  const statements = [...document.querySelectorAll(".st")];
  let lit = [];
  let current = null;
  let cameFrom = null;
  let waiting = 0;

  const sentencesOf = (item) =>
    (item.dataset.evidence || "").split(" ").map((n) => document.getElementById(`s${n}`)).filter(Boolean);
  const numberOf = (sentence) => sentence.id.slice(1);
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  const gently = () => (stillness.matches ? "instant" : "smooth");

  /** Light what a statement rests on, and bring it into view where the article scrolls by itself. */
  function light(item) {
    if (item === current) return;
    for (const sentence of lit) sentence.classList.remove("lit");
    current?.classList.remove("current");
    current = item;
    lit = item ? sentencesOf(item) : [];
    for (const sentence of lit) sentence.classList.add("lit");
    item?.classList.add("current");
    if (lit.length) show(lit[0]);
  }

  function show(sentence) {
    if (!scrolls()) return;
    const top = sentence.getBoundingClientRect().top - article.getBoundingClientRect().top;
    const room = article.clientHeight;
    if (top < room * 0.1 || top > room * 0.75) article.scrollBy({ top: top - room * 0.3, behavior: gently() });
  }

  const evidenced = (target) => (target instanceof Element ? target.closest("[data-evidence]") : null);
  const focused = () => evidenced(document.activeElement);

  brief.addEventListener("pointerover", (event) => {
    const item = evidenced(event.target);
    if (event.pointerType === "touch" || !item) return;
    clearTimeout(waiting); // a pointer that only passes by moves nothing
    waiting = setTimeout(() => light(item), 60);
  });
  brief.addEventListener("pointerleave", () => {
    clearTimeout(waiting);
    light(focused());
  });
  brief.addEventListener("focusin", (event) => light(evidenced(event.target)));

  /** List the statements that rest on a sentence. */
  function list(sentence) {
    const number = numberOf(sentence);
    const found = statements.filter((item) => item.dataset.evidence?.split(" ").includes(number));
    for (const item of statements) item.classList.toggle("rests", found.includes(item));
    rests.querySelector("h2 span").textContent = number;
    rests.querySelector("ul").replaceChildren(...(found.length ? found.map(entry) : [nothing()]));
    for (const other of article.querySelectorAll(".s.chosen")) other.classList.remove("chosen");
    sentence.classList.add("chosen");
    rests.hidden = false;
    const hidden = sentence.getBoundingClientRect().bottom - rests.getBoundingClientRect().top;
    if (hidden > 0) scroller().scrollBy({ top: hidden + 16, behavior: gently() });
  }

  const scrolls = () => getComputedStyle(article).overflowY === "auto";
  const scroller = () => (scrolls() ? article : window);

  function entry(item) {
    const link = document.createElement("a");
    link.href = `#${item.id}`;
    const words = item.querySelector(".words").cloneNode(true);
    for (const references of words.querySelectorAll(".refs")) references.remove();
    const whole = item.parentElement.closest(".st")?.querySelector("b"); // whose wants these are
    link.append(whole ? `${whole.textContent}: ` : "", words.textContent);
    link.addEventListener("click", () => item.focus());
    const line = document.createElement("li");
    line.append(link);
    return line;
  }

  function nothing() {
    const line = document.createElement("li");
    line.textContent = "No statement rests on it.";
    return line;
  }

  function close() {
    rests.hidden = true;
    article.querySelector(".s.chosen")?.classList.remove("chosen");
    for (const item of statements) item.classList.remove("rests");
  }

  article.addEventListener("click", (event) => {
    const sentence = event.target.closest(".s");
    if (!sentence || !getSelection().isCollapsed) return;
    event.preventDefault();
    list(sentence);
  });
  rests.querySelector("button").addEventListener("click", close);

  /** Go to the next statement, or the one before. */
  function step(by) {
    const at = statements.indexOf(focused() || current);
    const next = statements[at < 0 ? (by > 0 ? 0 : statements.length - 1) : at + by];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", behavior: gently() });
  }

  onKey("j", () => step(1));
  onKey("k", () => step(-1));
  onKey("Enter", (event) => {
    if (event.target.closest("a, button, summary, input")) return false;
    const sentence = event.target.closest(".s");
    if (sentence) return list(sentence);
    const item = focused();
    const [first] = item ? sentencesOf(item) : [];
    if (!first) return false;
    cameFrom = item;
    first.focus();
  });
  onKey("Escape", () => {
    if (!rests.hidden) return close();
    if (!cameFrom || !article.contains(document.activeElement)) return false;
    cameFrom.focus();
  });

  for (const item of statements) item.tabIndex = -1;
  for (const sentence of article.querySelectorAll(".s")) sentence.tabIndex = -1;
  article.classList.add("reads");

  // A folded part is printed too, in browsers that cannot be told so by the style.
  window.addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
}
