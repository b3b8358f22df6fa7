/** Which version of a model answered when, and what is to become of it. */
import { ask, Refused } from "./api.js";
import { byId, element } from "./dom.js";
import { tell } from "./incidents.js";
import { moment } from "./models.js";

const EVERY_MILLIS = 10000;
const MOST_SHOWN = 30;
let asked = 0;
let shown = "";
let names = "";

export async function showVersions(models) {
  const all = models.map((model) => model.name);
  if (all.join("\n") !== names) {
    names = all.join("\n");
    const select = byId("versions-model");
    const chosen = select.value;
    select.replaceChildren(...all.map((name) => element("option", { value: name }, name)));
    select.value = all.includes(chosen) ? chosen : all[0] ?? "";
    asked = 0;
  }
  if (byId("versions-model").value && Date.now() - asked >= EVERY_MILLIS) {
    await refresh();
  }
}

function path() {
  return "/v1/models/" + encodeURIComponent(byId("versions-model").value);
}

async function refresh() {
  asked = Date.now();
  const [ledger, retraining] = await Promise.all([ask(path() + "/ledger"), ask(path() + "/retraining")]);
  const now = JSON.stringify([ledger, retraining]);
  if (now === shown) {
    return;
  }
  shown = now;
  byId("ledger").replaceChildren(...rows(ledger.entries));
  const last = retraining.runs[0];
  byId("retraining-state").textContent =
    when(retraining)
    + (last ? " Last (" + (last.reason || last.cause) + "): " + last.state.replace("_", " ") + ", " + last.words : "");
  byId("retrain-button").hidden = !retraining.on;
  byId("pause-button").hidden = !retraining.on;
  byId("pause-button").textContent = retraining.paused ? "Resume" : "Pause";
  byId("pause-button").dataset.to = retraining.paused ? "resume" : "pause";
  byId("approve-button").hidden = !retraining.runs.some((run) => run.state === "waiting");
}

function when(retraining) {
  if (!retraining.on) {
    return "This service does not retrain.";
  }
  if (retraining.paused) {
    return "Retraining is paused.";
  }
  return (retraining.triggers.length ? "Retrained by " + retraining.triggers.join("; ") + "." : "Retrained when somebody asks for it.")
    + (retraining.next ? " Next by schedule at " + moment(retraining.next) + "." : "");
}

function rows(entries) {
  return entries.length
    ? entries.slice(0, MOST_SHOWN).map((entry) => element("tr", {},
        element("td", {}, moment(entry.at)),
        element("td", { class: "number" }, String(entry.version)),
        element("td", {}, entry.digest.slice(0, 8)),
        element("td", {}, entry.action.replace("_", " ") + (entry.canary ? ": " + entry.canary_percent + " % by version " + entry.canary : "") + (entry.served ? "" : ", not served")),
        element("td", {}, entry.by),
        element("td", { class: "reason" }, entry.why),
        element("td", {}, entry.evidence ? entry.evidence.slice(0, 8) : "–")))
    : [element("tr", {}, element("td", { colspan: "7" }, "Not known then."))];
}

async function change(said, to) {
  try {
    await ask(path() + to, { method: "POST" });
    tell(said);
    await refresh();
  } catch (wrong) {
    tell(wrong.message);
  }
}

/** The answer to a question, which a refusal is too. */
async function answer(question) {
  try {
    byId("ledger-answer").textContent = await question();
  } catch (wrong) {
    byId("ledger-answer").textContent = wrong instanceof Refused && wrong.status === 403 ? "Rows are shown to administrators alone." : wrong.message;
  }
}

async function answeredAt() {
  const at = new Date(byId("ledger-at").value);
  if (Number.isNaN(at.getTime())) {
    return "A moment is needed.";
  }
  const entry = (await ask(path() + "/ledger?at=" + encodeURIComponent(at.toISOString()))).entries[0];
  return entry ? (entry.served ? "Version " + entry.version + " answered" : "Version " + entry.version + " was not served") + " since " + moment(entry.at) + " (" + entry.digest.slice(0, 8) + ")" + (entry.canary ? ", " + entry.canary_percent + " % version " + entry.canary : "") + ", by " + entry.by + ": " + entry.why : "The model was not known then.";
}

async function judgedBy() {
  const where = byId("row-where").value.trim();
  const day = byId("row-day").value;
  const found = (await ask(path() + "/recorded/judged?where=" + encodeURIComponent(where) + "&day=" + encodeURIComponent(day))).rows;
  return found.length
    ? found.slice(0, MOST_SHOWN).map((row) => row.at + ": version " + row.version + " (" + row.digest + "), " + row.verdict + ", score " + (row.score || "–")).join("; ")
    : "No such row is recorded of that day.";
}

export function startVersions() {
  byId("versions-model").addEventListener("change", () => {
    shown = "";
    refresh().catch((wrong) => tell(wrong.message));
  });
  byId("retrain-button").addEventListener("click", () => change("Retraining has begun", "/retraining"));
  byId("pause-button").addEventListener("click", (event) => change(event.target.dataset.to === "pause" ? "Paused" : "Resumed", "/retraining/" + event.target.dataset.to));
  byId("approve-button").addEventListener("click", () => change("Promoted", "/retraining/approve"));
  byId("rollback-button").addEventListener("click", () => change("Rolled back", "/rollback"));
  byId("ledger-form").addEventListener("submit", (event) => {
    event.preventDefault();
    answer(answeredAt);
  });
  byId("row-form").addEventListener("submit", (event) => {
    event.preventDefault();
    answer(judgedBy);
  });
}
