/** Alarms with a cause in common, and what people say of them. */
import { ask } from "./api.js";
import { byId, element, figure } from "./dom.js";
import { moment } from "./models.js";

const EVERY_MILLIS = 10000;
const MOST_MODELS = 20;
const MOST_SHOWN = 30;
const STATES = { alerting: 0, recovering: 1, pending: 2, closed: 3 };
let asked = 0;
let shown = "";
let models = [];
const notes = new Map();

export async function showIncidents(all, now = false) {
  models = all;
  if (!now && Date.now() - asked < EVERY_MILLIS) {
    return;
  }
  asked = Date.now();
  const found = [];
  for (const model of models.filter((each) => each.champion).slice(0, MOST_MODELS)) {
    try {
      const answer = await ask(path(model.name));
      found.push(...answer.incidents.map((incident) => ({ model: model.name, ...incident })));
    } catch (wrong) {
      byId("no-incidents").textContent = wrong.message;
    }
  }
  found.sort((a, b) => STATES[a.state] - STATES[b.state] || b.last_seen.localeCompare(a.last_seen));
  render(found.slice(0, MOST_SHOWN), found.length);
}

function path(model) {
  return "/v1/models/" + encodeURIComponent(model) + "/incidents";
}

function render(incidents, count) {
  const now = JSON.stringify(incidents);
  if (now === shown) {
    return;
  }
  shown = now;
  const focused = document.activeElement?.dataset?.does;
  const open = new Set([...document.querySelectorAll("#incidents details[open]")].map((each) => each.dataset.of));
  byId("no-incidents").hidden = incidents.length > 0;
  byId("more-incidents").hidden = count <= incidents.length;
  byId("more-incidents").textContent = "The latest " + incidents.length + " of " + count + " are shown.";
  byId("incidents").replaceChildren(...incidents.map((incident) => card(incident, open)));
  if (focused) {
    // A control that was just used stays the one that the keyboard is at.
    [...document.querySelectorAll("#incidents [data-does]")].find((each) => each.dataset.does === focused)?.focus();
  }
}

function card(incident, open) {
  const title = "incident-" + incident.id;
  return element("li", { class: "card " + incident.state, "aria-labelledby": title },
    element("h3", { id: title }, incident.model + ": " + what(incident) + " ",
      element("span", { class: "state " + incident.state }, incident.state)),
    element("p", { class: "soft" },
      incident.alarms + " alarms from " + moment(incident.first_seen) + " to " + moment(incident.last_seen) +
      ", highest score " + figure(incident.peak) + (incident.reopened ? ", reopened " + incident.reopened + " times" : "")),
    incident.maintenance ? element("p", { class: "soft" }, "Began in the maintenance window '" + incident.maintenance + "'.") : null,
    element("p", { class: "soft" }, said(incident)),
    noteOf(incident),
    element("div", { class: "buttons", role: "group", "aria-label": "What of " + what(incident) + " of " + incident.model },
      button(incident, "Acknowledge", Boolean(incident.acknowledged_by), { acknowledged: true }),
      button(incident, "False alarm", incident.feedback === "false_alarm", { feedback: "false_alarm" }),
      button(incident, "Confirmed", incident.feedback === "confirmed", { feedback: "confirmed" }),
      button(incident, "Known event", incident.feedback === "known_event", { feedback: "known_event" })),
    examples(incident, open.has(incident.id)));
}

/** What is strange, and of what segment. */
function what(incident) {
  return incident.signature + (incident.segment ? ", " + incident.segment : "");
}

function said(incident) {
  const parts = [];
  if (incident.acknowledged_by) {
    parts.push("Acknowledged by " + incident.acknowledged_by + ".");
  }
  if (incident.feedback) {
    parts.push("Called " + incident.feedback.replace("_", " ") + " by " + incident.feedback_by + (incident.note ? ": " + incident.note : "."));
  }
  return parts.length ? parts.join(" ") : "Nobody said anything of it yet.";
}

/** What is written here goes with the next word that is said. */
function noteOf(incident) {
  const input = element("input", { type: "text", maxlength: "2000", "data-does": incident.id + "note", id: "note-" + incident.id });
  input.value = notes.get(incident.id) ?? "";
  input.addEventListener("input", () => notes.set(incident.id, input.value));
  return element("label", { for: "note-" + incident.id }, "Note ", input);
}

function button(incident, word, pressed, change) {
  const made = element("button", { type: "button", "aria-pressed": String(pressed), "data-does": incident.id + word }, word);
  made.addEventListener("click", () => say(incident, word, change));
  return made;
}

async function say(incident, word, change) {
  try {
    await ask(path(incident.model) + "/" + encodeURIComponent(incident.id), {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(change.feedback ? { ...change, note: notes.get(incident.id) ?? incident.note } : change),
    });
    notes.delete(incident.id);
    tell(word + ": " + incident.model + ", " + what(incident));
    await showIncidents(models, true);
  } catch (wrong) {
    tell(wrong.message);
  }
}

export function tell(text) {
  byId("told").textContent = text;
}

function alone(incident, row, again) {
  return element("div", { class: "buttons" }, ...[["False alarm", "false_alarm"], ["Confirmed", "confirmed"]].map(([word, feedback]) => {
    const made = element("button", { type: "button", "aria-pressed": String(row.feedback === feedback), "aria-label": word + ": alarm of " + moment(row.at) + ", score " + figure(row.score) }, word);
    made.addEventListener("click", async () => {
      await say(incident, word + " (one alarm)", { feedback, alarm: { at: row.at, score: row.score } });
      await again();
    });
    return made;
  }));
}

function examples(incident, isOpen) {
  const rows = element("div", {});
  const details = element("details", { "data-of": incident.id }, element("summary", {}, "Rows"), rows);
  const load = async () => {
    try {
      const whole = await ask(path(incident.model) + "/" + encodeURIComponent(incident.id));
      rows.replaceChildren(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Rows of " + what(incident) },
        element("table", {},
          element("thead", {}, element("tr", {}, ...["At", "Score", "What was strange", "This one alone"].map((name) => element("th", { scope: "col" }, name)))),
          element("tbody", {}, ...whole.examples.map((row) => element("tr", {},
            element("td", {}, moment(row.at)),
            element("td", { class: "number" }, figure(row.score)),
            element("td", {}, row.cells.map((cell) => cell.column + " " + (cell.actual || "missing") +
              (cell.expected ? ", expected " + cell.expected : "") +
              (cell.normalRange ?? cell.normal_range ? " (" + (cell.normalRange ?? cell.normal_range) + ")" : "")).join("; ")),
            element("td", {}, row.feedback ? row.feedback.replace("_", " ") + " " : null, alone(incident, row, load))))))));
    } catch (wrong) {
      rows.textContent = wrong.message;
    }
  };
  details.addEventListener("toggle", () => details.open && load());
  details.open = isOpen;
  return details;
}
