// The things of a pack: found by name and initials, ordered by nearness.
import assert from "node:assert/strict";
import test from "node:test";

import { inWords, matching, metres, nearestFirst, thingsOf } from "../../static/js/field-things.js";

const LEAF = "441802103201201";
const PACK = {
  kinds: { natural_village: "自然村", market: "市场", settlement: "聚居地" },
  remarks: { "sites/S-2": ["离村太远。"] },
  places: { 441802103: "源潭镇", 441802103201: "秀溪村" },
  areas: [[LEAF, "大围", "natural_village", 30, "dt w", ""], ["441802103201202", "重阳", "natural_village", 0, "cz y", "2019-04-01"]],
  sites: [
    ["S-1", LEAF, "大围一", "settlement", 113.05, 23.7, "dt w y", ""],
    ["S-2", LEAF, "大围二", "settlement", 113.05, 23.72, "dt w e", "", "113.06", "23.73"],
    ["S-3", "441802103201", "市场", "market", null, null, "s c", ""],
  ],
};

function names(things) {
  return things.map((each) => each.name);
}

test("each village with its sites, and what the register says of them", () => {
  const things = thingsOf(PACK);
  assert.deepEqual(names(things), ["市场", "大围", "大围一", "大围二", "重阳"]);
  const [market, village, first, given] = things;
  assert.deepEqual(given.remarks, ["离村太远。"]);
  assert.deepEqual(market.remarks, ["台账中没有坐标。"]);
  assert.equal(first.place, "源潭镇 秀溪村 大围");
  assert.equal(village.where.lat.toFixed(2), "23.71");
  assert.deepEqual(village.seen, { seen_name: "大围", seen_households: "30" });
  assert.deepEqual(first.seen, { seen_name: "大围一", seen_lon: "113.05", seen_lat: "23.7" });
  assert.deepEqual(given.seen, { seen_name: "大围二", seen_lon: "113.06", seen_lat: "23.73" });
  assert.equal(things[4].hasHouseholds, true);
});

test("found by name, place, number and initials of any reading", () => {
  const things = thingsOf(PACK);
  assert.deepEqual(names(matching(things, "大围")), ["大围", "大围一", "大围二"]);
  assert.deepEqual(names(matching(things, " dwy ")), ["大围一"]);
  assert.deepEqual(names(matching(things, "TW")), ["大围", "大围一", "大围二"]);
  assert.deepEqual(names(matching(things, "zy")), ["重阳"]);
  assert.deepEqual(names(matching(things, "s-3")), ["市场"]);
  assert.deepEqual(names(matching(things, "不在")), []);
  assert.equal(matching(things, "").length, 5);
});

test("the nearest first, what has no place last, as they come without a position", () => {
  const things = thingsOf(PACK);
  assert.deepEqual(names(nearestFirst(things, { lon: 113.05, lat: 23.721 })), ["大围二", "大围", "大围一", "市场", "重阳"]);
  assert.deepEqual(nearestFirst(things, null), things);
});

test("distances are those of the ground, and said in round words", () => {
  const north = metres({ lon: 113, lat: 23 }, { lon: 113, lat: 24 });
  assert.ok(Math.abs(north - 110750) < 600, String(north));
  assert.deepEqual([4, 123, 1234].map(inWords), ["0 米", "120 米", "1.2 公里"]);
});
