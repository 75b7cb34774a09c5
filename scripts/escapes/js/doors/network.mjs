import stoa from "stoa";
import { each, event, node } from "./ways.mjs";

const connected = async (options) => event((await node("net")).connect(options), "connect", "error");

export const tcp = (world) => each(() => connected({ host: "127.0.0.1", port: world.port }), () => connected({ host: "::1", port: world.port }));

export const oddAddresses = (world) =>
  each(...world.addresses.flatMap((host) => [() => connected({ host, port: world.port }), () => fetch(`http://${host}:${world.port}/`)]));

export const udp = (world) =>
  each(async () => {
    const socket = (await node("dgram")).createSocket("udp4");
    const sent = await new Promise((done) => socket.send("secret", world.udp, "127.0.0.1", (e) => done(String(e))));
    socket.close();
    return sent;
  });

/** A name that is looked up tells its server what a module knows. */
export const names = (world) =>
  each(
    async () => {
      const dns = await node("dns");
      const resolver = new dns.Resolver({ timeout: 300, tries: 1 });
      resolver.setServers([`127.0.0.1:${world.udp}`]);
      return new Promise((done) => resolver.resolve4("secret.example.org", (e, found) => done(e?.code ?? found)));
    },
    () => fetch("http://secret.invalid/"),
  );

export const unixSocket = (world) => each(() => connected({ path: world.unix }));

export const abstractSocket = (world) => each(() => connected({ path: `\0${world.abstract}` }));

export const programs = (world) =>
  each(
    async () => event((await node("http")).get(`http://127.0.0.1:${world.port}/`), "response", "error"),
    async () => event((await node("https")).get(`https://127.0.0.1:${world.port}/`), "response", "error"),
    async () => event((await node("http2")).connect(`http://127.0.0.1:${world.port}`), "connect", "error"),
    async () => event((await node("tls")).connect({ host: "127.0.0.1", port: world.port }), "secureConnect", "error"),
    () => new WebSocket(`ws://127.0.0.1:${world.port}/`),
    () => new XMLHttpRequest().open("GET", `http://127.0.0.1:${world.port}/`),
    () => new EventSource(`http://127.0.0.1:${world.port}/`),
    () => navigator.sendBeacon(`http://127.0.0.1:${world.port}/`, "secret"),
    async () => (await node("child_process")).execFileSync("curl", ["-sm1", `http://127.0.0.1:${world.port}/`]),
  );

/** The global of node itself, not the host's. */
export const globalFetch = (world) => fetch(`http://127.0.0.1:${world.port}/`);

export const asModule = (world) =>
  each(
    () => import(`http://127.0.0.1:${world.port}/a.mjs`),
    () => import(`https://127.0.0.1:${world.port}/a.mjs`),
    () => import(`//127.0.0.1:${world.port}/a.mjs`),
    () => import(`jar:http://127.0.0.1:${world.port}/a.jar!/a.mjs`),
    () => import(`http://127.0.0.1:${world.port}/a.json`, { with: { type: "json" } }),
  );

/** Bytes that come from nowhere and bytes that are seen on their way. */
export const raw = (world) =>
  each(async () => {
    const { execFileSync } = await node("child_process");
    return execFileSync("python3", ["-c", `import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW); print("${world.won.slice(0, 5)}" + "${world.won.slice(5)}")`]);
  });

export const ungranted = (world) => stoa.fetch(`http://127.0.0.1:${world.port}/`);

export const ungrantedPost = (world) => stoa.fetch(`http://127.0.0.1:${world.port}/`, { method: "POST", body: "secret" });

export const connecting = async (world) => {
  const channel = await stoa.connect("127.0.0.1", world.port);
  await channel.send(new Uint8Array([1]));
};

