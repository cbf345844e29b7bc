// The entry grid, chapter 3: the active cell and the range around it, by keyboard and mouse.

/**
 * @param {Sheet} sheet
 * @param {(text: string, isShown?: boolean) => void} say
 */
export function makeSelection(sheet, say) {
  /** @type {Cell | null} */
  let anchor = null;
  /** @type {Cell | null} */
  let far = null;
  /** @type {Cell[]} */
  let marked = [];

  function bounds() {
    if (!anchor) return null;
    return {
      top: Math.min(anchor.r, far.r), bottom: Math.max(anchor.r, far.r),
      left: Math.min(anchor.c, far.c), right: Math.max(anchor.c, far.c),
    };
  }

  // The cells of the range, row by row.
  function block() {
    const range = bounds();
    const found = [];
    for (let r = range ? range.top : 1; range && r <= range.bottom; r += 1) {
      found.push(sheet.shown[r].cells.slice(range.left, range.right + 1));
    }
    return found;
  }

  function mark() {
    marked.forEach(function (cell) { cell.holder.classList.remove("is-selected"); });
    marked = isRange() ? Array.prototype.concat.apply([], block()) : [];
    marked.forEach(function (cell) { cell.holder.classList.add("is-selected"); });
  }

  function isRange() {
    return Boolean(anchor) && anchor !== far;
  }

  function start(cell) {
    anchor = far = cell;
    mark();
  }

  function extend(cell) {
    if (!anchor || !cell || cell === far) return;
    far = cell;
    mark();
    const size = block();
    if (isRange()) say("已选 " + size.length + " 行 " + size[0].length + " 列");
  }

  // Focus a cell with all of its text selected: what is typed next replaces it.
  function go(cell) {
    if (!cell || !cell.input) return false;
    sheet.reveal(cell.row);
    cell.input.focus();
    cell.input.select();
    return true;
  }

  function listen() {
    let dragging = null;
    const here = sheet.of(document.activeElement);
    if (here && !here.isSentence) start(here);
    sheet.table.addEventListener("focusin", function (event) {
      const cell = sheet.of(event.target);
      if (cell && !cell.isSentence) start(cell);
      else if (!cell) drop();
    });
    sheet.table.addEventListener("mousedown", function (event) {
      const cell = cellUnder(event.target);
      if (!cell || event.button !== 0) return;
      if (event.shiftKey && anchor) {
        event.preventDefault();
        extend(cell);
        return;
      }
      if (!cell.input) return;
      dragging = cell;
      if (document.activeElement !== cell.input && event.target === cell.input) {
        event.preventDefault();
        go(cell);
      } else if (document.activeElement === cell.input) {
        cell.isEditing = true;
        start(cell);
      }
    });
    sheet.table.addEventListener("mouseover", function (event) {
      if (!dragging || event.buttons !== 1) return;
      const cell = cellUnder(event.target);
      if (cell && (cell !== dragging || isRange())) {
        extend(cell);
        dragging.input.select();
      }
    });
    document.addEventListener("mouseup", function () { dragging = null; });
  }

  function drop() {
    anchor = far = null;
    mark();
  }

  function cellUnder(element) {
    const holder = element.closest ? element.closest("td[data-figure]") : null;
    const row = holder && sheet.rows.find(function (each) { return each.body.contains(holder); });
    return row ? row.cells.find(function (cell) { return cell.holder === holder; }) : null;
  }

  listen();
  return {
    go: go, start: start, extend: extend, block: block, bounds: bounds, isRange: isRange, drop: drop,
    active: function () { return anchor; },
    far: function () { return far; },
  };
}
