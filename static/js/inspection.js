// Comfort for the selection of units: a whole group at once.

document.querySelectorAll("[data-choose]").forEach(function (row) {
  row.hidden = false;
  row.addEventListener("click", function (event) {
    const wanted = /** @type {HTMLElement} */ (event.target).dataset.check;
    if (!wanted) return;
    row.closest("fieldset").querySelectorAll("input[type=checkbox]").forEach(function (box) {
      box.checked = wanted === "yes";
    });
  });
});
