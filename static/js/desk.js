// Keys of the desk: J and K walk through the list, Enter opens, P and S take the step that the page offers.

const STORED = "desk-keys";
const rows = /** @type {HTMLAnchorElement[]} */ (Array.from(document.querySelectorAll("[data-desk-row]")));
const keys = /** @type {HTMLDetailsElement} */ (document.getElementById("desk-keys"));
const toggle = /** @type {HTMLInputElement} */ (document.getElementById("desk-keys-on"));

function isOn() {
  return toggle.checked;
}

/** The row that has the focus, else the one that is shown. */
function rowAt() {
  const focused = rows.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
  return focused >= 0 ? focused : rows.findIndex(function (row) { return row.hasAttribute("aria-current"); });
}

function walk(step) {
  const row = rows[Math.min(Math.max(rowAt() + step, 0), rows.length - 1)];
  if (!row) return;
  const folded = row.closest("details");
  if (folded) folded.open = true;
  row.focus();
}

function press(selector) {
  const control = /** @type {HTMLElement} */ (document.querySelector(selector));
  if (control) control.click();
}

function explain() {
  keys.open = !keys.open;
  if (keys.open) keys.querySelector("summary").focus();
}

const DEEDS = {
  j: function () { walk(1); },
  k: function () { walk(-1); },
  p: function () { press("[data-desk-pass]"); },
  s: function () { press("[data-desk-seen]"); },
  "?": explain,
};

/** Whether what is typed belongs to a field, to the input method or to the browser. */
function isTaken(event) {
  const target = /** @type {Element} */ (event.target);
  const types = target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  return types || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey;
}

document.addEventListener("keydown", function (event) {
  const deed = DEEDS[event.key.toLowerCase()];
  if (!deed || isTaken(event) || (!isOn() && event.key !== "?")) return;
  event.preventDefault();
  deed();
});

toggle.checked = localStorage.getItem(STORED) !== "off";
toggle.addEventListener("change", function () {
  localStorage.setItem(STORED, toggle.checked ? "on" : "off");
});
/** @type {HTMLElement} */ (document.querySelector("[data-desk-switch]")).hidden = false;

// The chosen unit is seen in the list without scrolling there.
const shown = document.querySelector("[data-desk-row][aria-current]");
const list = document.querySelector(".desk-list");
if (shown && list) {
  const folded = shown.closest("details");
  if (folded) folded.open = true;
  list.scrollTop += shown.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3;
}
