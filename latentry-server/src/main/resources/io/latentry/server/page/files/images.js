/** Images, and where they are strange. */
import { ask } from "./api.js";
import { byId, element, figure, percent } from "./dom.js";
import { verdict } from "./verdicts.js";

const REGIONS = 5;
const AT_ONCE = 8;
const MOST_SHOWN = 64;
const MOST_BYTES = 20e6;

/** Judges files a few at a time; says how far it is. Cards appear as they come. */
export async function judgeImages(model, files, say) {
  const given = files.slice(0, MOST_SHOWN);
  const large = given.find((file) => file.size > MOST_BYTES);
  if (large) {
    throw new Error(large.name + " is larger than 20 MB: send it to " + model + "/score instead.");
  }
  const threshold = (await ask(model)).threshold?.score;
  const list = element("ol", { class: "cards images", "aria-label": "Verdicts" });
  byId("verdicts").replaceChildren(list);
  const counts = { anomaly: 0, unscorable: 0, normal: 0 };
  for (let from = 0; from < given.length; from += AT_ONCE) {
    say("Judging " + Math.min(from + AT_ONCE, given.length) + " of " + given.length + " …");
    const body = new FormData();
    given.slice(from, from + AT_ONCE).forEach((file) => body.append("file", file, file.name));
    const answer = await ask(model + "/score?heat_map=true&explain=" + REGIONS, { method: "POST", body });
    for (const judgement of answer.judgements) {
      counts[judgement.verdict]++;
      list.append(card(judgement, threshold));
    }
  }
  const told = Object.entries(counts).filter(([, count]) => count > 0).map(([word, count]) => count + " " + word);
  say(given.length + (given.length === 1 ? " image: " : " images: ") + told.join(", ")
    + (files.length > given.length ? "; " + (files.length - given.length) + " more were not sent" : ""));
}

function card(judgement, threshold) {
  const name = judgement.path ?? "Image " + judgement.row;
  return element("li", { class: "card " + judgement.verdict },
    element("h3", {}, name + ": ", verdict(judgement.verdict)),
    judgement.reason ? element("p", {}, judgement.reason) : "",
    judgement.verdict === "unscorable" ? "" : element("div", { class: "picture" },
      element("img", { src: "data:image/png;base64," + judgement.heat_map, alt: words(judgement) }),
      element("div", {},
        element("p", { class: "soft" }, "score " + figure(judgement.score) + ", threshold " + figure(threshold)
          + "; " + percent(judgement.p_value) + " of normal images are as strange"),
        places(judgement.regions))));
}

/** What a person sees, for one who does not. */
function words(judgement) {
  const size = "The image, " + judgement.width + " by " + judgement.height + " pixels, in grey";
  const [first] = judgement.regions;
  return first
    ? size + "; most strange is a region of " + first.width + " by " + first.height + " pixels, "
      + first.x + " from the left and " + first.y + " from the top"
    : size + "; no region is above the threshold";
}

function places(regions) {
  if (!regions.length) {
    return element("p", { class: "soft" }, "No region is above the threshold.");
  }
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Strange regions" },
    element("table", {},
      element("caption", { class: "hidden" }, "Regions above the threshold, strongest first, in pixels"),
      element("thead", {}, element("tr", {},
        ...["Left", "Top", "Width", "Height", "Peak"].map((title) => element("th", { scope: "col", class: "number" }, title)))),
      element("tbody", {}, ...regions.map((region) => element("tr", {},
        ...[region.x, region.y, region.width, region.height, figure(region.peak)].map((value) =>
          element("td", { class: "number" }, String(value))))))));
}
