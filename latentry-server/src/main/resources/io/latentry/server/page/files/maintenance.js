/** Times at which alarms are recorded and not sent. */
import { ask } from "./api.js";
import { byId, element } from "./dom.js";
import { tell } from "./incidents.js";
import { moment } from "./models.js";

const EVERY_MILLIS = 30000;
let asked = 0;
let shown = "";

export async function showMaintenance(now = false) {
  if (!now && Date.now() - asked < EVERY_MILLIS) {
    return;
  }
  asked = Date.now();
  render((await ask("/v1/maintenance")).windows);
}

function render(windows) {
  const now = JSON.stringify(windows);
  if (now === shown) {
    return;
  }
  shown = now;
  byId("windows").replaceChildren(...(windows.length
    ? windows.map(row)
    : [element("tr", {}, element("td", { colspan: "5" }, "None."))]));
}

function row(window) {
  const end = element("button", { type: "button", "aria-label": "End " + window.name }, "End");
  end.addEventListener("click", () => change("Ended: " + window.name, "/v1/maintenance/" + encodeURIComponent(window.id), { method: "DELETE" }));
  return element("tr", {},
    element("td", {}, window.name),
    element("td", {}, [...window.models, ...window.tags].join(", ")),
    element("td", {}, when(window)),
    element("td", {}, window.open ? "open until " + moment(window.open_until) : "not now"),
    element("td", {}, window.by === "file" ? "of the file" : end));
}

function when(window) {
  const zone = " " + (window.zone ?? "UTC");
  if (window.from) {
    return window.from.endsWith("Z") ? moment(window.from) + " to " + moment(window.to) : window.from + " to " + window.to + zone;
  }
  return (window.cron ?? window.rrule ?? "by its calendar") + (window.duration ? " for " + window.duration : "") + zone;
}

async function change(said, path, options) {
  try {
    await ask(path, options);
    tell(said);
    await showMaintenance(true);
    return true;
  } catch (wrong) {
    tell(wrong.message);
    return false;
  }
}

export function startMaintenance() {
  const form = byId("window-form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const moments = ["window-from", "window-to"].map((id) => new Date(byId(id).value));
    if (moments.some((each) => Number.isNaN(each.getTime()))) {
      tell("A window needs a beginning and an end.");
      return;
    }
    const name = byId("window-name").value.trim();
    const set = await change("Set: " + name, "/v1/maintenance", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        name,
        models: byId("window-models").value.split(",").map((each) => each.trim()).filter(Boolean),
        from: moments[0].toISOString(),
        to: moments[1].toISOString(),
      }),
    });
    if (set) {
      form.reset();
    }
  });
}
