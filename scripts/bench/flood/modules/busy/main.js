/** One call at a time, half a millisecond each. */
export function echo(text) {
  for (const end = performance.now() + 0.5; performance.now() < end; );
  return text;
}
