// Comfort for every page; nothing depends on it.

import { watchAccount } from "./offline-lock.js";

watchAccount();

// Menus made of <details> close on Escape and on a click outside.
function closeMenus(except) {
  document.querySelectorAll("details.menu[open]").forEach(function (menu) {
    if (menu !== except) menu.open = false;
  });
}
document.addEventListener("click", function (event) {
  closeMenus(/** @type {Element} */ (event.target).closest("details.menu"));
});
document.addEventListener("keydown", function (event) {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A form marked data-once is sent once: a second click while it is on its way does nothing.
document.addEventListener("submit", function (event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.hasAttribute("data-once")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.classList.add("is-sent");
});
window.addEventListener("pageshow", function () {
  document.querySelectorAll("form[data-once]").forEach(function (form) {
    delete form.dataset.sent;
    form.classList.remove("is-sent");
  });
});

// A select marked data-submit sends its form when it changes.
document.addEventListener("change", function (event) {
  const field = /** @type {HTMLSelectElement} */ (event.target);
  if (field.matches("select[data-submit]")) field.form.submit();
});

// A link to something folded unfolds it.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
window.addEventListener("hashchange", unfold);
unfold();

// What stands in a field marked data-select is chosen when it is entered, so that typing or pasting replaces it.
function choose(field) {
  if (field instanceof HTMLInputElement && field.hasAttribute("data-select")) field.select();
}
document.addEventListener("focusin", function (event) { choose(event.target); });
choose(document.activeElement);

// A button marked data-print prints the page.
document.addEventListener("click", function (event) {
  if (/** @type {Element} */ (event.target).closest("[data-print]")) window.print();
});
