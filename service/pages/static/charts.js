// Draws the charts of the board: <div data-chart="ID"> with its numbers in <script id="ID">.
// On canvas, and with tooltips on canvas, since the policy of the pages allows no inline style.
(() => {
  "use strict";
  const drawn = new Map();
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  const axis = (more) => ({
    axisLine: { lineStyle: { color: colour("line") } },
    axisTick: { show: false },
    axisLabel: { color: colour("soft"), fontSize: 12 },
    splitLine: { lineStyle: { color: colour("hair") } },
    ...more,
  });
  const common = () => ({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("ink") },
    tooltip: { renderMode: "richText", confine: true, backgroundColor: colour("sheet"), borderColor: colour("line"), textStyle: { color: colour("ink"), fontSize: 12 } },
    grid: { left: 8, right: 36, top: 28, bottom: 8, containLabel: true },
  });
  const named = (told) => axis({ type: "category", data: told.names, inverse: true, axisLabel: { color: colour("ink"), fontSize: 12, width: 112, overflow: "truncate" } });
  const whole = () => axis({ type: "value", minInterval: 1 });

  const bars = (told) => ({
    ...common(),
    grid: { left: 8, right: 48, top: 8, bottom: 8, containLabel: true },
    xAxis: whole(),
    yAxis: named(told),
    series: told.series.map((one) => ({ name: one.name, type: "bar", barMaxWidth: 26, data: one.values, itemStyle: { color: colour("l3") }, label: { show: true, position: "right", color: colour("ink") } })),
  });
  const stack = (told) => ({
    ...common(),
    legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: colour("soft") } },
    xAxis: whole(),
    yAxis: named(told),
    series: told.series.map((one, at) => ({ name: one.name, type: "bar", stack: "all", barMaxWidth: 22, data: one.values, itemStyle: { color: colour(at ? "l3" : "amber") } })),
  });
  const share = (value) => `${Math.round(value * 100)}%`;
  const calibration = (told) => ({
    ...common(),
    tooltip: { ...common().tooltip, formatter: ({ data }) => `说 ${share(data[0])}，实际 ${share(data[1])}，${data[4]} 对` },
    xAxis: axis({ type: "value", min: 0, max: 1, name: "说的把握", nameLocation: "middle", nameGap: 26, nameTextStyle: { color: colour("soft") }, axisLabel: { color: colour("soft"), formatter: share } }),
    yAxis: axis({ type: "value", min: 0, max: 1, name: "实际合适", nameTextStyle: { color: colour("soft") }, axisLabel: { color: colour("soft"), formatter: share } }),
    grid: { left: 8, right: 24, top: 36, bottom: 28, containLabel: true },
    series: [
      { type: "line", silent: true, symbol: "none", data: [[0, 0], [1, 1]], lineStyle: { color: colour("line"), type: "dashed" } },
      ...told.points.map(([at, , low, high]) => ({ type: "line", silent: true, symbol: "none", data: [[at, low], [at, high]], lineStyle: { color: colour("l3"), width: 2 } })),
      { type: "line", data: told.points, symbolSize: (data) => 6 + Math.min(14, Math.sqrt(data[4])), itemStyle: { color: colour("accent") }, lineStyle: { color: colour("accent") } },
    ],
  });
  const front = (told) => ({
    ...common(),
    tooltip: { ...common().tooltip, formatter: ({ data }) => `覆盖 ${data[1].toFixed(2)}，基尼 ${data[0].toFixed(3)}` },
    legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: colour("soft") } },
    xAxis: axis({ type: "value", scale: true, name: "曝光基尼系数（小为平均）", nameLocation: "middle", nameGap: 26, nameTextStyle: { color: colour("soft") }, axisLabel: { color: colour("soft"), fontSize: 12, hideOverlap: true } }),
    yAxis: axis({ type: "value", scale: true, name: "需求覆盖", nameTextStyle: { color: colour("soft") } }),
    grid: { left: 8, right: 24, top: 36, bottom: 28, containLabel: true },
    // In steps: between two lists there is no third one.
    series: [
      { name: "换个取舍", type: "line", step: "end", symbol: "circle", symbolSize: 9, itemStyle: { color: colour("accent") }, lineStyle: { color: colour("l3") }, data: told.points.map((one) => [one.gini, one.coverage]) },
      { name: "现在的名单", type: "scatter", symbol: "diamond", symbolSize: 15, z: 3, itemStyle: { color: colour("amber") }, data: [[told.here.gini, told.here.coverage]] },
    ],
  });
  const options = { bars, stack, calibration, front };

  const draw = (again) => {
    if (typeof echarts === "undefined") return;
    drawn.forEach((chart, place) => { if (!place.isConnected) { chart.dispose(); drawn.delete(place); } });
    document.querySelectorAll("[data-chart]").forEach((place) => {
      const numbers = document.getElementById(place.dataset.chart);
      if (!numbers || (drawn.has(place) && !again)) return;
      const told = JSON.parse(numbers.textContent);
      if (!drawn.has(place)) drawn.set(place, echarts.init(place, null, { locale: "ZH" }));
      drawn.get(place).setOption(options[told.kind](told), true);
    });
  };
  document.addEventListener("DOMContentLoaded", () => draw(false));
  document.addEventListener("htmx:after:swap", () => draw(false));
  addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(true));
})();
