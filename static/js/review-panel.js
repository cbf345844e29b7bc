// A return to be read or reviewed: the links to what is said about a cell open it beside the page.

import { listenToLinks, makePanel } from "./entry-panel.js";

listenToLinks(document.getElementById("main"), makePanel(function () { return Promise.resolve(); }));
