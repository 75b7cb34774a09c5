/**
 * The part of the shop that its owner changes every week: prices and offers. Edit it, and start the program again.
 */
import stoa from "stoa";

/**
 * What an order costs in cents: three of a kind are paid as two.
 * @param {object[]} order - lines with `article`, `count` and `cents` for one
 * @returns {number}
 */
export function total(order) {
  return order.reduce((sum, { count, cents }) => sum + (count - Math.floor(count / 3)) * cents, 0);
}

/**
 * The receipt, line by line.
 * @param {object[]} order - as for `total`
 * @returns {AsyncGenerator<string>}
 */
export async function* receipt(order) {
  for (const { article, count, cents } of order) {
    const left = await stoa.module("stock").take(article, count); // written in Java
    yield `${count} x ${article} at ${cents} (${left} left)`;
  }
  yield `total ${total(order)}`;
}

/** A slip of the pen: never comes to an end. */
export function best() {
  for (;;);
}
