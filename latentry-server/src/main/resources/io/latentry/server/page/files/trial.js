/** The form: rows in any of the usual forms, or images, and their verdicts explained. */
import { ask } from "./api.js";
import { byId, element } from "./dom.js";
import { judgeImages } from "./images.js";
import { hideSeries, showSeries, startSeries } from "./series.js";
import { judgementCard } from "./verdicts.js";

const EXPLAINED = 3;
const MOST_SHOWN = 200;
const MOST_FILE_BYTES = 20e6;
const MORE_POINTS = 44;
const BEGIN = Date.parse("2024-03-05T12:00:00Z");

export function startTrial(onRefused) {
  const guarded = (step) => (event) => {
    event.preventDefault();
    return step(event).catch((wrong) => {
      say(wrong.message, true);
      byId("verdicts").replaceChildren();
      hideSeries();
      onRefused(wrong);
    });
  };
  startSeries(say, onRefused);
  byId("try-form").addEventListener("submit", guarded(() => judgeText(byId("rows").value)));
  byId("example-button").addEventListener("click", guarded(fillExample));
  byId("file").addEventListener("change", guarded(async (event) => judgeFile(event.target.files[0])));
  startDrop(byId("drop"), guarded(async (event) => judgeFile(event.dataTransfer.files[0])));
  startDrop(byId("images-drop"), guarded(async (event) => judgeFiles(event.dataTransfer.files)));
  byId("images").addEventListener("change", guarded(async (event) => judgeFiles(event.target.files)));
  byId("images-form").addEventListener("submit", (event) => event.preventDefault());
  byId("model").addEventListener("change", () => showForm().catch(onRefused));
}

function startDrop(drop, onDrop) {
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    return onDrop(event);
  });
}

/** Rows or images, as the chosen model takes. */
async function showForm() {
  const chosen = byId("model").value;
  const images = chosen !== "" && Boolean((await ask(model())).schema?.image);
  if (chosen !== byId("model").value || byId("images-form").hidden === !images) {
    return;
  }
  byId("images-form").hidden = !images;
  byId("try-form").hidden = images;
  byId("try-title").textContent = images ? "Try images" : "Try rows";
  byId("verdicts").replaceChildren();
  hideSeries();
  say("");
}

async function judgeFiles(files) {
  if (files.length) {
    await judgeImages(model(), [...files], say);
  }
}

function model() {
  const name = byId("model").value;
  if (!name) {
    throw new Error("There is no model to ask.");
  }
  return "/v1/models/" + encodeURIComponent(name);
}

async function schema() {
  const detail = await ask(model());
  if (!detail.schema) {
    throw new Error("The model is " + detail.state + ", so it does not answer.");
  }
  return detail.schema;
}

/** In the order of a line without a header: those of time and keys come before the others. */
async function names() {
  const { columns, series } = await schema();
  const own = columns.map((column) => column.name);
  const before = series ? [series.time, ...series.keys] : [];
  return [...before, ...own.filter((name) => !before.includes(name))];
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
  return judge((await names()).map(quoted).join(",") + "\n" + given + "\n", "text/csv");
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
  if ((await schema()).series) {
    byId("verdicts").replaceChildren();
    say(await showSeries(model(), body, type));
    return;
  }
  hideSeries();
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

/** Middle values of what training saw; of a series, as many points as it takes and some more. */
async function fillExample() {
  const { columns, series } = await schema();
  if (series) {
    const header = await names();
    const lines = Array.from({ length: series.window + MORE_POINTS }, (_, i) =>
      header.map((name) => pointCell(name, columns, series, i)).map((cell) => quoted(String(cell))).join(","));
    byId("rows").value = [header.map(quoted).join(","), ...lines].join("\n");
  } else {
    const row = Object.fromEntries(columns.map((column) => [column.name, middle(column, 0)]));
    byId("rows").value = JSON.stringify(row, null, 1);
  }
  byId("rows").focus();
}

function pointCell(name, columns, series, i) {
  if (name === series.time) {
    const passed = i * series.interval;
    const since = { seconds: 1e-3, milliseconds: 1, microseconds: 1e3, nanoseconds: 1e6 }[series.clock];
    return series.clock === "instant" ? new Date(BEGIN + passed).toISOString()
      : since ? Math.round(BEGIN * since + passed) : passed;
  }
  return series.keys.includes(name) ? "example" : middle(columns.find((column) => column.name === name), i);
}

function middle(column, i) {
  if (column.type === "categorical") {
    return column.categories[0];
  }
  if (column.type === "boolean") {
    return true;
  }
  if (column.type === "timestamp") {
    return "2024-03-05T12:00:00Z";
  }
  const [least, most] = column.range;
  return Number(((least + most) / 2 + Math.sin(i * 0.4) * (most - least) / 4).toPrecision(4));
}
