// Many files, one after the other: what is refused is named, and takes nothing else with it.

const uploads = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-many]"));

async function send(file) {
  const body = new FormData(uploads);
  body.delete("file");
  body.append("file", file, file.name);
  try {
    const answer = await fetch(uploads.action, { method: "POST", body: body, credentials: "same-origin", headers: { Accept: "application/json" } });
    const said = await answer.json();
    return { refused: said.refused, ends: answer.status === 507 };
  } catch (error) {
    return { refused: ["“" + file.name + "”：没有传成，请稍后再传。"], ends: false };
  }
}

if (uploads) {
  const box = /** @type {HTMLInputElement} */ (uploads.elements.namedItem("file"));
  const status = document.getElementById("upload-status");
  const button = /** @type {HTMLButtonElement} */ (uploads.querySelector("button[type=submit]"));
  const problems = document.getElementById("refused-files");
  const list = problems.querySelector("ul");
  status.textContent = "可一次选多个文件。";

  uploads.addEventListener("submit", async function (event) {
    const files = Array.from(box.files);
    if (files.length < 2) return;
    event.preventDefault();
    button.disabled = true;
    list.textContent = "";
    const told = new Set();
    let kept = 0, refused = 0;
    for (const file of files) {
      status.textContent = "正在上传第 " + (kept + refused + 1) + " 个，共 " + files.length + " 个：" + file.name;
      const found = await send(file);
      found.refused.forEach(function (words) {
        if (told.has(words)) return;
        told.add(words);
        const item = document.createElement("li");
        item.textContent = words;
        list.appendChild(item);
      });
      if (found.refused.length) refused += 1;
      else kept += 1;
      if (found.ends) break;
    }
    if (!refused) {
      window.location.replace(uploads.action);
      return;
    }
    problems.querySelector("p").textContent = kept ? "下列文件未保存，其余已保存：" : "文件均未保存：";
    problems.hidden = false;
    button.disabled = false;
    if (kept) box.value = "";
    status.textContent = "已保存 " + kept + " 个，未保存 " + (files.length - kept) + " 个。";
    const link = document.createElement("a");
    link.href = uploads.action;
    link.textContent = "查看已保存的材料";
    status.appendChild(link);
    problems.scrollIntoView();
  });
}
