/**
 * Tables as text, 80 columns wide, for people.
 */

const BLOCKS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const BAR = 18;
const NAME = 34;

/**
 * Lays tables out.
 * @param {object[]} tables - `title`, `columns` (name; kind: text, count, bar or money), `rows` and perhaps a `note`
 * @returns {string} one text with a blank line between tables
 */
export function render(tables) {
  return tables.map(table).join("\n\n");
}

/**
 * `1234567` as `1,234,567`.
 * @param {number} count - a whole number
 * @returns {string} the digits in groups of three
 */
export function grouped(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

function table({ title, columns, rows, note }) {
  const cells = columns.map((column, i) => shown(column, rows.map((row) => row[i])));
  const lines = rows.map((_, r) => cells.map((column) => column[r + 1]).join("  ").trimEnd());
  const head = cells.map((column) => column[0]).join("  ").trimEnd();
  return [title.toUpperCase(), head, ...lines, ...(note ? note.split("\n") : [])].map((line, i) => (i ? "  " + line : line)).join("\n");
}

/** A column with its head, all cells equally wide. */
function shown({ name, kind }, values) {
  if (kind === "text") {
    const texts = [name, ...values.map((v) => cut(String(v)))];
    const width = Math.max(...texts.map((t) => t.length));
    return texts.map((t) => t.padEnd(width));
  }
  const texts = [name, ...values.map((v) => (kind === "money" ? "$" : "") + grouped(v))];
  const width = Math.max(...texts.map((t) => t.length));
  const most = Math.max(...values, 1);
  return texts.map((t, i) => t.padStart(width) + (kind === "bar" ? " " + (i ? bar(values[i - 1] / most) : "").padEnd(BAR) : ""));
}

const cut = (text) => (text.length > NAME ? text.slice(0, NAME - 1) + "…" : text);

/** A bar of eighths of a block. */
function bar(share) {
  const eighths = Math.round(share * BAR * 8);
  return "█".repeat(Math.floor(eighths / 8)) + BLOCKS[eighths % 8];
}
