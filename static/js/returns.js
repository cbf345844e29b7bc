// Comfort in the sheet of a return: rates as one types, arrows and Enter between the rows. Nothing depends on it.
(function () {
  "use strict";

  const WIDE = "０１２３４５６７８９，．";
  const PLAIN = "0123456789,.";

  // A number as the server would read it, null when blank or not understood.
  function parsed(text) {
    const plain = text.trim().replace(/[０-９，．]/g, function (letter) { return PLAIN[WIDE.indexOf(letter)]; });
    const match = /^(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?\s*(万?)$/.exec(plain);
    if (!match || (match[2] && !match[3])) return null;
    const value = Number((match[1] + (match[2] || "")).replace(/,/g, "")) * (match[3] ? 10000 : 1);
    return Number.isSafeInteger(Math.round(value)) && Math.abs(value - Math.round(value)) < 1e-6 ? Math.round(value) : null;
  }

  // Cut after one decimal, never rounded up.
  function rate(part, whole) {
    if (part === null || !whole) return "—";
    const thousandths = Math.floor(part * 1000 / whole);
    return Math.floor(thousandths / 10) + "." + thousandths % 10 + "%";
  }

  function refresh(body) {
    function figure(name) {
      const field = body.querySelector('[data-figure="' + name + '"]');
      return field ? parsed(field.value) : null;
    }
    function show(key, part, whole) {
      const place = body.querySelector('[data-rate="' + key + '"]');
      if (place) place.textContent = rate(figure(part), figure(whole));
    }
    show("coverage", "fibre_covered_households", "broadband_covered_households");
    show("penetration", "fibre_users", "broadband_users");
  }

  document.querySelectorAll("table[data-sheet]").forEach(function (table) {
    table.addEventListener("input", function (event) {
      if (event.target.matches("[data-figure]")) refresh(event.target.closest("tbody"));
    });
    table.addEventListener("keydown", function (event) {
      const field = event.target;
      if (!field.matches("[data-figure]") || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.isComposing || event.keyCode === 229) return;
      const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const column = Array.from(table.querySelectorAll('[data-figure="' + field.dataset.figure + '"]'));
      const next = column[column.indexOf(field) + step];
      if (next) {
        next.focus();
        next.select();
      }
    });
  });
})();
