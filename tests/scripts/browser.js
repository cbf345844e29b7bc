// As much of a browser as the scripts under test ask for.

export function smallStore() {
  const kept = new Map();
  return {
    getItem: (key) => (kept.has(key) ? kept.get(key) : null),
    setItem: (key, value) => { kept.set(key, value); },
    removeItem: (key) => { kept.delete(key); },
  };
}

/** `window`, `document` and a portal: `answers` are given to what is asked, one after the other; `asked` is what was. */
export function portal() {
  const asked = [];
  const answers = [];
  globalThis.window = new EventTarget();
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: "visible", activeElement: null });
  globalThis.fetch = async (url, { method, body, headers }) => {
    asked.push({ url, method, body: body ? JSON.parse(body) : null, token: headers["X-CSRFToken"] });
    const answer = answers.shift();
    if (!answer) throw new TypeError("no network");
    return { status: answer.status, type: "basic", json: async () => answer.said };
  };
  return { asked, answers };
}

/** A sheet of one row with cells of these names, each as stored. */
export function sheetOf(stored, read) {
  const row = { code: "441802103201", all: [] };
  const cells = Object.keys(stored).map((name, c) => {
    const cell = {
      key: `${row.code}/${name}`, code: row.code, name, row, label: name, stored: stored[name], seen: [stored[name]], pending: null,
      flying: 0, state: "", message: "", theirs: null, isEditing: false, r: 0, c, isSentence: false,
      input: { value: stored[name] === null ? "" : String(stored[name]) },
    };
    cell.base = cell.input.value;
    cell.read = () => read(cell.input.value);
    return cell;
  });
  row.all = row.values = cells;
  return {
    every: cells,
    find: (code, name) => cells.find((cell) => cell.code === code && cell.name === name) || null,
    row: (code) => (code === row.code ? row : null),
    remember: () => undefined,
    stored: () => undefined,
  };
}

/** A queue in memory, and what it holds. */
export function queueOf(records = [], savedAt = 0) {
  const held = new Map(records.map((record) => [record.key, record]));
  return {
    held,
    key: (code, name) => `${code}/${name}`,
    put: async (list) => { list.forEach((each) => held.set(each.key, each)); },
    remove: async (list) => { list.forEach((each) => held.delete(each.key)); },
    all: async () => Array.from(held.values()),
    noteSaved: () => { savedAt = Date.now(); },
    savedAt: () => savedAt,
  };
}

/** What the page was told; each of its methods is there and does nothing else. */
export function viewOf() {
  const view = { standings: [] };
  ["cell", "figures", "recheck", "answer"].forEach((name) => { view[name] = () => undefined; });
  view.standing = (how) => view.standings.push(how);
  return view;
}
