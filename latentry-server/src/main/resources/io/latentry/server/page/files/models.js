/** The table of models, and the list to choose one from. */
import { byId, element, figure, percent } from "./dom.js";

let shown = "";

export function showModels(models) {
  const now = JSON.stringify(models);
  if (now === shown) {
    return;
  }
  shown = now;
  const rows = models.flatMap((model) =>
    model.versions.map((version) =>
      element("tr", {},
        element("td", {}, model.name),
        element("td", { class: "number" }, String(version.version)),
        element("td", {}, version.role),
        element("td", { class: "reason" }, version.state + (version.reason ? ": " + version.reason : "")),
        element("td", { class: "number" }, figure(version.threshold?.score)),
        element("td", { class: "number" }, percent(version.threshold?.false_alarm_rate)),
        element("td", {}, moment(version.added_at) + " by " + version.added_by))));
  byId("models").replaceChildren(
    ...(rows.length ? rows : [element("tr", {}, element("td", { colspan: "7" }, "None yet."))]));
  const select = byId("model");
  const chosen = select.value;
  select.replaceChildren(...models.map((model) => element("option", { value: model.name }, model.name)));
  const kept = models.find((model) => model.name === chosen) ?? models.find((model) => model.champion);
  if (kept) {
    select.value = kept.name;
  }
  // Whoever asks the chosen model looks again: its champion may be of another kind now.
  select.dispatchEvent(new Event("change"));
}

export function moment(instant) {
  return new Date(instant).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
