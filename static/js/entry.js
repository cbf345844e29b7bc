// The entry grid, last chapter: on the page of a form of figures, which without scripts is a plain form.

import { keepCopy } from "./entry-copies.js";
import { start } from "./entry-page.js";

document.querySelectorAll("table[data-sheet]").forEach(function (table) { keepCopy(start(table, false)); });
