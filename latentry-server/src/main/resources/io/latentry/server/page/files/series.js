/** A series as a person looks at it: values beside what was expected, scores, and events marked. */
import { ask } from "./api.js";
import { byId, element, figure } from "./dom.js";
import { color, onTheme } from "./theme.js";

const MOST_EVENTS = 100;
const NARROWEST = 1 / 400;
const BAND = ["band", "band below"];

let chart;
let given;
let all;
let plot;

export function startSeries(say, onRefused) {
  byId("series-key").addEventListener("change", async (event) => {
    const key = event.target.value;
    try {
      say("Judging …");
      const answer = await asked("?key=" + encodeURIComponent(key));
      // Another may have been chosen since.
      if (event.target.value === key) {
        show(answer, false);
        say(told());
      }
    } catch (wrong) {
      say(wrong.message, true);
      onRefused(wrong);
    }
  });
  byId("series-channel").addEventListener("change", draw);
  addEventListener("resize", () => chart?.resize());
  onTheme(() => plot && draw());
}

export function hideSeries() {
  byId("series").hidden = true;
  plot = undefined;
  given = undefined;
}

/** Draws the rows; says in words what came out. */
export async function showSeries(model, body, type) {
  given = { model, body, type };
  show(await asked(""), true);
  return told();
}

function asked(query) {
  return ask(given.model + "/plot" + query, {
    method: "POST", body: given.body, headers: { "content-type": given.type },
  });
}

function named(parts) {
  return parts.join(" / ");
}

function show(answer, isNew) {
  plot = answer;
  if (isNew) {
    all = { rows: plot.rows, keys: plot.key_count };
    byId("series-key").replaceChildren(...plot.keys.map((key) =>
      element("option", { value: key.path },
        named(key.key) + (key.anomalies ? ": " + counted(key.anomalies, "anomaly", "anomalies") : ""))));
    byId("series-key-field").hidden = plot.keys.length < 2;
  }
  const select = byId("series-channel");
  const before = select.value;
  select.replaceChildren(...plot.channels.map((channel) =>
    element("option", { value: channel.name }, channel.name)));
  if (!isNew && plot.channels.some((channel) => channel.name === before)) {
    select.value = before;
  }
  byId("series-channel-field").hidden = plot.channels.length < 2;
  byId("series").hidden = plot.points === 0;
  if (plot.points > 0) {
    draw();
    showEvents();
  }
}

function told() {
  const reasons = Object.entries(plot.unscorable).map(([kind, count]) => count + " unscorable (" + kind + ")");
  const more = all.keys > 1 ? all.rows + " rows of " + all.keys + " keys; of " + named(plot.key) + " " : "";
  const what = [
    counted(plot.anomalies, "anomaly", "anomalies") + " in " + counted(plot.event_count, "event", "events"),
    ...reasons,
  ].join(", ");
  return more + counted(plot.points, "point", "points") + ": " + what
    + (plot.notices.length ? "; " + plot.notices.join("; ") : "");
}

function counted(count, one, many) {
  return count + " " + (count === 1 ? one : many);
}

function draw() {
  const channel = plot.channels.find((each) => each.name === byId("series-channel").value) ?? plot.channels[0];
  const place = byId("series-chart");
  chart ??= window.echarts.init(place);
  chart.resize();
  place.setAttribute("aria-label",
    (channel ? channel.name + " beside what was expected, and scores: " : "Scores: ") + told());
  chart.setOption(option(channel), true);
}