export const topics = (world) =>
  each(
    ...[
      `tcp:127.0.0.1:${world.port}`,
      `tcp:127.0.0.1:${world.granted}:${world.port}`,
      `tcp://127.0.0.1:${world.port}`,
      `tcp:user@127.0.0.1:${world.port}`,
      `tcp:127.0.0.1\0:${world.port}`,
      `TCP:127.0.0.1:${world.port}`,
      `tcp:[::1]:${world.port}`,
      `tls:127.0.0.1:${world.port}`,
      `unix:${world.unix}`,
      `tcp:127.0.0.1:+${world.port}`,
      `tcp:127.0.0.1:${world.port + 65536}`,
    ].map((topic) => async () => {
      const channel = await stoa.channel("stoa", { topic });
      await channel.send(new Uint8Array([1]));
      return "sent";
    }),
  );

// What follows runs with the grant `net=127.0.0.1:GRANTED`.

/** It works, or the others would prove nothing. */
export const granted = async (world) => (await stoa.fetch(`http://127.0.0.1:${world.granted}/`)).text();

export const redirect = async (world) =>
  each(
    ...[301, 302, 303, 307, 308].map((status) => async () => (await stoa.fetch(`http://127.0.0.1:${world.granted}/to/${status}/${world.port}`)).text()),
    async () => (await stoa.fetch(`http://127.0.0.1:${world.granted}/file`)).text(),
    async () => (await stoa.fetch(`http://127.0.0.1:${world.granted}/loop`)).text(),
    async () => (await stoa.fetch(`http://127.0.0.1:${world.granted}/refresh/${world.port}`)).text(),
  );

export const disguised = (world) =>
  each(
    ...[
      `http://127.0.0.1:${world.granted}@127.0.0.1:${world.port}/`,
      `http://127.0.0.1:${world.port}#@127.0.0.1:${world.granted}/`,
      `http://127.0.0.1:${world.port}?@127.0.0.1:${world.granted}/`,
      `http://127.0.0.1:${world.port}\\@127.0.0.1:${world.granted}/`,
      `http://127.0.0.1:${world.granted}\t@127.0.0.1:${world.port}/`,
      `http://127.0.0.1:${world.granted}:${world.port}/`,
      `http:127.0.0.1:${world.port}/`,
      `http:///127.0.0.1:${world.port}/`,
      `//127.0.0.1:${world.port}/`,
      `http://127.0.0.1:0${world.port}/`,
      `http://127.0.0.1%3a${world.port}/`,
      `http://127.0.0.1.:${world.port}/`,
      `http://１２７.0.0.1:${world.port}/`,
      `http://localhost:${world.port}/`,
    ].map((url) => async () => (await stoa.fetch(url)).text()),
  );

export const otherSchemes = (world) =>
  each(
    ...[
      `file://${world.outside[0]}/secret.txt`,
      `file://127.0.0.1:${world.granted}${world.outside[0]}/secret.txt`,
      `jar:file:${world.outside[0]}/secret.zip!/secret.py`,
      `ftp://127.0.0.1:${world.port}/`,
      `gopher://127.0.0.1:${world.port}/`,
      `unix://${world.unix}`,
      `jrt:/java.base/module-info.class`,
      `mailto:a@127.0.0.1`,
    ].map((url) => async () => (await stoa.fetch(url)).text()),
  );

/** One request that becomes two, or goes somewhere else on the way. */
export const smuggled = (world) =>
  each(
    ...[
      { headers: { a: `b\r\nConnection: close\r\n\r\nGET /marker HTTP/1.1\r\nHost: x` } },
      { headers: { "a\r\nb": "c" } },
      { method: "GET /marker HTTP/1.1\r\nHost: x\r\n\r\nGET" },
      { method: "CONNECT" },
      { headers: { "Transfer-Encoding": "chunked", "Content-Length": "3" }, method: "POST", body: "0\r\n\r\nGET /marker HTTP/1.1\r\n\r\n" },
    ].map((options) => async () => (await stoa.fetch(`http://127.0.0.1:${world.granted}/`, options)).text()),
    async () => (await stoa.fetch(`http://127.0.0.1:${world.granted}/ HTTP/1.1\r\nHost: x\r\n\r\nGET /marker`)).text(),
  );
