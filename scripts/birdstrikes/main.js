/**
 * Ten thousand reports of birds and aircraft that met, cleaned, matched and counted by three modules:
 *
 *     ./stoa run scripts/birdstrikes/main.js [OUT] [DATA]
 *
 * - `clean` (JavaScript, four instances) turns rows of text into records, or says why a row is a bad record;
 * - `analysis` (Python) counts them, and finds the real airports behind 50 names spelled freely;
 * - `report` (JavaScript) draws the tables.
 *
 * No report is ever lost: each line of the file is in OUT as a record, as a bad record with its reason, or as not
 * processed with the code of the failure. Exact repeats may be two birds of one flock as well as one bird reported twice:
 * they are kept, counted, and marked with the line that they repeat.
 */
import stoa from "stoa";

const CHUNK = 250;
const UNDER_WAY = 8; // chunks: two for each instance, one at work and one waiting

const clean = stoa.module("clean");
const analysis = stoa.module("analysis");
const report = stoa.module("report");

/**
 * @param {string} out - the file to write, one JSON value a line
 * @param {string} data - the folder with birdstrikes.csv and airports.csv
 */
export async function main(out = "birdstrikes.ndjson", data = `${stoa.script.folder}/../data`) {
  const began = Date.now();
  const job = { byLine: [], tallies: [], repairs: {}, failures: {} };
  const { repeats, names } = await cleanAll(`${data}/birdstrikes.csv`, job);
  say(`cleaned ${job.byLine.length} reports; matching ${names.length} airport names`);
  const airports = await Array.fromAsync(stoa.csv(`${data}/airports.csv`));
  const matches = await attempt(job, () => analysis.match(names, airports)) ?? [];
  await stoa.write(out, lines(job, repeats, matches));
  const tables = await analysis.summary(job.tallies, matches);
  console.log(await text(job, [...tables, ...dirt(job, repeats)]));
  console.log(`\nEach report, clean or bad, is a line of ${out}.`);
  say(`done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** Reads the file and has it cleaned chunk by chunk, while it is being read. */
async function cleanAll(file, job) {
  const underWay = new Set();
  const repeats = new Repeats();
  const names = new Map();
  let rows = [];
  let line = 1; // the header
  const send = async () => {
    const chunk = cleanChunk(rows, line - rows.length + 1, job).finally(() => underWay.delete(chunk));
    underWay.add(chunk);
    rows = [];
    if (underWay.size === UNDER_WAY) await Promise.race(underWay);
  };
  for await (const row of stoa.csv(file)) {
    rows.push(row);
    repeats.see(row, ++line);
    names.set(row["Airport Name"], { name: row["Airport Name"], state: row["Origin State"] });
    if (rows.length === CHUNK) await send();
  }
  if (rows.length) await send();
  await Promise.all(underWay);
  return { repeats: repeats.lines, names: [...names.values()] };
}
