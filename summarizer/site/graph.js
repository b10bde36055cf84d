// Lights the lines of the name that is pointed at or focused.
"use strict";

const picture = document.getElementById("graph");

function ask(name) {
  const side = "left" in name.dataset ? "left" : "right";
  const other = side === "left" ? "right" : "left";
  for (const line of picture.querySelectorAll(`.tie[data-${side}="${name.dataset[side]}"]`)) {
    line.classList.add("asked");
    picture.querySelector(`a[data-${other}="${line.dataset[other]}"]`).classList.add("asked");
  }
  name.classList.add("asked");
  picture.classList.add("asks");
}

function forget() {
  picture.classList.remove("asks");
  for (const lit of picture.querySelectorAll(".asked")) lit.classList.remove("asked");
}

if (picture) {
  for (const name of picture.querySelectorAll("a")) {
    for (const event of ["pointerenter", "focus"]) name.addEventListener(event, () => { forget(); ask(name); });
    for (const event of ["pointerleave", "blur"]) name.addEventListener(event, forget);
  }
}
