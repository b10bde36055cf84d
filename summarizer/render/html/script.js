// What the scripts of all pages share: single keys, which can be turned off, and the dialog that explains them.
"use strict";

const keys = new Map();

/** Let a key do something wherever nothing is being typed. */
function onKey(key, act) {
  keys.set(key, act);
}

const help = document.getElementById("help");
const single = document.getElementById("single-keys");

/** Keep a choice of the reader where the browser lets a page from disk keep anything. */
function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* it holds for this page only */ }
}

function remembered(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  const act = keys.get(event.key);
  if (!act || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  if (event.key.length === 1 && single && !single.checked) return;
  if (document.querySelector("dialog[open]")) return;
  if (act(event) !== false) event.preventDefault();
});

if (help) {
  for (const button of document.querySelectorAll("[data-opens=help]")) {
    button.hidden = false;
    button.addEventListener("click", () => help.showModal());
  }
  onKey("?", () => help.showModal());
}

if (single) {
  single.checked = remembered("single-keys") !== "off";
  single.addEventListener("change", () => remember("single-keys", single.checked ? "on" : "off"));
}
