// The protocol of cells: what is sent, and what each answer does to a cell, the queue and the standing of the page.
import assert from "node:assert/strict";
import test from "node:test";

import { readFigure } from "../../static/js/entry-figures.js";
import { makeSaving } from "../../static/js/entry-saving.js";
import { portal, queueOf, sheetOf, viewOf } from "./browser.js";

const CODE = "441802103201";
const NO_PROBLEMS = { status: 200, said: { rows: [], total: {} } };

function scene(stored, { records, savedAt } = {}) {
  const there = portal();
  const sheet = sheetOf(stored, readFigure);
  const queue = queueOf(records, savedAt);
  const view = viewOf();
  const settings = { user: 7, url: "/cells/", problems: "/problems/", isChecking: false, token: "old", number: 0, since: "/since/", renewed: () => undefined };
  return { ...there, sheet, queue, view, saving: makeSaving(sheet, queue, settings, view), cell: sheet.every[0] };
}

function type(here, text, cell = here.cell) {
  cell.input.value = cell.base = text;
  here.saving.touched([cell]);
}

function answer(here, status, said) {
  here.answers.push({ status, said }, NO_PROBLEMS);
}

function standing(here) {
  return here.view.standings[here.view.standings.length - 1].standing;
}

test("a text is queued at once, sent with what was seen, and forgotten when it is stored", async () => {
  const here = scene({ households: 5 });
  type(here, "12");
  assert.equal(here.queue.held.size, 1);
  answer(here, 200, { cells: [{ code: CODE, name: "households", fate: "saved", value: 12 }] });
  assert.equal(await here.saving.flush(), true);
  assert.deepEqual(here.asked[0].body, { user: 7, cells: [{ code: CODE, name: "households", text: "12", seen: [5] }] });
  assert.deepEqual([here.cell.stored, here.cell.seen, here.cell.state, here.queue.held.size], [12, [12], "saved", 0]);
});

test("a text that is as stored needs no saving", async () => {
  const here = scene({ households: 5 });
  type(here, "12");
  type(here, "5");
  assert.equal(await here.saving.flush(), true);
  assert.deepEqual([here.asked.length, here.queue.held.size, here.cell.state], [0, 0, ""]);
});

test("a text that cannot be read stays here", async () => {
  const here = scene({ households: 5 });
  type(here, "-1");
  assert.equal(await here.saving.flush(), false);
  assert.deepEqual([here.asked.length, here.queue.held.size, here.cell.state], [0, 1, "unreadable"]);
});

test("a lost answer leaves the text in the queue, with itself among what may stand there", async () => {
  const here = scene({ households: 5 });
  type(here, "12");
  assert.equal(await here.saving.flush(), false);
  assert.deepEqual([standing(here), here.cell.state, here.queue.held.size], ["offline", "failed", 1]);
  assert.deepEqual(here.cell.pending.seen, [5, 12]);
});

test("of two people's figures one is chosen", async () => {
  const here = scene({ households: 5 });
  type(here, "12");
  answer(here, 200, { cells: [{ code: CODE, name: "households", fate: "conflict", value: 9, by: "赵二" }] });
  assert.equal(await here.saving.flush(), false);
  assert.deepEqual([here.cell.state, here.cell.theirs], ["conflict", { value: 9, by: "赵二" }]);
  here.saving.choose(here.cell, true);
  assert.deepEqual([here.cell.stored, here.cell.pending.text, here.cell.pending.seen], [9, "12", [9]]);
  here.cell.theirs = { value: 9, by: "赵二" };
  here.saving.choose(here.cell, false);
  assert.deepEqual([here.cell.input.value, here.cell.pending, here.queue.held.size], ["9", null, 0]);
});

for (const [status, said, wanted] of [[401, {}, "expired"], [500, {}, "offline"], [429, {}, "offline"], [409, { detail: "已报送" }, "closed"]]) {
  test(`${status} leaves the text here: ${wanted}`, async () => {
    const here = scene({ households: 5 });
    type(here, "12");
    here.answers.push({ status, said });
    assert.equal(await here.saving.flush(), false);
    assert.deepEqual([standing(here), here.queue.held.size], [wanted, 1]);
    here.answers.push({ status: 401, said: {} });
  });
}

test("an old token is exchanged for a new one, once", async () => {
  const here = scene({ households: 5 });
  type(here, "12");
  here.answers.push({ status: 403, said: {} }, { status: 200, said: { user: 7, token: "new", open: true, lines: {} } });
  answer(here, 200, { cells: [{ code: CODE, name: "households", fate: "saved", value: 12 }] });
  assert.equal(await here.saving.flush(), true);
  assert.deepEqual(here.asked.slice(0, 3).map((each) => each.token), ["old", "old", "new"]);
});

test("what one types is not sent for another user", async () => {
  const here = scene({ households: 5 });
  type(here, "12");
  here.answers.push({ status: 403, said: {} }, { status: 200, said: { user: 8, name: "赵二", token: "x", open: true, lines: {} } });
  assert.equal(await here.saving.flush(), false);
  assert.deepEqual([standing(here), here.asked.length, here.queue.held.size], ["other", 2, 1]);
});

// --- What an earlier visit left behind ---

function leftOver(name, text) {
  return { key: `${CODE}/${name}`, code: CODE, name, label: name, text, seen: [null, 8], at: 1 };
}

test("what was left is put back; what has no cell any more is said", async () => {
  const here = scene({ households: null }, { records: [leftOver("households", "8"), leftOver("gone", "9")] });
  const kept = await here.saving.resume();
  assert.deepEqual([here.cell.input.value, here.cell.seen], ["8", [null, 8]]);
  assert.deepEqual([kept.found.length, kept.strays.map((each) => each.name)], [1, ["gone"]]);
});

test("what she has pasted meanwhile is newer than what was left, and the old text is no stray", async () => {
  const here = scene({ households: null }, { records: [leftOver("households", "8")] });
  here.queue.put = async () => undefined;
  type(here, "30");
  const kept = await here.saving.resume();
  assert.deepEqual([here.cell.input.value, kept.found, kept.strays], ["30", [], []]);
});

test("a page that was asked for before the last save was heard of asks how the return stands", async () => {
  const here = scene({ households: null }, { savedAt: Date.now() });
  here.answers.push({ status: 200, said: { user: 7, token: "new", open: true, lines: { [CODE]: [1300] } } });
  await here.saving.resume();
  await new Promise((go) => setTimeout(go, 20));
  assert.deepEqual([here.cell.input.value, here.cell.stored], ["1300", 1300]);
});

test("a page that is younger than the last save asks nothing", async () => {
  const here = scene({ households: null }, { savedAt: Date.now() - performance.now() - 1000 });
  await here.saving.resume();
  assert.equal(here.asked.length, 0);
});
