// The form that opens a round: the due date goes with the quarter that is chosen, unless somebody typed another one.

const quarter = /** @type {HTMLSelectElement | null} */ (document.querySelector("select[data-dues]"));

if (quarter) {
  const due = /** @type {HTMLInputElement} */ (quarter.form.elements.namedItem("due"));
  const usual = JSON.parse(quarter.dataset.dues);
  // A date that came back refused, or was kept by the browser, was typed.
  let typed = due.value !== "" && due.value !== usual[quarter.value];
  due.addEventListener("input", function () { typed = due.value !== ""; });
  quarter.addEventListener("change", function () { if (!typed) due.value = usual[quarter.value]; });
}

export {};
