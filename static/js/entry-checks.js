// The entry grid, chapter 11: the checks that can run here, so that a slip is seen at once and without a network. They are
// declared on the server (returns/checks/declared.py), which asks all of them again and has the last word.

const GRAVEST = ["error", "oddity", "advice"];

function percent(part, whole) {
  const tenths = Math.floor(part * 1000 / whole);
  return Math.floor(tenths / 10) + "." + (tenths % 10) + "%";
}

// Each kind of rule: what it finds in a line, as a column with the words of the sentence. `line` has figures, before, labels.
const KINDS = {
  missing: function (rule, bound, line) {
    return Object.keys(line.labels).filter(function (name) { return line.figures[name] === null; })
      .map(function (name) { return { name: name, words: { label: line.labels[name] } }; });
  },
  above: function (rule, bound, line) {
    const value = line.figures[rule.figure];
    const limit = line.figures[rule.limit];
    if (value === null || limit === null || value <= limit + bound) return [];
    const words = { label: line.labels[rule.figure], limit_label: line.labels[rule.limit], value: value, limit: limit };
    return [{ name: rule.figure, words: words }];
  },
  fell: function (rule, bound, line) {
    return Object.keys(line.labels).filter(function (name) {
      const now = line.figures[name];
      return now !== null && line.before[name] !== null && line.before[name] - now > bound;
    }).map(function (name) {
      const words = { label: line.labels[name], before: line.before[name], value: line.figures[name] };
      return { name: name, words: words };
    });
  },
  moved: function (rule, bound, line) {
    const now = [line.figures[rule.numerator], line.figures[rule.denominator]];
    const before = [line.before[rule.numerator], line.before[rule.denominator]];
    if (now[0] === null || !now[1] || before[0] === null || !before[1]) return [];
    const moved = Math.abs(now[0] * before[1] - before[0] * now[1]) * 100;
    if (moved <= bound * now[1] * before[1]) return [];
    const words = { label: rule.label, before: percent(before[0], before[1]), value: percent(now[0], now[1]) };
    return [{ name: rule.numerator, words: words }];
  },
};

function say(check, words) {
  return check.sentence.replace(/\{(\w+)\}/g, function (whole, word) {
    return word === "bound" ? check.bound : words[word];
  }) + check.ending;
}

// A function that finds the notes of a row, [level, sentence, code] by column; `knows(code)`: whether it runs the check.
export function makeChecks(declared, isChecking) {
  const ours = declared.filter(function (check) { return KINDS[check.rule.kind]; });
  function notes(row) {
    const line = { figures: {}, before: {}, labels: {} };
    const found = {};
    row.cells.forEach(function (cell) {
      line.figures[cell.name] = cell.read().value;
      line.before[cell.name] = cell.before;
      line.labels[cell.name] = cell.holder.dataset.label;
      found[cell.name] = [];
    });
    ours.filter(function (check) { return isChecking || !check.on_submission; }).forEach(function (check) {
      KINDS[check.rule.kind](check.rule, check.bound, line).forEach(function (each) {
        found[each.name].push([check.level, say(check, each.words), check.code]);
      });
    });
    return found;
  }
  const codes = ours.map(function (check) { return check.code; });
  notes.knows = function (code) { return codes.includes(code); };
  return notes;
}

export function byGravity(one, other) {
  return GRAVEST.indexOf(one[0]) - GRAVEST.indexOf(other[0]);
}
