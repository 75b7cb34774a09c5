/**
 * Does sums, and shows what a failure looks like: `./stoa call --modules scripts/modules calculator.divide 1 0`.
 */

/**
 * Divides, and throws a RangeError where school forbids it.
 * @param {number} dividend
 * @param {number} divisor
 * @returns {number}
 */
export function divide(dividend, divisor) {
  if (divisor === 0) throw new RangeError(`cannot divide ${dividend} by zero`);
  return dividend / divisor;
}

/**
 * Adds any number of numbers.
 * @param {...number} numbers
 * @returns {number}
 */
export function add(...numbers) {
  return numbers.reduce((sum, number) => sum + number, 0);
}
