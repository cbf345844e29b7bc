// The village walk, chapter 1: the things that can be visited, as the pack brings them (field/pack.py says the order of each
// row), found by name or initials and ordered by nearness.

const EARTH = 6371008.8;

function radians(degrees) {
  return degrees * Math.PI / 180;
}

/** Metres on a sphere: good enough to order by, and to say how far one stands from where the register has it. */
export function metres(a, b) {
  const dLat = radians(b.lat - a.lat);
  const dLon = radians(b.lon - a.lon);
  const h = Math.pow(Math.sin(dLat / 2), 2) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.pow(Math.sin(dLon / 2), 2);
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(h)));
}

export function inWords(distance) {
  return distance < 1000 ? Math.round(distance / 10) * 10 + " 米" : (distance / 1000).toFixed(1) + " 公里";
}

function meanOf(sites) {
  if (!sites || !sites.length) return null;
  const sum = sites.reduce(function (all, each) { return { lon: all.lon + each.lon, lat: all.lat + each.lat }; }, { lon: 0, lat: 0 });
  return { lon: sum.lon / sites.length, lat: sum.lat / sites.length };
}

function text(value) {
  return value === null || value === undefined ? "" : String(value);
}

function siteOf(row, pack) {
  const where = row[4] === null ? null : { lon: row[4], lat: row[5] };
  return {
    table: "sites", key: row[0], areaCode: row[1], name: row[2], kind: pack.kinds[row[3]], where: where, initials: row[6], visited: row[7],
    hasHouseholds: false, isSite: true,
    seen: { seen_name: row[2], seen_lon: row.length > 8 ? row[8] : text(row[4]), seen_lat: row.length > 8 ? row[9] : text(row[5]) },
  };
}

function areaOf(row, pack, sites) {
  return {
    table: "areas", key: row[0], areaCode: row[0], name: row[1], kind: pack.kinds[row[2]], where: meanOf(sites), initials: row[4],
    visited: row[5], hasHouseholds: row[3] !== null, isSite: false, seen: { seen_name: row[1], seen_households: text(row[3]) },
  };
}

/** The names of the township, the village and the leaf around an area's code, nearest last. */
function placeOf(code, names) {
  return [9, 12, 15].map(function (length) { return code.length >= length && names[code.slice(0, length)]; }).filter(Boolean).join(" ");
}

/**
 * All things of a pack, in the order of the villages: each area with the sites in it.
 * @returns {Thing[]}
 */
export function thingsOf(pack) {
  const sites = pack.sites.map(function (row) { return siteOf(row, pack); });
  const located = {};
  sites.forEach(function (each) { if (each.where) (located[each.areaCode] = located[each.areaCode] || []).push(each.where); });
  const areas = pack.areas.map(function (row) { return areaOf(row, pack, located[row[0]]); });
  const names = Object.assign({}, pack.places);
  areas.forEach(function (each) { names[each.key] = each.name; });
  const all = areas.concat(sites);
  all.forEach(function (each) {
    each.about = each.table + "/" + each.key;
    each.place = placeOf(each.isSite ? each.areaCode : each.areaCode.slice(0, 12), names);
    each.remarks = pack.remarks[each.about] || (each.isSite && !each.where ? ["台账中没有坐标。"] : []);
  });
  return all.sort(function (a, b) { return a.areaCode < b.areaCode ? -1 : a.areaCode > b.areaCode ? 1 : Number(a.isSite) - Number(b.isSite); });
}

function spells(letters, initials) {
  const spelt = initials.split(" ");
  for (let start = 0; start + letters.length <= spelt.length; start += 1) {
    if (letters.every(function (letter, n) { return spelt[start + n].includes(letter); })) return true;
  }
  return false;
}

/** Those whose name, place or number holds the text, or whose initials its letters are. */
export function matching(things, typed) {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return things;
  const letters = /^[a-z]{2,20}$/.test(wanted) ? wanted.split("") : null;
  return things.filter(function (each) {
    const isNamed = each.name.toLowerCase().includes(wanted) || each.key.toLowerCase() === wanted || each.place.includes(wanted);
    return isNamed || (letters && spells(letters, each.initials));
  });
}

/** The nearest first, what has no place last; as they come where nobody knows where the phone is. */
export function nearestFirst(things, here) {
  if (!here) return things;
  const far = things.map(function (each) { return { each: each, metres: each.where ? metres(here, each.where) : Infinity }; });
  far.sort(function (a, b) { return a.metres === b.metres ? 0 : a.metres - b.metres; });
  return far.map(function (pair) { return Object.assign({}, pair.each, { metres: pair.metres }); });
}
