/** The figures of the last minute, and the two charts. */
import { byId, figure } from "./dom.js";
import { color, onTheme } from "./theme.js";

const VERDICTS = ["normal", "anomaly", "unscorable"];
let charts;
let latest;

export function startLive() {
  charts = ["rate-chart", "mix-chart"].map((id) => window.echarts.init(byId(id)));
  addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
  onTheme(() => latest && draw(latest));
}

export function showLive(statistics) {
  latest = statistics;
  const latency = statistics.latency_millis;
  byId("requests-rate").textContent = figure(statistics.requests_per_second);
  byId("rows-rate").textContent = figure(statistics.rows_per_second);
  byId("latency-p50").textContent = latency ? figure(latency.p50) + " ms" : "–";
  byId("latency-p99").textContent = latency ? figure(latency.p99) + " ms" : "–";
  byId("failed").textContent = String(statistics.failed);
  draw(statistics);
}

function draw(statistics) {
  drawRate(statistics);
  drawMix(statistics);
}

function drawRate(statistics) {
  const rows = statistics.rows_by_second;
  const most = Math.max(0, ...rows);
  byId("rate-chart").setAttribute(
    "aria-label",
    "Rows judged by second: " + figure(statistics.rows_per_second) + " on average, " + most + " at most");
  charts[0].setOption({
    animation: false,
    grid: { left: 46, right: 12, top: 12, bottom: 26 },
    xAxis: {
      type: "category",
      data: rows.map((_, i) => i - rows.length),
      boundaryGap: false,
      axisLine: { lineStyle: { color: color("line") } },
      axisTick: { show: false },
      axisLabel: { color: color("soft"), interval: (i) => i % 15 === 0, formatter: "{value} s" },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: most === 0 ? 1 : undefined,
      minInterval: 1,
      splitNumber: 3,
      axisLabel: { color: color("soft") },
      splitLine: { lineStyle: { color: color("line") } },
    },
    series: [{
      type: "line", data: rows, showSymbol: false, step: "middle",
      lineStyle: { color: color("accent"), width: 2 },
      areaStyle: { color: color("accent"), opacity: 0.15 },
    }],
  });
}

function drawMix(statistics) {
  const names = Object.keys(statistics.models);
  const said = names.map((name) => {
    const counts = statistics.models[name];
    return name + ": " + VERDICTS.map((verdict) => counts[verdict] + " " + verdict).join(", ");
  });
  byId("mix-chart").setAttribute("aria-label", "Verdicts: " + (said.join("; ") || "none yet"));
  const total = names.map((name) => VERDICTS.reduce((sum, v) => sum + statistics.models[name][v], 0));
  charts[1].setOption({
    animation: false,
    legend: { bottom: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: { color: color("soft") } },
    grid: { left: 8, right: 28, top: 12, bottom: 48, containLabel: true },
    xAxis: {
      type: "value", max: 100, splitNumber: 2,
      axisLabel: { color: color("soft"), formatter: "{value} %" },
      splitLine: { lineStyle: { color: color("line") } },
    },
    yAxis: {
      type: "category", data: names, inverse: true,
      axisLabel: { color: color("ink"), width: 110, overflow: "truncate" },
      axisLine: { show: false }, axisTick: { show: false },
    },
    series: VERDICTS.map((verdict) => ({
      name: verdict, type: "bar", stack: "verdicts", barMaxWidth: 26,
      itemStyle: { color: color(verdict) },
      data: names.map((name, i) => (total[i] ? (100 * statistics.models[name][verdict]) / total[i] : 0)),
    })),
  });
}
