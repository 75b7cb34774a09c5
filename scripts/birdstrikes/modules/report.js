/**
 * Tables as text for people, 80 columns wide.
 */

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const BAR = 18;
const NAME = 30;

/**
 * Lays tables out below each other.
 * @param {string} title - of the page
 * @param {object[]} tables - `title`, `columns` (name; kind: text, count or money), `rows`; perhaps `bar`, the number of the
 *   column that is drawn too, and a `note`
 * @returns {string} one text
 */
export function page(title, tables) {
  return ["", title, "=".repeat(title.length), "", ...tables.map(table)].join("\n");
}

function table({ title, columns, rows, bar, note }) {
  const cells = columns.map((column, i) => shown(column, rows.map((row) => row[i])));
  if (bar) cells.push(drawn(rows.map((row) => row[bar])));
  const lines = ["head", ...rows].map((_, i) => cells.map((column) => column[i]).join("  "));
  const notes = note ? note.split("\n") : [];
  return [title, ...[...lines, ...notes].map((line) => "  " + line.trimEnd()), ""].join("\n");
}

/** A column below its head, all cells equally wide. */
function shown({ name, kind }, values) {
  const cells = [name, ...values.map((value) => cell(kind, value))];
  const width = Math.max(...cells.map((text) => text.length));
  return cells.map((text) => (kind === "text" ? text.padEnd(width) : text.padStart(width)));
}

function cell(kind, value) {
  const text = String(value);
  if (kind === "text") return text.length > NAME ? text.slice(0, NAME - 1) + "…" : text;
  return (kind === "money" ? "$" : "") + text.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A column of bars, the longest for the most. */
function drawn(values) {
  const most = Math.max(...values, 1);
  const eighths = values.map((value) => Math.round((value / most) * BAR * 8));
  return ["", ...eighths.map((n) => "█".repeat(Math.floor(n / 8)) + EIGHTHS[n % 8])];
}
