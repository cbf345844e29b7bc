// The scenes of the big screen, one at a time; in that of the map the quarters go by. Whoever wants less motion moves on
// himself: with the buttons, the arrow keys, and the space bar that stops and goes on.

const SCENES = ["answer", "map", "moved", "open"];
const STAY_S = 20, QUARTER_S = 1.5;

export function play(main, controls) {
  const pause = controls.querySelector("[data-pause]");
  let scene = SCENES.findIndex(function (name) { return main.classList.contains("shows-" + name); });
  let quarter = -1, isPlaying = !window.matchMedia("(prefers-reduced-motion: reduce)").matches, seconds = 0;

  // How villages stand in a quarter, -1 for the latest: nothing is kept of the page, for its content comes anew.
  function shown() {
    const map = main.querySelector("[data-quarters]");
    if (!map) return;
    const labels = map.dataset.quarters.split("|").slice(0, -1), at = quarter < 0 ? labels.length - 1 : Math.min(quarter, labels.length - 1);
    map.querySelector("[data-when]").textContent = labels[at];
    map.querySelectorAll("[data-tones]").forEach(function (village) {
      village.setAttribute("class", "village is-" + village.getAttribute("data-tones").split(" ")[at]);
    });
    return at === labels.length - 1;
  }

  function go(step) {
    scene = (scene + step + SCENES.length) % SCENES.length;
    main.className = "shows-" + SCENES[scene];
    quarter = SCENES[scene] === "map" && isPlaying ? 0 : -1;
    seconds = 0;
    shown();
  }

  // One beat for everything: the map has its quarters, each other scene its time.
  function beat() {
    if (!isPlaying) return;
    seconds += QUARTER_S;
    if (quarter >= 0) {
      quarter += 1;
      if (shown()) quarter = -1;
      seconds = 0;
    } else if (seconds >= STAY_S / (SCENES[scene] === "map" ? 2 : 1)) go(1);
  }

  function toggle() {
    isPlaying = !isPlaying;
    say();
  }

  function say() {
    pause.textContent = isPlaying ? "暂停" : "播放";
  }

  controls.addEventListener("click", function (event) {
    const button = /** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest("button"));
    if (button) button === pause ? toggle() : go(Number(button.dataset.step));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") go(event.key === "ArrowRight" ? 1 : -1);
    else if (event.key === " " && !/** @type {Element} */ (event.target).closest("button")) {
      event.preventDefault();
      toggle();
    }
  });
  controls.hidden = false;
  say();
  shown();
  setInterval(beat, 1000 * QUARTER_S);
  return { shown: shown };
}
