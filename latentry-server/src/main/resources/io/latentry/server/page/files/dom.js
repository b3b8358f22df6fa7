/** Elements out of words: text is always text, never markup. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") {
      made.className = value;
    } else {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.map((child) => child ?? ""));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Four digits that a person can read. */
export function figure(value) {
  if (value === null || value === undefined) {
    return "–";
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return value.toExponential(2);
  }
  return String(Number(value.toPrecision(4)));
}

export function percent(share) {
  return share === null || share === undefined ? "–" : figure(100 * share) + " %";
}
