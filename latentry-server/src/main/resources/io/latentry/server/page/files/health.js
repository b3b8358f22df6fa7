/** How the models do, one sentence each; looked at again every minute. */
import { ask } from "./api.js";
import { byId, element, figure, percent } from "./dom.js";

const EVERY_MILLIS = 60000;
const MOST = 20;
const MOST_SEGMENTS = 10;
let asked = 0;
let shown = "";

function latency(of) {
  const asAgreed = of.breached ? "slower than agreed" : "as fast as agreed";
  const burnt = of.burn === null ? "no requests" : figure(of.burn) + " times what may be slow";
  return asAgreed + " (" + of.sla + "): " + of.slow + " of " + of.requests + " requests slow, " + burnt + ".";
}

/** The worst first; those that page are all there. */
function segments(model, all) {
  const some = all.filter((each, place) => each.pages || place < MOST_SEGMENTS);
  const more = all.length - some.length;
  return [
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Segments of " + model, id: "segments-" + model },
      element("table", {},
        element("caption", { class: "hidden" }, "Segments of the rows of " + model + ", the worst first"),
        element("thead", {}, element("tr", {},
          element("th", { scope: "col" }, "Segment"),
          element("th", { scope: "col" }, "State"),
          element("th", { scope: "col", class: "number" }, "Rows"),
          element("th", { scope: "col", class: "number" }, "Alarms"),
          element("th", { scope: "col" }, "In words"))),
        element("tbody", {}, ...some.map((each) => element("tr", {},
          element("th", { scope: "row" }, each.segment),
          element("td", { class: each.pages ? "pages" : "" }, each.state.replace("_", " ")),
          element("td", { class: "number" }, String(each.rows)),
          element("td", { class: "number" }, percent(each.alarm_rate)),
          element("td", {}, each.health)))))),
    ...(more > 0 ? [element("p", { class: "help" }, "And " + more + " more, none of which pages.")] : []),
  ];
}

function show(told) {
  const focused = document.activeElement?.id;
  byId("no-health").hidden = told.length > 0;
  byId("health").replaceChildren(...told);
  if (focused?.startsWith("segments-")) {
    byId(focused)?.focus();
  }
}

export async function showHealth(models) {
  if (Date.now() - asked < EVERY_MILLIS) {
    return;
  }
  asked = Date.now();
  const told = [];
  for (const model of models.filter((each) => each.champion).slice(0, MOST)) {
    try {
      const look = await ask("/v1/models/" + encodeURIComponent(model.name) + "/drift");
      told.push(element("li", {},
        element("p", { class: look.pages ? "pages" : "" }, model.name + ": " + look.health),
        ...(look.segments.length ? segments(model.name, look.segments) : [])));
      told.push(...look.sla.map((of) => element("li", { class: of.breached ? "pages" : "" }, model.name + " over " + of.door + ": " + latency(of))));
    } catch (wrong) {
      told.push(element("li", {}, model.name + ": " + wrong.message));
    }
  }
  const now = told.map((each) => each.outerHTML).join();
  if (now !== shown) {
    shown = now;
    show(told);
  }
}
