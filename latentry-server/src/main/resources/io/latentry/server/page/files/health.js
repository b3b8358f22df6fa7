/** How the models do, one sentence each; looked at again every minute. */
import { ask } from "./api.js";
import { byId, element, figure } from "./dom.js";

const EVERY_MILLIS = 60000;
const MOST = 20;
let asked = 0;

function latency(of) {
  const asAgreed = of.breached ? "slower than agreed" : "as fast as agreed";
  const burnt = of.burn === null ? "no requests" : figure(of.burn) + " times what may be slow";
  return asAgreed + " (" + of.sla + "): " + of.slow + " of " + of.requests + " requests slow, " + burnt + ".";
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
      told.push(element("li", { class: look.pages ? "pages" : "" }, model.name + ": " + look.health));
      told.push(...look.sla.map((of) => element("li", { class: of.breached ? "pages" : "" }, model.name + " over " + of.door + ": " + latency(of))));
    } catch (wrong) {
      told.push(element("li", {}, model.name + ": " + wrong.message));
    }
  }
  byId("no-health").hidden = told.length > 0;
  byId("health").replaceChildren(...told);
}
