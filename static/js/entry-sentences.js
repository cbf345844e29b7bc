// The entry grid, chapter 11½: what a sentence that explains a row is worth, as returns/explanations.py weighs it: whether it says
// anything, and whether the figures still stand for which it was given. `rules` are what the form declares (its `weighing`).

function letters(text) {
  return text.replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Whether a sentence says too little, or only what the checks say already. */
export function isHollow(sentence, messages, rules) {
  let said = letters(sentence);
  if (messages.some(function (message) { return letters(message).includes(said); })) return true;
  rules.empty.forEach(function (word) { said = said.split(word).join(""); });
  const left = Array.from(said);
  return left.length < rules.least || new Set(left).size < rules.leastDifferent;
}

// The columns in which something is odd, each once.
function columnsOf(odd) {
  return Array.prototype.concat.apply([], odd.map(function (each) { return each.columns; }));
}

/**
 * For which figures a sentence is given: those that are odd as it is typed, among all as they stand.
 * `line`: figures and labels by column; `odd`: columns and message of each oddity.
 */
export function stampOf(line, odd) {
  const columns = columnsOf(odd);
  return {
    figures: Object.assign({}, line.figures),
    about: Object.keys(line.labels).filter(function (name) { return columns.includes(name); }),
  };
}

function shown(value) {
  return value === null ? "空白" : String(value);
}

/** Which of the figures that are explained, or are odd now, are others than when the sentence was given; blank for none. */
export function changedSince(explained, line, odd) {
  if (!explained) return "";
  const columns = columnsOf(odd).concat(explained.about);
  return Object.keys(line.labels).filter(function (name) {
    return columns.includes(name) && explained.figures[name] !== line.figures[name];
  }).map(function (name) {
    return line.labels[name] + " " + shown(explained.figures[name]) + " → " + shown(line.figures[name]);
  }).join("、");
}

/** Why a row that is odd is not explained; blank where it is. */
export function faultOf(said, line, odd, rules) {
  if (!said.sentence) return rules.missing;
  if (!said.explained) return "";
  const changed = changedSince(said.explained, line, odd);
  if (changed) return rules.fallen.replace("{changed}", changed);
  if (isHollow(said.sentence, odd.map(function (each) { return each.message; }), rules)) return rules.hollow;
  return said.choice ? "" : rules.missingChoice;
}
