/** Prints as fast as it can. */
export async function echo(text) {
  const line = "x".repeat(200);
  for (;;) {
    for (let n = 0; n < 100; n++) console.log(line);
    await null;
  }
}
