// `ask.mjs SDK SOCKET DIRECT TRIPS PIECES`: has the module `ask` measure, and prints p50, p99 in microseconds and MB/s.
const [sdk, path, direct, trips, pieces] = process.argv.slice(2);
const { connect } = await import(`${sdk}/index.js`);
const host = await connect({ socket: path });
const { p50, p99, rate } = await host.module("ask").measure(direct === "true", Number(trips), Number(pieces));
console.log(p50.toFixed(1), p99.toFixed(1), rate.toFixed(0));
host.close();
