export function echo(value) {
  return value;
}
