export const stoa = { cached: { aera: "10m" } };

export const area = (side) => side * side;
