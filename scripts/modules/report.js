/**
 * Reports on texts with the help of the module `words`: one module that calls another.
 */
import stoa from "stoa";

/**
 * The words that come most often.
 * @param {string} text - what to report on
 * @param {number} most - how many words at most
 * @returns {Promise<string[]>} lines as `be: 2`, the most frequent word first
 */
export async function top(text, most = 3) {
  const counts = await stoa.module("words").count(text);
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.slice(0, most).map(([word, count]) => `${word}: ${count}`);
}
