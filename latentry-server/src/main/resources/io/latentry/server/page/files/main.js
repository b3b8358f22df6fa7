import { ask, keep, key, Refused } from "./api.js";
import { showAnomalies } from "./anomalies.js";
import { byId } from "./dom.js";
import { showHealth } from "./health.js";
import { showIncidents } from "./incidents.js";
import { showLive, startLive } from "./live.js";
import { showMaintenance, startMaintenance } from "./maintenance.js";
import { showModels } from "./models.js";
import { showThresholds } from "./thresholds.js";
import { startTheme } from "./theme.js";
import { startTrial } from "./trial.js";
import { showVersions, startVersions } from "./versions.js";

const EVERY_MILLIS = 2000;
let told = "";

function connection(text) {
  // Said once, not every two seconds.
  if (text !== told) {
    told = text;
    byId("connection").textContent = text;
  }
}

function onRefused(wrong) {
  const keyless = wrong instanceof Refused && (wrong.status === 401 || wrong.status === 403);
  if (!keyless) {
    return;
  }
  connection(wrong.status === 401 ? "An API key is needed" : "This key may not do that");
  const dialog = byId("key-dialog");
  if (wrong.status === 401 && !dialog.open && !dialog.dataset.dismissed) {
    dialog.showModal();
    byId("key").focus();
  }
}

async function refresh() {
  try {
    const [models, statistics, recent] = await Promise.all(
      ["/v1/models", "/v1/statistics", "/v1/anomalies"].map((path) => ask(path)));
    showModels(models.models);
    showHealth(models.models);
    showIncidents(models.models);
    showThresholds(models.models);
    await showMaintenance();
    await showVersions(models.models);
    showLive(statistics);
    showAnomalies(recent);
    connection("Live");
  } catch (wrong) {
    if (wrong instanceof Refused) {
      connection(wrong.message);
      onRefused(wrong);
    } else {
      connection("The service does not answer");
    }
  }
}

async function refreshForever() {
  if (!document.hidden) {
    await refresh();
  }
  setTimeout(refreshForever, EVERY_MILLIS);
}

function startKey() {
  const dialog = byId("key-dialog");
  byId("key-button").addEventListener("click", () => {
    byId("key").value = key();
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    dialog.dataset.dismissed = "true";
    if (dialog.returnValue === "use") {
      keep(byId("key").value.trim());
      refresh();
    } else if (dialog.returnValue === "forget") {
      keep("");
      refresh();
    }
    byId("key").value = "";
  });
}

startTheme();
startKey();
startLive();
startMaintenance();
startVersions();
startTrial(onRefused);
refreshForever();
