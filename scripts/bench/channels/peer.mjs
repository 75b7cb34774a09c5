// `peer.mjs SOCKET ROUNDS PIECES`: what node alone does between two processes over a Unix socket, with pieces of a length and
// bytes: round trips of 64 bytes, then pieces of 64 KiB in one direction. Prints p50 and p99 in microseconds, and MB/s.
import { fork } from "node:child_process";
import { createConnection, createServer } from "node:net";

const [socket, rounds, pieces] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

// Calls `taker` with each piece that has arrived whole.
function split(connection, taker) {
  let rest = Buffer.alloc(0);
  connection.on("data", (bytes) => {
    rest = rest.length ? Buffer.concat([rest, bytes]) : bytes;
    let at = 0;
    while (rest.length - at >= 4 && rest.length - at - 4 >= rest.readUInt32LE(at)) {
      const size = rest.readUInt32LE(at);
      taker(rest.subarray(at + 4, at + 4 + size));
      at += 4 + size;
    }
    rest = rest.subarray(at);
  });
}

function framed(size) {
  const piece = Buffer.alloc(4 + size);
  piece.writeUInt32LE(size);
  return piece;
}

if (process.argv[5] === "far") {
  let bytes = 0;
  createServer((connection) => {
    split(connection, (piece) => {
      bytes += piece.length;
      if (piece.length <= 64) connection.write(framed(piece.length));
      if (bytes === rounds * 2 * 64 + pieces * 65536) connection.write(framed(8));
    });
    connection.on("close", () => process.exit());
  }).listen(socket, () => process.send("ready"));
} else {
  const far = fork(process.argv[1], [socket, rounds, pieces, "far"]);
  await new Promise((resolve) => far.once("message", resolve));
  far.channel.unref();
  const connection = createConnection(socket);
  let arrived;
  split(connection, () => arrived());
  const small = framed(64), large = framed(65536), took = [];
  const now = () => Number(process.hrtime.bigint()) / 1000;
  for (let i = 0; i < rounds * 2; i++) {
    const start = now();
    const answer = new Promise((resolve) => (arrived = resolve));
    connection.write(small);
    await answer;
    if (i >= rounds) took.push(now() - start);
  }
  const start = now();
  const end = new Promise((resolve) => (arrived = resolve));
  for (let i = 0; i < pieces; i++) {
    if (!connection.write(large)) await new Promise((resolve) => connection.once("drain", resolve));
  }
  await end;
  const rate = (pieces * 65536) / (now() - start);
  took.sort((a, b) => a - b);
  console.log(took[took.length >> 1].toFixed(1), took[Math.floor(took.length * 0.99)].toFixed(1), rate.toFixed(0));
  connection.end();
}
