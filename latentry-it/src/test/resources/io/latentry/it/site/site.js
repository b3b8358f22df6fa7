"use strict";
const up = document.documentElement.dataset.up;
const input = document.getElementById("search");
const found = document.getElementById("found");

/** Sections that have every word, those with it in the heading first. */
function matching(words) {
  return window.SECTIONS.map((section) => {
    const title = section.t.toLowerCase();
    const text = section.x.toLowerCase();
    let points = 0;
    for (const word of words) {
      if (title.includes(word)) points += 10;
      else if (text.includes(word)) points += 1 + Math.min(4, text.split(word).length - 2);
      else return null;
    }
    return { section, points };
  })
    .filter(Boolean)
    .sort((a, b) => b.points - a.points)
    .slice(0, 12);
}

/** The text around the first word, with the word marked. */
function around(text, words) {
  const at = Math.max(0, text.toLowerCase().indexOf(words[0]));
  const from = Math.max(0, at - 40);
  const piece = text.slice(from, at + 120);
  const small = document.createElement("small");
  const hit = at - from;
  if (text.toLowerCase().startsWith(words[0], at)) {
    const mark = document.createElement("mark");
    mark.textContent = piece.slice(hit, hit + words[0].length);
    small.append(piece.slice(0, hit), mark, piece.slice(hit + words[0].length));
  } else {
    small.append(piece);
  }
  return small;
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  found.replaceChildren();
  found.hidden = words.length === 0;
  if (found.hidden) return;
  const hits = matching(words);
  for (const { section } of hits) {
    const link = document.createElement("a");
    link.href = up + section.u;
    link.append(section.t, around(section.x, words));
    const item = document.createElement("li");
    item.append(link);
    found.append(item);
  }
  if (hits.length === 0) {
    const item = document.createElement("li");
    item.className = "none";
    item.textContent = "nothing found";
    found.append(item);
  }
}

input.addEventListener("input", show);
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter") found.querySelector("a")?.click();
});
found.addEventListener("click", () => {
  found.hidden = true;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== input) {
    event.preventDefault();
    input.focus();
  } else if (event.key === "Escape") {
    found.hidden = true;
    input.blur();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !found.hidden) {
    const links = [...found.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    (links[at] ?? input).focus();
  }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) found.hidden = true;
});

const menu = document.getElementById("menu");
menu.addEventListener("click", () => {
  const open = document.getElementById("margin").classList.toggle("open");
  menu.setAttribute("aria-expanded", String(open));
});

for (const code of document.querySelectorAll("pre > code.language-sh")) {
  const button = document.createElement("button");
  button.className = "copy";
  button.textContent = "copy";
  button.addEventListener("click", () => {
    navigator.clipboard?.writeText(code.textContent).then(() => {
      button.textContent = "copied";
    });
  });
  code.parentElement.append(button);
}

// Further pages know what was searched for.
const asked = new URLSearchParams(location.search).get("q");
if (asked) {
  input.value = asked;
  show();
}