function option(channel) {
  const grids = channel ? [["12%", "46%"], ["68%", "20%"]] : [["12%", "76%"]];
  const last = grids.length - 1;
  const lines = channel ? values(channel) : [];
  return {
    animation: false,
    useUTC: true,
    legend: {
      top: 0, left: 0, itemWidth: 18, itemHeight: 8, textStyle: { color: color("soft") },
      data: [...(channel ? [channel.name, "expected"] : []), "score", "threshold"],
    },
    // Drawn as text on the canvas: names are never markup.
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, formatter: pointed,
      backgroundColor: color("card"), borderColor: color("line"), textStyle: { color: color("ink") },
    },
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    grid: grids.map(([top, height]) => ({ left: 58, right: 14, top, height })),
    xAxis: grids.map((_, i) => ({
      type: plot.tells_time ? "time" : "value", gridIndex: i, ...range(),
      axisLine: { onZero: false, lineStyle: { color: color("line") } },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: { show: i === last, color: color("soft"), hideOverlap: true },
    })),
    yAxis: grids.map((_, i) => ({
      type: "value", gridIndex: i, scale: true, splitNumber: i === last ? 2 : 4,
      axisLabel: { color: color("soft"), formatter: figure },
      splitLine: { lineStyle: { color: color("line") } },
    })),
    series: [
      ...lines,
      {
        ...line("score", plot.score, color("ink"), last), z: 3,
        markArea: events(),
      },
      {
        ...line("threshold", [range().min, range().max].map((at) => [at, plot.threshold]), color("anomaly"), last),
        lineStyle: { color: color("anomaly"), width: 1.5, type: "dashed" },
      },
    ],
  };
}

function range() {
  const times = plot.score.map((point) => point[0]);
  return { min: times[0], max: times[times.length - 1] };
}

function line(name, data, ink, axis) {
  return {
    name, data, type: "line", xAxisIndex: axis, yAxisIndex: axis,
    showSymbol: false, symbol: "circle", symbolSize: 4, connectNulls: false,
    itemStyle: { color: ink }, lineStyle: { color: ink, width: 1.5 },
  };
}

/** The band is a line below it that nobody sees, and what lies on top of that. */
function values(channel) {
  const moved = (by) => channel.expected.map(([at, value]) => [at, value === null ? null : value + by]);
  const wide = channel.expected.map(([at, value]) => [at, value === null ? null : 2 * channel.reach]);
  const band = (name, data, opacity) => ({
    ...line(name, data, color("soft"), 0), id: name, stack: "band", stackStrategy: "all", silent: true,
    lineStyle: { opacity: 0 }, areaStyle: { color: color("soft"), opacity }, symbol: "none",
  });
  return [
    band(BAND[1], moved(-channel.reach), 0),
    band(BAND[0], wide, 0.22),
    { ...line("expected", channel.expected, color("soft"), 0), lineStyle: { color: color("soft"), width: 1.5, type: "dashed" } },
    { ...line(channel.name, channel.actual, color("accent"), 0), z: 3, markArea: events() },
  ];
}

/** One of a single point would be too narrow to be seen. */
function events() {
  const { min, max } = range();
  const least = (max - min) * NARROWEST;
  return {
    silent: true,
    itemStyle: { color: color("anomaly"), opacity: 0.25 },
    data: plot.events.map((event) => {
      const wider = Math.max(0, least - (event.to - event.from)) / 2;
      return [{ xAxis: event.from - wider }, { xAxis: event.to + wider }];
    }),
  };
}

function pointed(points) {
  const at = points[0].value[0];
  const shown = points.filter((point) => !BAND.includes(point.seriesId) && point.value[1] !== null);
  return [
    plot.tells_time ? new Date(at).toISOString() : figure(at),
    ...shown.map((point) => point.seriesName + ": " + figure(point.value[1])),
  ].join("\n");
}

function showEvents() {
  const rows = plot.events.slice(0, MOST_EVENTS).map((event) =>
    element("tr", {},
      element("td", {}, event.from_words),
      element("td", {}, event.to_words),
      element("td", { class: "number" }, String(event.anomalies)),
      element("td", { class: "number" }, figure(event.peak_score)),
      element("td", {}, event.channels.join(", "))));
  byId("series-events").replaceChildren(
    ...(rows.length ? rows : [element("tr", {}, element("td", { colspan: "5" }, "None."))]));
}
