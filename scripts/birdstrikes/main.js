/**
 * Ten thousand reports of birds that met aircraft, cleaned, matched and counted by three modules:
 *
 *     ./stoa run scripts/birdstrikes/main.js [OUT] [DATA]
 *
 * - `clean` (JavaScript, four instances) turns lines of text into records, or says why a line is a bad record;
 * - `analysis` (Python) counts them, and finds the real airports behind 50 names that are spelled freely;
 * - `report` (JavaScript) draws the tables.
 *
 * No report is ever lost: each has a line in OUT, as a record, as a bad record with its reason, or as not processed with
 * the code of the failure. Exact repeats may be two birds of one flock as well as one bird reported twice: they are kept,
 * counted, and marked with the line that they repeat.
 */
import stoa from "stoa";

const CHUNK = 250; // lines a call
const UNDER_WAY = 8; // calls: for each instance one at work and one waiting

const clean = stoa.module("clean");
const analysis = stoa.module("analysis");
const report = stoa.module("report");
const say = (text) => console.error(text);

/**
 * @param {string} out - the file to write, one JSON value a line
 * @param {string} data - the folder with birdstrikes.csv and airports.csv
 */
export async function main(out = "birdstrikes.ndjson", data = `${stoa.script.folder}/../data`) {
  const began = Date.now();
  const job = new Job();
  say("reading birdstrikes.csv; four instances of `clean` work on it");
  await cleanAll(`${data}/birdstrikes.csv`, job);
  say(`matching ${job.names.size} airport names with airports.csv`);
  const airports = [];
  for await (const row of stoa.csv(`${data}/airports.csv`)) airports.push([row.iata, row.name, row.city, row.state]);
  const matches = (await attempt(job, () => analysis.match([...job.names], airports))).result ?? [];
  say(`writing ${out}`);
  await stoa.write(out, ndjson(job, matches));
  const tables = [job.outcomes(), ...(await analysis.summary(job.tallies, matches)), ...job.dirt()];
  console.log(await report.page("Wildlife strikes on aircraft, 1990 to 2002", tables));
  console.log(`Sources: FAA Wildlife Strike Database; airports from Data.gov.\nEach report is a line of ${out}.`);
  say(`done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** Reads the reports, and has them cleaned and counted chunk by chunk meanwhile. */
async function cleanAll(file, job) {
  const underWay = new Set();
  let header;
  let lines = [];
  const send = async () => {
    const chunk = cleanChunk(header, lines, job.line - lines.length + 1, job).finally(() => underWay.delete(chunk));
    underWay.add(chunk);
    lines = [];
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay);
  };
  for await (const line of stoa.lines(file)) {
    if (header === undefined) {
      header = line;
      continue;
    }
    job.see(line);
    lines.push(line);
    if (lines.length === CHUNK) await send();
  }
  if (lines.length > 0) await send();
  await Promise.all(underWay);
}

/** Has one chunk cleaned and counted. A call that fails costs its chunk, never the job. */
async function cleanChunk(header, lines, first, job) {
  const { result: cleaned, code } = await attempt(job, () => clean.chunk(header, lines, first));
  if (code) {
    lines.forEach((text, i) => job.put("lost", { line: first + i, code, text }));
    return;
  }
  for (const record of cleaned.records) job.put("clean", record);
  for (const bad of cleaned.bad) job.put("bad", bad);
  for (const [kind, count] of Object.entries(cleaned.repairs)) add(job.repairs, kind, count);
  const strikes = cleaned.records.map((r) => [r.date, r.phase, r.species, r.airport, r.damage, r.cost]);
  const { result: tally } = await attempt(job, () => analysis.tally(strikes));
  if (tally) job.tallies.push(tally);
}

/** Calls, and counts a failure by its code. What may succeed the second time gets a second chance. */
async function attempt(job, call, chances = 2) {
  try {
    return { result: await call() };
  } catch (e) {
    if (e.retryable && chances > 1) return attempt(job, call, chances - 1);
    const code = e.code ?? e.name;
    add(job.failures, code, 1);
    say(`a call failed: ${code}: ${e.message}`);
    return { code };
  }
}

/** What is written: all reports in the order of the file, as lines of JSON. */
function ndjson(job, matches) {
  const codes = new Map(matches.map(({ name, airport }) => [name, airport?.iata ?? null]));
  const lines = job.results.slice(2).map(({ outcome, entry }) => {
    const { line, ...why } = entry;
    const told = outcome === "clean" ? { ...entry, iata: codes.get(entry.airport) ?? null } : { line, [outcome]: why };
    if (job.repeats.has(line)) told.repeats = job.repeats.get(line);
    return JSON.stringify(told) + "\n";
  });
  return lines.join("");
}

const add = (counts, kind, count) => (counts[kind] = (counts[kind] ?? 0) + count);
const counted = (counts) => Object.entries(counts).sort(([, a], [, b]) => b - a);

/** What is known so far. Lines count as an editor counts them: the first report is on line 2. */
class Job {
  line = 1;
  names = new Map(); // airports as reported -> their state
  results = []; // by line: the outcome (clean, bad, lost) and the entry
  repeats = new Map(); // line -> the first line that says the same
  counts = { clean: 0, bad: 0, lost: 0 };
  costs = { clean: 0, bad: 0, lost: 0 };
  repairs = {};
  failures = {};
  tallies = [];
  #seen = new Map();

  see(text) {
    this.line++;
    if (this.#seen.has(text)) this.repeats.set(this.line, this.#seen.get(text));
    else this.#seen.set(text, this.line);
  }

  put(outcome, entry) {
    this.results[entry.line] = { outcome, entry };
    add(this.counts, outcome, 1);
    add(this.costs, outcome, entry.cost ?? 0);
    if (outcome === "clean" && !this.names.has(entry.airport)) this.names.set(entry.airport, entry.state);
    const done = this.counts.clean + this.counts.bad + this.counts.lost;
    if (done % 2500 === 0) say(`  ${done} reports`);
  }

  outcomes() {
    const row = (name, outcome) => [name, this.counts[outcome], this.costs[outcome]];
    const rows = [row("clean", "clean"), row("bad", "bad"), row("not processed", "lost")];
    rows.push(["in all", ...[1, 2].map((i) => rows.reduce((sum, each) => sum + each[i], 0))]);
    const note = `${this.repeats.size} reports repeat an earlier one exactly: kept, and marked.`;
    return { ...table("Reports", "outcome", rows, "cost"), note };
  }

  dirt() {
    const bad = {};
    for (const { outcome, entry } of this.results.slice(2)) {
      if (outcome === "bad") add(bad, `${entry.kind} \`${entry.value}\``, 1);
    }
    const failed = counted(this.failures);
    return [
      table("Bad records by kind", "kind", counted(bad)),
      table("Repaired in clean records by kind", "kind", counted(this.repairs)),
      ...(failed.length > 0 ? [table("Failed calls by code", "code", failed)] : []),
    ];
  }
}

function table(title, first, rows, money) {
  const columns = [{ name: first, kind: "text" }, { name: "count", kind: "count" }];
  return { title, columns: money ? [...columns, { name: money, kind: "money" }] : columns, rows };
}
