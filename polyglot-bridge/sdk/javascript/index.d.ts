/// <reference lib="esnext.disposable" />

/** The authoring API of Stoa modules, the same in every placement. */
declare const stoa: Stoa;
export default stoa;

export interface Stoa {
  /** Another module: `await stoa.module("words").count("a b")`. */
  module(name: string): RemoteModule;
  /** Publish and subscribe: the same as `stoa.module("events")`. */
  readonly events: RemoteModule;
  /** The same methods, but nobody waits: they return at once, and a failure is a warning in the log. */
  oneWay(target: string | RemoteObject | RemoteCall): OneWay;
  /** Opens a channel to a module: settles when that has taken it. It outlives the call in which it is opened. */
  channel(module: string, options?: ChannelOptions): Promise<Channel>;
  /**
   * Takes the channels that others open to this module: at its top level, once. The handler runs once for each; when it
   * settles, the channel is over after what was sent; what it throws fails the channel. `stoa.call` is that of the channel.
   */
  accept(handler: (channel: Channel) => unknown): void;
  /**
   * Lets an object pass by reference: who receives it may call its public methods, own and inherited, and nothing else.
   * Functions pass by reference by themselves.
   * @throws TypeError for plain values, classes, promises and parts of the runtime
   */
  ref<T extends object>(object: T): T extends RemoteObject ? T : Handle;
  /** Gives a remote object back, or takes an own one back from those who hold it. Later calls on it fail `LOST`. */
  release(object: RemoteObject | Handle): void;
  /** Arguments by name, as the last argument of a call: `words.count("a b", stoa.named({ least: 2 }))`. */
  named(values: Record<string, unknown>): Named;
  /** The call that the running code serves. */
  readonly call: CurrentCall;
  /** Lines for the host's log, marked with module and call. */
  readonly log: Record<"debug" | "info" | "warning" | "error", (...words: unknown[]) => void>;
  /** The lines of a text file. Relative paths start at the data folder; to read, what is not there is looked for beside the module. */
  lines(path: string): AsyncIterable<string>;
  /** The rows of a CSV file as objects. */
  csv(path: string): AsyncIterable<Record<string, string>>;
  /** The content of a JSON file. */
  json(path: string): RemoteCall;
  /** The bytes of a file. */
  read(path: string): Promise<Uint8Array>;
  /** Writes a file: text and bytes as they are, iterables as lines (text as it is, other items as JSON), other data as JSON. */
  write(path: string, data: unknown, options?: { append?: boolean }): Promise<void>;
  /**
   * Asks for a URL: settles when the body begins. Needs the grant `net=HOST:PORT`.
   * @throws StoaError DENIED, with the grant that is missing
   */
  fetch(url: string | { toString(): string }, options?: FetchOptions): Promise<Response>;
  /** Runs a program in this module's sandbox and data folder. Needs the grant `run=PROGRAM`. Options may come last. */
  run(program: string, ...given: (string | number | RunOptions)[]): Promise<Ran>;
  /** The environment variables that were granted: undefined if one is not set. @throws StoaError DENIED if it was not granted */
  readonly env: { readonly [name: string]: string | undefined };
  /** The module's private data folder; null if it has none. */
  readonly data: string | null;
  /** The file that runs as a script, and its folder; null in a module. */
  readonly script: { readonly path: string; readonly folder: string } | null;
  readonly connect: typeof connect;
  /** The same as StoaError. */
  readonly Error: typeof StoaError;
  readonly StoaError: typeof StoaError;
}

export interface FetchOptions {
  method?: string;
  headers?: Record<string, string> | Iterable<[string, string]>;
  /** Text and bytes as they are, data as JSON. */
  body?: unknown;
  /** Milliseconds; 30000 if it is left out. */
  timeout?: number;
  signal?: AbortSignal;
}

/** An answer from the web. Its body comes while it is read; what was gathered once is kept, and has at most 64 MiB. */
export interface Response extends AsyncIterable<Uint8Array> {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  /** After all redirects. */
  readonly url: string;
  readonly headers: Iterable<[string, string]> & { get(name: string): string | null; has(name: string): boolean };
  readonly body: AsyncIterable<Uint8Array>;
  readonly bodyUsed: boolean;
  text(): Promise<string>;
  json(): Promise<any>;
  bytes(): Promise<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
  /** Nothing more of the body is wanted. */
  close(): Promise<void>;
}

export interface RunOptions {
  /** What the program reads. */
  input?: string | Uint8Array | null;
  /** Milliseconds; 60000 if it is left out. */
  timeout?: number;
}

/** What a program left. */
export interface Ran {
  readonly code: number;
  /** Whether the code is 0. */
  readonly ok: boolean;
  readonly out: Uint8Array;
  readonly err: Uint8Array;
  /** `out` as text. */
  text(): string;
}

export interface ChannelOptions {
  /** What the channel is for. */
  topic?: string;
  /** Whether to talk without the host in between, if the other side can. References cannot pass then. */
  direct?: boolean;
}

