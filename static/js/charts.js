// Draws each figure marked data-chart from the figures beside it; without it the table of the same figures remains.
(function () {
  "use strict";

  const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
  const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3]];
  const drawn = [];

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
      series: spec.series.map(function (each, place) { return seriesOf(spec, each, place); }),
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
    const plot = figure.querySelector(".chart-plot");
    const data = document.getElementById(figure.dataset.chart);
    if (!plot || !data) return;
    const spec = JSON.parse(data.textContent);
    plot.classList.add("is-drawn");
    const chart = echarts.init(plot, null, { renderer: "svg" });
    chart.setOption(optionOf(spec, plot.clientWidth));
    drawn.push(chart);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chart-save";
    button.textContent = "下载图（SVG）";
    button.setAttribute("aria-label", "下载图：" + spec.title);
    button.addEventListener("click", function () { save(chart, spec.title); });
    figure.insertBefore(button, figure.querySelector(".chart-table"));
  }

  function resize() {
    drawn.forEach(function (chart) { chart.resize(); });
  }

  document.querySelectorAll("figure[data-chart]").forEach(draw);
  window.addEventListener("resize", resize);
  window.addEventListener("beforeprint", resize);
  window.addEventListener("afterprint", resize);
})();
