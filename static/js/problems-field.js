// Problems in the field: a place, a kind, a photo. The page and its form are those of the village walk (field-page.js,
// field-form.js), and so are the places; here stands what differs.

import { startField } from "./field-page.js";
import { thingsOf } from "./field-things.js";

/** @type {Trade} */
const REPORT = {
  pack: "field/pack",
  // A draft of a visit to the same place is another one.
  thingsOf: function (pack) {
    return thingsOf(pack).map(function (each) { return Object.assign({}, each, { about: "problems/" + each.about, remarks: [], visited: "" }); });
  },
  typed: ["kind", "text", "lon", "lat", "accuracy"],
  words: {
    unit: "处", unpacked: "本机尚无台账数据，请联网打开一次", nothing: "没有可登记的地点。", none: "本机没有登记的问题。", theirs: "已登记的是",
    keep: "保留已登记的",
  },

  facts: function (thing) { return [thing.kind, thing.place].filter(Boolean).join(" · "); },

  arrange: function () {},

  problems: function (thing, hands) {
    const said = [];
    if (!hands.value("kind")) said.push(["kind", "请选择类别。"]);
    if (hands.value("kind") === "other" && !hands.value("text").trim()) said.push(["text", "其他问题请写明情况。"]);
    return said;
  },

  blanked: function () { return []; },
};

startField(REPORT);
