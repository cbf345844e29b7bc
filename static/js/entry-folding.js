// The entry grid: rows that are folded under another (villages under their township). Without scripts all are shown.

/** @param {Sheet} sheet */
export function listenToFolds(sheet) {
  const buttons = new Map();

  function show(code, isOpen) {
    buttons.get(code).setAttribute("aria-expanded", String(isOpen));
    sheet.fold(code, isOpen);
  }

  sheet.open = function (code) { show(code, true); };
  sheet.rows.forEach(function (row) {
    const button = row.body.querySelector("[data-fold]");
    if (!button) return;
    buttons.set(row.code, button);
    button.hidden = false;
    const isWrong = sheet.rows.some(function (each) {
      return each.within === row.code && Boolean(each.body.querySelector("[aria-invalid]"));
    });
    show(row.code, isWrong);
    button.addEventListener("click", function () {
      show(row.code, button.getAttribute("aria-expanded") !== "true");
    });
  });
}
