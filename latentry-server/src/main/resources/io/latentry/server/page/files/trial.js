/** The form: rows in any of the usual forms, and their verdicts explained. */
import { ask } from "./api.js";
import { byId, element } from "./dom.js";
import { judgementCard } from "./verdicts.js";

const EXPLAINED = 3;
const MOST_SHOWN = 200;
const MOST_FILE_BYTES = 20e6;

export function startTrial(onRefused) {
  const guarded = (step) => (event) => {
    event.preventDefault();
    return step(event).catch((wrong) => {
      say(wrong.message, true);
      byId("verdicts").replaceChildren();
      onRefused(wrong);
    });
  };
  byId("try-form").addEventListener("submit", guarded(() => judgeText(byId("rows").value)));
  byId("example-button").addEventListener("click", guarded(fillExample));
  byId("file").addEventListener("change", guarded(async (event) => judgeFile(event.target.files[0])));
  const drop = byId("drop");
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", guarded(async (event) => {
    drop.classList.remove("over");
    await judgeFile(event.dataTransfer.files[0]);
  }));
}

function model() {
  const name = byId("model").value;
  if (!name) {
    throw new Error("There is no model to ask.");
  }
  return "/v1/models/" + encodeURIComponent(name);
}

async function columns() {
  const detail = await ask(model());
  if (!detail.schema) {
    throw new Error("The model is " + detail.state + ", so it does not answer.");
  }
  return detail.schema.columns;
}

async function judgeText(text) {
  const given = text.trim();
  if (!given) {
    throw new Error("There are no rows to judge: paste some.");
  }
  if (given.startsWith("[")) {
    return judge('{"rows":' + given + "}", "application/json");
  }
  if (given.startsWith("{")) {
    return given.includes("\n{")
      ? judge(given + "\n", "application/x-ndjson")
      : judge('{"rows":[' + given + "]}", "application/json");
  }
  if (given.includes("\n")) {
    return judge(given + "\n", "text/csv");
  }
  const names = (await columns()).map((column) => quoted(column.name)).join(",");
  return judge(names + "\n" + given + "\n", "text/csv");
}

function quoted(name) {
  return /[",\n]/.test(name) ? '"' + name.replaceAll('"', '""') + '"' : name;
}

async function judgeFile(file) {
  if (!file) {
    return;
  }
  if (file.size > MOST_FILE_BYTES) {
    throw new Error(file.name + " is larger than 20 MB: send it to " + model() + "/score instead, which streams it.");
  }
  const name = file.name.toLowerCase();
  const type = /\.(jsonl|ndjson)$/.test(name)
    ? "application/x-ndjson"
    : name.endsWith(".tsv") ? "text/tab-separated-values" : "text/csv";
  await judge(file, type);
}

async function judge(body, type) {
  say("Judging …");
  const answer = await ask(model() + "/score?explain=" + EXPLAINED, {
    method: "POST", body, headers: { "content-type": type },
  });
  show(answer);
}

function show(answer) {
  const rows = answer.judgements;
  const counts = ["anomaly", "unscorable", "normal"]
    .map((verdict) => [verdict, rows.filter((row) => row.verdict === verdict).length])
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => count + " " + verdict);
  const strange = rows.length > MOST_SHOWN ? rows.filter((row) => row.verdict !== "normal") : rows;
  const cards = strange.slice(0, MOST_SHOWN).map(judgementCard);
  const hidden = rows.length - cards.length;
  say(rows.length + (rows.length === 1 ? " row: " : " rows: ") + counts.join(", ")
    + (hidden ? "; " + hidden + " are not shown" : "")
    + (answer.notices.length ? "; " + answer.notices.join("; ") : ""));
  byId("verdicts").replaceChildren(element("ol", { class: "cards", "aria-label": "Verdicts" }, ...cards));
}

function say(text, wrong = false) {
  const outcome = byId("outcome");
  outcome.className = wrong ? "wrong" : "";
  outcome.textContent = text;
}

/** Middle values of what training saw. */
async function fillExample() {
  const row = {};
  for (const column of await columns()) {
    row[column.name] = column.type === "categorical" ? column.categories[0]
      : column.type === "boolean" ? true
        : column.type === "timestamp" ? "2024-03-05T12:00:00Z"
          : Number(((column.range[0] + column.range[1]) / 2).toPrecision(4));
  }
  byId("rows").value = JSON.stringify(row, null, 1);
  byId("rows").focus();
}
