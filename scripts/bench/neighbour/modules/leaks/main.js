const kept = [];

/** Takes memory and gives none back. */
export async function echo(text) {
  for (;;) {
    for (let n = 0; n < 100; n++) kept.push(new Array(1000).fill(n));
    await null;
  }
}
