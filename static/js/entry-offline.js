// What stands for the page of a form of figures without a network: its copy on this device, with what was typed since.

import { openCopy } from "./entry-copies.js";
import { start } from "./entry-page.js";

const main = document.getElementById("main");
openCopy(main, main.querySelector("[data-note]")).then(function (table) {
  if (table) start(table, true);
});
