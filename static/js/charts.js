// Draws each figure marked data-chart from the figures beside it; without it the table of the same figures remains.
// The library comes after the page has been shown, and a figure is drawn when it is nearly in view or goes on paper.

const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3]];
const NEARLY = "200px";
const figures = Array.from(document.querySelectorAll("figure[data-chart]")).filter(function (figure) {
  return document.getElementById(figure.dataset.chart);
});
const drawn = new Map();

function colour(name) {
  const style = getComputedStyle(document.documentElement);
  return (style.getPropertyValue("--chart-" + name) || style.getPropertyValue("--chart-other")).trim();
}

function said(value, unit) {
  if (value === null || value === undefined) return "—";
  return unit === "%" ? value.toFixed(1) + "%" : value.toLocaleString("en-US") + unit;
}

function targetOf(spec) {
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: colour("target"), type: "dashed", width: 1 },
    label: { formatter: spec.targetName, position: "insideStartTop", color: colour("target") },
    data: [{ yAxis: spec.target }],
  };
}

function seriesOf(spec, each, place) {
  const line = spec.kind === "line";
  const made = {
    name: each.name,
    type: line ? "line" : "bar",
    data: each.values,
    stack: spec.kind === "stack" ? "all" : undefined,
    barMaxWidth: 36,
    symbol: SYMBOLS[place % SYMBOLS.length],
    symbolSize: 7,
    connectNulls: false,
    itemStyle: { color: colour(each.tone) },
    lineStyle: { color: colour(each.tone), width: 2, type: DASHES[place % DASHES.length] },
  };
  if (spec.target !== null && place === 0) made.markLine = targetOf(spec);
  return made;
}

// A point whose members are not all there: hollow, joined to no other, in the same place of the legend.
function partialOf(each, place) {
  return {
    name: each.name,
    type: "scatter",
    data: each.partial,
    symbol: SYMBOLS[place % SYMBOLS.length],
    symbolSize: 9,
    itemStyle: { color: "transparent", borderColor: colour(each.tone), borderWidth: 2 },
  };
}

function optionOf(spec, width) {
  const ink = colour("target");
  return {
    animation: false,
    aria: { enabled: true, label: { enabled: false }, decal: { show: spec.kind !== "line" } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    grid: { left: 8, right: 16, top: width < 420 && spec.series.length > 2 ? 60 : 36, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, itemGap: 16, textStyle: { color: ink } },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      valueFormatter: function (value) { return said(value, spec.unit); },
    },
    xAxis: { type: "category", data: spec.categories, axisLabel: { color: ink, hideOverlap: !spec.slanted, interval: spec.slanted ? 0 : "auto", rotate: spec.slanted ? 35 : 0 } },
    yAxis: {
      type: "value",
      max: spec.top,
      axisLabel: { color: ink, formatter: function (value) { return spec.unit === "%" ? value + "%" : value.toLocaleString("en-US"); } },
    },
    series: spec.series.map(function (each, place) { return seriesOf(spec, each, place); }).concat(
      spec.series.map(partialOf).filter(function (made) { return made.data; })
    ),
  };
}

function save(chart, title) {
  const file = new Blob([chart.renderToSVGString()], { type: "image/svg+xml" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = title + ".svg";
  link.click();
  setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
}

function draw(figure) {
  if (drawn.has(figure)) return;
  const plot = figure.querySelector(".chart-plot");
  const spec = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const chart = echarts.init(plot, null, { renderer: "svg" });
  chart.setOption(optionOf(spec, plot.clientWidth));
  drawn.set(figure, chart);
  const button = figure.querySelector(".chart-save");
  button.hidden = false;
  button.addEventListener("click", function () { save(chart, spec.title); });
}

function drawAll() {
  figures.forEach(draw);
  drawn.forEach(function (chart) { chart.resize(); });
}

function drawInView() {
  const seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      seen.unobserve(entry.target);
      draw(entry.target);
    });
  }, { rootMargin: NEARLY });
  figures.forEach(function (figure) { seen.observe(figure); });
  window.addEventListener("resize", function () { drawn.forEach(function (chart) { chart.resize(); }); });
  window.addEventListener("beforeprint", drawAll);
  window.addEventListener("afterprint", drawAll);
}

// Without the library the figures are read in their tables.
function fallBack() {
  figures.forEach(function (figure) {
    figure.classList.add("is-table");
    figure.querySelector(".chart-table").open = true;
  });
}

function fetchLibrary() {
  const script = document.createElement("script");
  script.src = document.querySelector("script[data-library]").dataset.library;
  script.addEventListener("load", drawInView);
  script.addEventListener("error", fallBack);
  document.head.appendChild(script);
}

if (figures.length) {
  if (document.readyState === "complete") fetchLibrary();
  else window.addEventListener("load", fetchLibrary);
}
