// The entry grid on a phone: one row a card, with a list to jump by, in which each row says how it stands.

const NARROW = "(max-width: 40rem)";
const SOON = 200;

/**
 * @param {Sheet} sheet
 * @param {{ stateOf: (row: Row) => string }} view
 * @param {GridSelection} selection
 */
export function makeCards(sheet, page, view, selection) {
  const bar = page.querySelector("[data-cards]");
  const list = bar.querySelector("select");
  const narrow = window.matchMedia(NARROW);
  let current = null;
  let soon = 0;

  function options() {
    sheet.rows.forEach(function (row, i) {
      const text = (row.within ? "　" : "") + row.name + "　" + view.stateOf(row);
      if (list.options[i]) {
        if (list.options[i].textContent !== text) list.options[i].textContent = text;
      } else list.add(new Option(text, row.code));
    });
  }

  function turn(row) {
    if (row === current || !sheet.isCards) return;
    if (current) current.body.classList.remove("is-card");
    current = row;
    row.body.classList.add("is-card");
    list.value = row.code;
    bar.querySelector("[data-step='-1']").disabled = row.n === 0;
    bar.querySelector("[data-step='1']").disabled = row.n === sheet.rows.length - 1;
  }

  // To a card, and into its first field.
  function open(row) {
    if (!row) return;
    sheet.reveal(row);
    const first = row.cells.find(function (cell) { return cell.input; });
    if (first) selection.go(first);
  }

  function adapt() {
    sheet.isCards = narrow.matches && sheet.rows.length > 0;
    bar.hidden = !sheet.isCards;
    sheet.table.classList.toggle("has-cards", sheet.isCards);
    if (!sheet.isCards) return;
    options();
    const here = sheet.of(document.activeElement);
    turn(here ? here.row : current || sheet.rows[0]);
  }

  sheet.turn = turn;
  list.addEventListener("change", function () { open(sheet.row(list.value)); });
  bar.addEventListener("click", function (event) {
    const step = event.target.closest("[data-step]");
    if (step && current) open(sheet.rows[current.n + Number(step.dataset.step)]);
  });
  // How the rows stand, a moment later: once for all that comes together.
  function refresh() {
    clearTimeout(soon);
    if (sheet.isCards) soon = setTimeout(options, SOON);
  }

  new MutationObserver(refresh).observe(page.querySelector("[data-problems] ul"), { childList: true });
  narrow.addListener(adapt);
  adapt();
  return { refresh: refresh };
}
