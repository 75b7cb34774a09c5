/**
 * Turns lines of birdstrikes.csv into clean records, or says why a line cannot be one.
 *
 * What is repaired in a record, and counted by kind:
 * - `space`: names lose spaces at their ends and doubled ones inside;
 * - `operator-mark`: operators lose the `*` at their end (`US AIRWAYS*`);
 * - `operator-unknown`: the operator `UNKNOWN` becomes null;
 * - `speed-missing`: an empty speed becomes null;
 * - `speed-impossible`: less than 40 knots in the air (approach, climb, descent) becomes null.
 *
 * What makes a line a bad record, by kind:
 * - `cells`: it has more or fewer cells than the header;
 * - `missing-field`: a name is absent or empty;
 * - `damage-code`: the damage is none of None, Minor, Medium, Substantial (the file has stray codes C and B);
 * - `phase`: the phase of flight is none of the seven known ones;
 * - `date`: no day of the calendar, written as 1999-12-31;
 * - `number`: a cost or speed is no whole number of digits alone;
 * - `sum`: the total cost is not the sum of its two parts.
 */

const DAMAGE = { None: "none", Minor: "minor", Medium: "medium", Substantial: "substantial" };
const PHASES = ["Approach", "Climb", "Descent", "Landing Roll", "Parked", "Take-off run", "Taxi"];
const IN_THE_AIR = ["Approach", "Climb", "Descent"];
const SLOWEST = 40; // knots; nothing that is reported here flies slower

/** A line that cannot be repaired. */
class BadRecord extends Error {
  constructor(kind, field, value, reason) {
    super(`${field} \`${value ?? ""}\` ${reason}`);
    this.name = "BadRecord";
    Object.assign(this, { kind, field, value: value ?? null });
  }
}

/**
 * Cleans one row. Throws BadRecord if it cannot be repaired.
 * @param {object} row - column names to text
 * @param {number} line - where it stands in the file
 * @returns {object} the clean record; costs in US dollars, speed in knots or null
 */
export function record(row, line = 0) {
  return cleaned(row, line, []);
}

/**
 * Cleans many lines. A bad one never hides the others.
 * @param {string} header - the first line of the file: names of columns, separated by commas
 * @param {string[]} lines - as they follow each other in the file, without line breaks inside of quotes
 * @param {number} first - the number of the first of them
 * @returns {object} `records` (clean), `bad` (line, kind, field, value, reason, cost) and `repairs` (to clean records, by kind)
 */
export function chunk(header, lines, first) {
  const columns = cells(header);
  const result = { records: [], bad: [], repairs: {} };
  lines.forEach((line, i) => {
    const row = {};
    const done = [];
    try {
      fill(row, columns, line);
      result.records.push(cleaned(row, first + i, done));
      for (const kind of done) result.repairs[kind] = (result.repairs[kind] ?? 0) + 1;
    } catch (e) {
      if (!(e instanceof BadRecord)) throw e;
      const cost = Number(row["Cost Total $"]) || 0;
      result.bad.push({ line: first + i, kind: e.kind, field: e.field, value: e.value, reason: e.message, cost });
    }
  });
  return result;
}

function fill(row, columns, line) {
  const values = cells(line);
  if (values.length !== columns.length) {
    throw new BadRecord("cells", "line", line, `has ${values.length} cells, the header ${columns.length}`);
  }
  for (let i = 0; i < columns.length; i++) row[columns[i]] = values[i];
}

/** The cells of a line, as RFC 4180 has them. */
function cells(line) {
  if (!line.includes('"')) return line.split(",");
  const found = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(found, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
}

function cleaned(row, line, repairs) {
  const made = {
    line,
    date: date(row, "Flight Date"),
    airport: text(row, "Airport Name", repairs),
    state: text(row, "Origin State", repairs),
    operator: operator(row, repairs),
    aircraft: text(row, "Aircraft Make Model", repairs),
    phase: oneOf(row, "Phase of flight", PHASES, repairs),
    time: text(row, "Time of day", repairs),
    species: text(row, "Wildlife Species", repairs),
    size: text(row, "Wildlife Size", repairs),
    damage: damage(row),
    speed: null,
    repair: number(row, "Cost Repair"),
    other: number(row, "Cost Other"),
    cost: number(row, "Cost Total $"),
  };
  made.speed = speed(row, made.phase, repairs);
  if (made.repair + made.other !== made.cost) {
    throw new BadRecord("sum", "Cost Total $", row["Cost Total $"], `is not ${made.repair} + ${made.other}`);
  }
  return made;
}

function text(row, field, repairs) {
  const given = row[field] ?? "";
  let plain = given.trim();
  if (plain.includes("  ")) plain = plain.replace(/ {2,}/g, " ");
  if (plain === "") throw new BadRecord("missing-field", field, given, "must not be empty");
  if (plain !== given) repairs.push("space");
  return plain;
}

function operator(row, repairs) {
  const name = text(row, "Aircraft Airline Operator", repairs);
  if (name === "UNKNOWN") {
    repairs.push("operator-unknown");
    return null;
  }
  if (!name.endsWith("*")) return name;
  repairs.push("operator-mark");
  return name.slice(0, -1);
}

function oneOf(row, field, known, repairs) {
  const given = text(row, field, repairs);
  if (!known.includes(given)) throw new BadRecord("phase", field, given, `is none of ${known.join(", ")}`);
  return given;
}

function damage(row) {
  const field = "Effect Amount of damage";
  const code = row[field] ?? "";
  if (!Object.hasOwn(DAMAGE, code)) {
    throw new BadRecord("damage-code", field, code, `is none of ${Object.keys(DAMAGE).join(", ")}`);
  }
  return DAMAGE[code];
}

function date(row, field) {
  const given = row[field] ?? "";
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(given)?.map(Number) ?? [];
  const days = month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= days)) {
    throw new BadRecord("date", field, given, "is no day of the calendar, as 1999-12-31 is");
  }
  return given;
}

function number(row, field) {
  const given = row[field] ?? "";
  if (!/^\d{1,12}$/.test(given)) throw new BadRecord("number", field, given, "is no whole number");
  return Number(given);
}

function speed(row, phase, repairs) {
  const field = "Speed IAS in knots";
  if (row[field] === "") {
    repairs.push("speed-missing");
    return null;
  }
  const knots = number(row, field);
  if (knots >= SLOWEST || !IN_THE_AIR.includes(phase)) return knots;
  repairs.push("speed-impossible");
  return null;
}
