/**
 * Counts how often each word comes in a text.
 * @param {string} text - in any language that separates its words
 * @returns {object} words in small letters, in the order of their first coming, with their counts
 */
export function count(text) {
  const counts = Object.create(null);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
