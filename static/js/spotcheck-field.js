// Spot checks in the field: the members of open samples, and what was found of each. The page and its form are those of the
// village walk (field-page.js, field-form.js); here stands what differs.

import { startField } from "./field-page.js";

/** Rows as inspection/spotcheck/offline.py writes them. */
function thingOf(row, pack) {
  const [sample, order, name, code, lon, lat, initials, seen, mark] = row;
  return {
    table: "checks", key: sample + "/" + order, about: "checks/" + sample + "/" + order, name: name, kind: pack.samples[sample],
    areaCode: code, place: "第 " + order + " 个", where: lon === null ? null : { lon: lon, lat: lat }, initials: initials, visited: "",
    hasHouseholds: false, isSite: true, seen: { seen_outcome: seen }, remarks: [], mark: mark, least: pack.least,
  };
}

/** @type {Trade} */
const CHECK = {
  pack: "spotcheck/pack",
  thingsOf: function (pack) { return pack.checks.map(function (row) { return thingOf(row, pack); }); },
  typed: ["outcome", "mbps", "distance_m", "lon", "lat", "accuracy", "remark"],
  words: {
    unit: "个对象", unpacked: "本机尚无样本，请联网打开一次", nothing: "没有待核查的样本。", none: "本机没有核查记录。", theirs: "已登记的是",
    keep: "保留已登记的",
  },

  facts: function (thing, seen) {
    const said = [thing.kind, thing.place, thing.areaCode];
    if (thing.where) said.push("登记坐标 " + thing.where.lon.toFixed(6) + "，" + thing.where.lat.toFixed(6));
    if (seen.seen_outcome) said.push("已登记 " + seen.seen_outcome);
    return said.filter(Boolean).join(" · ");
  },

  arrange: function () {},

  problems: function (thing, hands) {
    const outcome = hands.value("outcome");
    const remark = hands.value("remark").trim();
    const said = [];
    if (!outcome) said.push(["outcome", "请选择结果。"]);
    if ((outcome === "failed" || outcome === "unreached") && !remark) said.push(["remark", "不合格或无法核查的，请在备注中说明情况。"]);
    ["mbps", "distance_m"].forEach(function (name) {
      if (hands.value(name).trim() && !/^\d+(\.\d+)?$/.test(hands.value(name).trim())) said.push([name, "请填数字。"]);
    });
    const mbps = hands.value("mbps").trim();
    if (outcome === "passed" && mbps && Number(mbps) < thing.least && !remark) {
      said.push(["remark", "实测速率不足 " + thing.least + " 兆；仍认为合格的，请在备注中说明理由。"]);
    }
    return said;
  },

  blanked: function () { return []; },
};

startField(CHECK);
