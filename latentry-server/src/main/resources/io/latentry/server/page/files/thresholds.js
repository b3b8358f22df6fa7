/** The threshold of each model, what was done about it, and the way back. */
import { ask } from "./api.js";
import { byId, element, figure, percent } from "./dom.js";
import { tell } from "./incidents.js";
import { moment } from "./models.js";

const EVERY_MILLIS = 10000;
const MOST_MODELS = 20;
let asked = 0;
let shown = "";
let models = [];

export async function showThresholds(all, now = false) {
  models = all;
  if (!now && Date.now() - asked < EVERY_MILLIS) {
    return;
  }
  asked = Date.now();
  const found = [];
  for (const model of models.filter((each) => each.champion).slice(0, MOST_MODELS)) {
    try {
      found.push(await ask(path(model.name)));
    } catch (wrong) {
      byId("no-thresholds").textContent = model.name + ": " + wrong.message;
    }
  }
  render(found);
}

function path(model) {
  return "/v1/models/" + encodeURIComponent(model) + "/threshold";
}

function render(found) {
  const now = JSON.stringify(found);
  if (now === shown) {
    return;
  }
  shown = now;
  const focused = document.activeElement?.dataset?.does;
  const open = new Set([...document.querySelectorAll("#thresholds details[open]")].map((each) => each.dataset.of));
  byId("no-thresholds").hidden = found.length > 0;
  byId("thresholds").replaceChildren(...found.map((standing) => card(standing, open)));
  if (focused) {
    // A control that was just used stays the one that the keyboard is at.
    [...document.querySelectorAll("#thresholds [data-does]")].find((each) => each.dataset.does === focused)?.focus();
  }
}

function card(standing, open) {
  const title = "threshold-" + standing.model;
  const { threshold, adaptive } = standing;
  return element("li", { class: "card", "aria-labelledby": title },
    element("h3", { id: title }, standing.model + ": " + figure(threshold.score) + " ",
      adaptive.raised ? element("span", { class: "state alerting" }, "raised while alarms surge") : null),
    element("p", { class: "soft" }, percent(threshold.false_alarm_rate) + " false alarms promised; set by " + threshold.origin),
    (threshold.segments ?? []).length
      ? element("p", {}, "Segments: " + threshold.segments.map(segment).join("; "))
      : null,
    adaptive.words ? element("p", {}, adaptive.words) : null,
    element("div", { class: "buttons", role: "group", "aria-label": "What of the threshold of " + standing.model },
      adaptive.advised
        ? button(standing, "Apply " + figure(adaptive.advised.threshold), { score: adaptive.advised.threshold })
        : null,
      standing.threshold_history.length
        ? button(standing, "Undo to " + figure(standing.threshold_history.at(-1).score), { undo: true })
        : null,
      propose(standing)),
    element("ul", { id: "proposals-" + standing.model }),
    history(standing, open.has(standing.model)));
}

/** What feedback speaks for, asked when somebody wants to know: rows are judged again for it. */
function propose(standing) {
  const made = element("button", { type: "button", "data-does": standing.model + "propose" }, "What does feedback speak for?");
  made.addEventListener("click", async () => {
    try {
      const said = await ask("/v1/models/" + encodeURIComponent(standing.model) + "/feedback");
      tell(standing.model + ": " + said.false_alarm + " false alarms, " + said.confirmed + " confirmed, " + said.known_event + " known events.");
      const found = said.proposals.map((each) => element("li", {}, each.words + " ", button(standing, "Apply", each.change)));
      const counted = said.of_rows ? null : element("li", {}, said.words + " ",
        said.proposal ? button(standing, "Apply", { score: said.proposal.threshold }) : null);
      byId("proposals-" + standing.model).replaceChildren(...(found.length ? found : [counted ?? element("li", {}, "Nothing.")]));
    } catch (wrong) {
      tell(wrong.message);
    }
  });
  return made;
}

function segment(of) {
  const where = of.value !== undefined
    ? of.column + " = " + (of.value || "(missing)")
    : (of.from === undefined ? "" : figure(of.from) + " ≤ ") + of.column + (of.to === undefined ? "" : " ≤ " + figure(of.to));
  return where + (of.score === null ? " never alarms" : " above " + figure(of.score));
}

function button(standing, word, change) {
  const made = element("button", { type: "button", "data-does": standing.model + word }, word);
  made.addEventListener("click", () => move(standing, word, change));
  return made;
}

async function move(standing, word, change) {
  try {
    await ask(path(standing.model), {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(change),
    });
    tell(word + ": threshold of " + standing.model);
    await showThresholds(models, true);
  } catch (wrong) {
    tell(wrong.message);
  }
}

function history(standing, isOpen) {
  const details = element("details", { "data-of": standing.model }, element("summary", {}, "History"),
    standing.moves.length
      ? element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Moves of the threshold of " + standing.model },
        element("table", {},
          element("thead", {}, element("tr", {}, ...["At", "What", "By", "Detail"].map((name) => element("th", { scope: "col" }, name)))),
          element("tbody", {}, ...standing.moves.map((each) => element("tr", {},
            element("td", {}, moment(each.at)),
            element("td", {}, each.action.replaceAll("_", " ")),
            element("td", {}, each.by),
            element("td", {}, each.detail))))))
      : element("p", { class: "help" }, "It was never moved."));
  details.open = isOpen;
  return details;
}
