/** Talks to the service; the key, if one is needed, stays in this tab. */

const KEY = "latentry.key";

export class Refused extends Error {
  constructor(status, message, fix) {
    super(fix ? message + "; " + fix : message);
    this.status = status;
  }
}

export function key() {
  return sessionStorage.getItem(KEY) ?? "";
}

export function keep(newKey) {
  if (newKey) {
    sessionStorage.setItem(KEY, newKey);
  } else {
    sessionStorage.removeItem(KEY);
  }
}

export async function ask(path, options = {}) {
  const headers = { accept: "application/json", ...options.headers };
  if (key()) {
    headers.authorization = "Bearer " + key();
  }
  const response = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit" });
  const text = await response.text();
  if (!response.ok) {
    throw refusal(response, text);
  }
  return JSON.parse(text);
}

function refusal(response, text) {
  try {
    const error = JSON.parse(text).error;
    return new Refused(response.status, error.message ?? String(error), error.fix);
  } catch {
    return new Refused(response.status, response.status + " " + response.statusText);
  }
}
