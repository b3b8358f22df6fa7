/** Light or dark: as the system says until somebody chooses. */
import { byId } from "./dom.js";

const CHOICE = "latentry.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = [];

function isDark() {
  const chosen = localStorage.getItem(CHOICE);
  return chosen ? chosen === "dark" : system.matches;
}

function apply() {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  byId("theme-button").setAttribute("aria-pressed", String(isDark()));
  listeners.forEach((listener) => listener());
}

export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

export function onTheme(listener) {
  listeners.push(listener);
}

export function startTheme() {
  byId("theme-button").addEventListener("click", () => {
    localStorage.setItem(CHOICE, isDark() ? "light" : "dark");
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}
