// On the page of a return that can no longer be changed: what this user typed into it and could not save, to be copied out.
(function () {
  "use strict";

  const Entry = window.Entry;
  const page = document.querySelector("[data-leftovers]");
  if (!page) return;
  const queue = Entry.queue(page.dataset.user, page.dataset.leftovers);
  queue.all().then(function (records) { Entry.strays(records, page, queue); });
})();
