/** The latest anomalies, newest first. */
import { byId, element, figure } from "./dom.js";
import { features, verdict } from "./verdicts.js";
import { moment } from "./models.js";

const MOST_SHOWN = 10;
let shown = "";

export function showAnomalies(recent) {
  const now = JSON.stringify(recent.anomalies);
  const none = byId("no-anomalies");
  none.hidden = recent.anomalies.length > 0;
  none.textContent = recent.recorded
    ? "None so far."
    : "They are not kept: the service is set up so.";
  // What somebody is reading must not be replaced by the same.
  if (now === shown) {
    return;
  }
  shown = now;
  byId("anomalies").replaceChildren(
    ...recent.anomalies.slice(0, MOST_SHOWN).map((anomaly) =>
      element("li", { class: "card anomaly" },
        element("h3", {}, anomaly.model + " ", verdict("anomaly")),
        element("p", { class: "soft" },
          moment(anomaly.at) + ", version " + anomaly.version + ", score " + figure(anomaly.score)
            + " over " + figure(anomaly.threshold)),
        features(anomaly.features))));
}
