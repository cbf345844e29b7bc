// The map's data as they come: columns become rows again, steps of whole numbers places, texts states.

export const ABSENT = "-";
const SITE_UNIT = 1e5, GROUND_UNIT = 1e4;

// Whole numbers, longitude and latitude in turn, each a step from the last, as pairs of degrees.
function pairs(steps, unit) {
  const found = [];
  let lon = 0, lat = 0;
  for (let at = 0; at < steps.length; at += 2) {
    lon += steps[at];
    lat += steps[at + 1];
    found.push([lon / unit, lat / unit]);
  }
  return found;
}

function rows(columns) {
  const rest = columns.slice(1);
  return pairs(columns[0], SITE_UNIT).map(function (place, at) {
    return place.concat(rest.map(function (column) { return column[at]; }));
  });
}

// The document with rows for sites and points; of a course each village gets its ground: rings of pairs of degrees.
export function unpacked(sent) {
  const grounds = sent.course.grounds.map(function (rings) {
    return rings.map(function (steps) { return pairs(steps, GROUND_UNIT); });
  });
  // A site of another quarter has the columns of this one's, of which only place and number are known.
  const others = rows(sent.others).map(function (row) {
    return [row[0], row[1], null, null, null, null, null, row[2], row[2], null];
  });
  return Object.assign({}, sent, {
    sites: rows(sent.sites), points: rows(sent.points), others: others,
    course: Object.assign({}, sent.course, { grounds: grounds }),
  });
}

// The state of the place at so many in a course's text; undefined where it is not there.
export function stateAt(text, at) {
  return text[at] === ABSENT ? undefined : text.charCodeAt(at) - 48;
}
