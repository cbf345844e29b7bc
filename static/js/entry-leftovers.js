// On the page of a return that can no longer be changed: what this user typed into it and could not save, to be copied out.

import { showStrays } from "./entry-conflict.js";
import { openQueue } from "./entry-queue.js";
import { keptBy } from "./entry-unlocked.js";

const page = document.querySelector("[data-leftovers]");
if (page) {
  const queue = openQueue(page.dataset.user, page.dataset.leftovers, page.dataset.name, keptBy(page.dataset.user));
  queue.all().then(function (records) { showStrays(records, page, queue); });
}
