import { play } from "./screen-scenes.js";

// The big screen asks for its figures every minute. Without a network it keeps what it has, says from when that is,
// and goes on asking; when it comes back after a night the figures are simply there again. The moment is the server's,
// as it words it: the clock and the zone of the machine behind the screen may be anything.

function start(main, state, changed) {
  const EVERY_MS = Number(main.dataset.every) || 60000;
  let tag = main.dataset.tag;
  let fetched = document.querySelector("[data-fetched]").textContent;

  function ask() {
    fetch(main.dataset.figures, { cache: "no-store", credentials: "omit", headers: { "If-None-Match": tag } })
      .then(function (response) {
        if (response.status === 404) return location.reload();
        if (response.status !== 304 && !response.ok) throw new Error(String(response.status));
        const now = decodeURIComponent(response.headers.get("X-Moment"));
        if (response.status === 304) return fresh(now);
        const next = response.headers.get("ETag");
        return response.text().then(function (html) {
          main.innerHTML = html;
          changed();
          tag = next;
          fresh(now);
        });
      })
      .catch(stale)
      .then(function () {
        setTimeout(ask, EVERY_MS);
      });
  }

  function fresh(now) {
    fetched = now;
    state.classList.remove("is-stale");
    say("数字取于 ", "");
  }

  function stale() {
    state.classList.add("is-stale");
    say("网络不通，显示的是 ", " 取到的数字，恢复后自动更新");
  }

  function say(before, after) {
    const text = before + fetched + after;
    if (state.textContent !== text) state.textContent = text;
  }

  setTimeout(ask, EVERY_MS);
}

const place = document.querySelector("[data-figures]");
if (place) {
  const scenes = play(place, document.querySelector("[data-controls]"));
  start(place, document.querySelector("[data-state]"), scenes.shown);
}
