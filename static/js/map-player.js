// The time player: a slider of the quarters, and a button that goes through them. Turning is left to turned(quarter, part).

const STAY_MS = 1800, TURN_MS = 700;

// box holds a range, a button [data-play] and an output; labels are the quarters' names. moved(quarter) is called once
// for each quarter, then turning(part) for each frame until part is 1.
export function player(box, labels, first, moved, turning) {
  const range = box.querySelector("input"), button = box.querySelector("[data-play]"), said = box.querySelector("output");
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let at = first, timer = 0, frame = 0;
  range.max = String(labels.length - 1);

  function go(quarter) {
    at = quarter;
    range.value = String(at);
    range.setAttribute("aria-valuetext", labels[at]);
    said.textContent = labels[at];
    cancelAnimationFrame(frame);
    moved(at);
    if (isCalm) return turning(1);
    let begun = 0;
    const step = function (now) {
      begun = begun || now;
      const part = Math.min(1, (now - begun) / TURN_MS);
      turning(part);
      if (part < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    button.textContent = "播放";
  }

  function play() {
    if (at === labels.length - 1) go(0);
    button.textContent = "暂停";
    timer = window.setInterval(function () {
      if (at < labels.length - 1) go(at + 1);
      else stop();
    }, STAY_MS);
  }

  button.addEventListener("click", function () { timer ? stop() : play(); });
  range.addEventListener("input", function () {
    stop();
    go(Number(range.value));
  });
  range.value = String(first);
  range.setAttribute("aria-valuetext", labels[first]);
  said.textContent = labels[first];
  return { at: function () { return at; }, go: go };
}
