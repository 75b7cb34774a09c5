/** Is called all the time, while others try to get out. */
export const sound = (value) => [value, { a: [1, 2, 3].map((n) => n * 2) }, JSON.stringify({ b: [value] }), `${[1, 2]}`];
