/** Never ends. */
export function echo(text) {
  for (;;);
}
