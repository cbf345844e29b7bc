// The entry grid before its modules run; the one script that is no module, for a page waits for none of those. What is
// pasted into the grid as soon as it is seen is held until the page is complete, and then pasted: by the grid, or
// where the grid did not come, as the browser itself would have done.
(function () {
  "use strict";

  // Rows that the grid will fold away do not show before.
  document.documentElement.classList.add("is-scripted");
  const held = [];

  function hold(event) {
    const input = event.target;
    if (!input.closest || !input.closest("table[data-sheet] input")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push({
      input: input, text: event.clipboardData.getData("text/plain"), from: input.selectionStart, to: input.selectionEnd,
    });
  }

  function paste(each) {
    const clipboard = new DataTransfer();
    clipboard.setData("text/plain", each.text);
    each.input.focus();
    const said = { bubbles: true, cancelable: true, clipboardData: clipboard };
    const isTaken = !each.input.dispatchEvent(new ClipboardEvent("paste", said));
    if (isTaken) return;
    each.input.setSelectionRange(each.from, each.to);
    document.execCommand("insertText", false, each.text);
  }

  document.addEventListener("paste", hold, true);
  document.addEventListener("DOMContentLoaded", function () {
    document.removeEventListener("paste", hold, true);
    held.forEach(paste);
  });
})();
