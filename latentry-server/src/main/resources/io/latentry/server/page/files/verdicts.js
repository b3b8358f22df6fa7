/** Verdicts with their reasons, as cards. */
import { element, figure, percent } from "./dom.js";

export function judgementCard(judgement) {
  return element("li", { class: "card " + judgement.verdict },
    element("h3", {}, "Row " + judgement.row + ": ", verdict(judgement.verdict)),
    judgement.reason ? element("p", {}, judgement.reason) : "",
    judgement.verdict === "unscorable"
      ? ""
      : element("p", { class: "soft" },
        "score " + figure(judgement.score) + "; " + percent(judgement.p_value) + " of normal rows are as strange"),
    features(judgement.features ?? []));
}

export function verdict(word) {
  return element("span", { class: "verdict " + word }, word);
}

export function features(list) {
  if (!list.length) {
    return "";
  }
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What contributes most" },
    element("table", {},
      element("caption", { class: "hidden" }, "What contributes most to the score"),
      element("thead", {}, element("tr", {},
        ...["Column", "Actual", "Expected", "Normal range", "Share of the score"].map((title) =>
          element("th", { scope: "col" }, title)))),
      element("tbody", {}, ...list.map((feature) =>
        element("tr", {},
          element("td", {}, feature.name),
          element("td", {}, feature.actual || "(missing)"),
          element("td", {}, feature.expected || "–"),
          element("td", {}, feature.normal_range || "–"),
          element("td", {},
            element("meter", { min: "0", max: "1", value: String(Math.max(0, feature.share ?? 0)), "aria-hidden": "true" }),
            " " + percent(feature.share)))))));
}
