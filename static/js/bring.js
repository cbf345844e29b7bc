// Sheets are brought in: a file is dropped or a block pasted anywhere on the page; what is mended in the preview is kept at once.

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-bring]"));

if (form) {
  const file = /** @type {HTMLInputElement} */ (form.elements.namedItem("file"));
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));

  const take = function (/** @type {FileList} */ files) {
    file.files = files;
    if (file.files.length) button.click();
  };
  file.addEventListener("change", function () { if (file.files.length) button.click(); });
  document.addEventListener("dragover", function (event) {
    event.preventDefault();
    form.classList.add("is-over");
  });
  document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) form.classList.remove("is-over"); });
  document.addEventListener("drop", function (event) {
    event.preventDefault();
    form.classList.remove("is-over");
    const block = event.dataTransfer.getData("text/plain");
    if (event.dataTransfer.files.length) take(event.dataTransfer.files);
    else if (block.trim()) { text.value = block; button.click(); }
  });
  document.addEventListener("paste", function (event) {
    const data = event.clipboardData;
    const block = data ? data.getData("text/plain") : "";
    if (data && data.files.length && !block) take(data.files);
    if (event.target === text || !block.trim()) return;
    event.preventDefault();
    text.value = block;
    button.click();
  });
}

const preview = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-keep]"));

if (preview) {
  preview.addEventListener("change", function () {
    const said = new FormData(preview);
    said.set("look", "1");
    // Without a network the cell stays on the page, and goes along with the next step.
    fetch(preview.action, { method: "POST", body: said, credentials: "same-origin" }).catch(function () {});
  });
}
