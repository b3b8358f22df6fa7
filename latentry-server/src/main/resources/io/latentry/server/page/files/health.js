/** How the models do, one sentence each; looked at again every minute. */
import { ask } from "./api.js";
import { byId, element } from "./dom.js";

const EVERY_MILLIS = 60000;
const MOST = 20;
let asked = 0;

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
    } catch (wrong) {
      told.push(element("li", {}, model.name + ": " + wrong.message));
    }
  }
  byId("no-health").hidden = told.length > 0;
  byId("health").replaceChildren(...told);
}
