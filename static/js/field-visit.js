// The village walk, chapter 5: what is said of a natural village, a compound or a site, and when it is enough.

import { thingsOf } from "./field-things.js";

/** @type {Trade} */
export const VISIT = {
  pack: "field/pack",
  thingsOf: thingsOf,
  typed: ["found", "reason_code", "name", "households", "households_act", "lon", "lat", "accuracy", "note"],
  words: {
    unit: "处", unpacked: "本机尚无台账数据，请联网打开一次", nothing: "", none: "本机没有走访记录。", theirs: "台账现在是", keep: "采用台账",
  },

  facts: function (thing, seen) {
    const said = [thing.kind, thing.place];
    if (thing.hasHouseholds) said.push("台账常住户数 " + (seen.seen_households || "空白"));
    if (thing.isSite) said.push(seen.seen_lon ? "台账坐标 " + seen.seen_lon + "，" + seen.seen_lat : "台账没有坐标");
    if (thing.visited) said.push("上次走访 " + thing.visited);
    return said.filter(Boolean).join(" · ");
  },

  arrange: function (thing, hands) {
    const isGone = hands.value("found") === "gone";
    hands.show("gone", isGone);
    hands.show("name", !isGone);
    hands.show("households", thing.hasHouseholds && !isGone);
    hands.show("place", thing.isSite && !isGone);
    hands.field("households_act")[0].closest(".field").hidden = !hands.isOther("households");
  },

  problems: function (thing, hands, photos) {
    const found = hands.value("found");
    const note = hands.value("note").trim();
    const households = hands.value("households").trim();
    const said = [];
    if (!found) said.push(["found", "请选择现场情况。"]);
    if (found === "gone" && !hands.value("reason_code")) said.push(["reason_code", "请选择不存在的原因。"]);
    if ((found === "gone" || found === "elsewhere") && !note) said.push(["note", "请在说明中写明情况。"]);
    if (found === "gone" && !photos) said.push(["photos", "请拍摄现场照片：退出分母须以照片为依据，没有照片的将被退回。"]);
    if (households && !/^\d{1,6}$/.test(households)) said.push(["households", "户数请填整数。"]);
    return said;
  },

  blanked: function (hands) {
    return hands.value("found") === "gone" ? ["name", "households", "lon", "lat", "accuracy"] : [];
  },
};