/** One end of a channel: values go both ways for as long as both sides like. Iterating ends when the other side does. */
export interface Channel extends AsyncIterable<any> {
  /** Who is at the other end, as the host knows it. */
  readonly peer: string;
  readonly topic: string;
  readonly direct: boolean;
  /** Settles when the value has left, which waits for room at the other side; rejects if the channel is over. */
  send(value: unknown): Promise<void>;
  /** Nothing more comes from this side. */
  end(): void;
  /** Ends both directions. What the other side has not read yet it may not get. */
  close(): Promise<void>;
  /** Settles when the channel is over; rejects with the `StoaError` that ended it. */
  readonly closed: Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface CurrentCall {
  /** Seconds left, or null. */
  readonly deadline: number | null;
  /** Whether nobody waits for the result any more. */
  readonly cancelled: boolean;
  /** Aborted when the call is cancelled: `fetch(url, { signal: stoa.call.signal })`. */
  readonly signal: AbortSignal;
  /** Who calls, as the host knows it: `user`, the name of a module, or `client#3`. Null outside of calls. */
  readonly caller: string | null;
}

/**
 * Every property is a method. The last argument may be an iterator or an async iterable: its items are streamed to the
 * method while it runs. Arrays, maps, text and bytes are values. `stream` has every method too, for answers that are read
 * with `for await` only; called itself it is the method of that name.
 */
export type RemoteModule = Methods & { readonly stream: StreamMethods };

export type StreamMethods = ((...values: any[]) => RemoteCall) & {
  readonly [method: string]: (...values: any[]) => AsyncIterable<any>;
};

export type Methods = { readonly [method: string]: (...values: any[]) => RemoteCall };

export type OneWay = ((...values: any[]) => void) & { readonly [method: string]: (...values: any[]) => void };

/** An object of somebody else. Every property but `then` is a method of it; a function is called as it is. */
export type RemoteObject = ((...values: any[]) => RemoteCall) & RemoteMembers & { readonly then: undefined } & Methods;

interface RemoteMembers {
  /** Gives it back. */
  [Symbol.dispose](): void;
}

/** An own object that passes by reference. */
export interface Handle {
  /** Calls on the object fail `LOST` from now on, whoever holds it. */
  release(): void;
  [Symbol.dispose](): void;
}

/** Arguments by name. */
export interface Named {
  readonly values: Record<string, unknown>;
}

/**
 * A promise and an async iterable; whichever is used first decides. Awaiting a method that streams gives an array of its
 * items, at most 100,000. Every other property is a method of the object that the call will return, called without
 * waiting for it: `await stoa.module("db").open(path).query(text)`.
 */
export type RemoteCall<T = any> = Outcome<T> & Methods;

interface Outcome<T> extends PromiseLike<any>, AsyncIterable<T> {
  catch<R>(rejected: (reason: any) => R): Promise<any>;
  finally(settled: () => void): Promise<any>;
}

/** Connects this process to a host: as a client, or with a `name` as a module that others may call. */
export function connect(options?: ConnectOptions): Promise<Host>;
/** A channel to a port: bytes both ways. Needs the grant `net=HOST:PORT`. */
export function connect(host: string, port: number, options?: { tls?: boolean }): Promise<Channel>;

export interface ConnectOptions {
  /** The path of the host's socket; by default the environment variable STOA_HOST, else that of the host of `home`. */
  socket?: string;
  /** A folder with `modules/`, whose host is started if need be; by default the home of the working folder. */
  home?: string;
  /** Others call this process by this name. */
  name?: string;
  /** The semantic version of the module. */
  version?: string;
  /** Modules that have to be there, with ranges of versions: `{ text: "^1.2" }`. The host loads them first, or refuses: `LOAD_FAILED`. */
  needs?: Record<string, string>;
  /** What others may call: an object of functions, or the namespace of a module. */
  methods?: Record<string, any>;
  /** Takes the channels that others open to this process. */
  accept?: (channel: Channel) => unknown;
  /** A one-time token from the host, as hex or bytes. */
  token?: string | Uint8Array;
  /** Whether the connection keeps the process alive while no call is under way; by default if there is a `name`. */
  stays?: boolean;
}

/** A host that this process is connected to. */
export interface Host {
  module(name: string): RemoteModule;
  oneWay: Stoa["oneWay"];
  channel: Stoa["channel"];
  ref: Stoa["ref"];
  release: Stoa["release"];
  /** Says goodbye. Calls under way fail `LOST`. Settles when it is done. */
  close(): Promise<string>;
  /** Settles when the connection has ended, with the reason. It does not keep the process alive. */
  readonly closed: Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A call that ended without a result. */
export class StoaError extends Error {
  constructor(code: string, message: string, more?: Partial<Pick<StoaError, "help" | "retryable" | "remote" | "details">>);
  /** `NO_SUCH_METHOD`, `THREW`, ...: PROTOCOL.md, "Failures". */
  readonly code: string;
  /** What to do next; may be empty. */
  readonly help: string;
  /** The same call may succeed later, and making it again does no harm. */
  readonly retryable: boolean;
  /** For `THREW`: what was thrown. */
  readonly remote: Remote | null;
  /** Facts for programs, such as `quota`, `used` and `max`. */
  readonly details: Record<string, string>;
}

export interface Remote {
  type: string;
  message: string;
  /** Innermost first. */
  frames: { language: string; function: string; file: string; line: number }[];
  cause: Remote | null;
  module: string;
}
