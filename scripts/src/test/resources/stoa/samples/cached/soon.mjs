export const stoa = { cached: { area: "soon" } };

export const area = (side) => side * side;
