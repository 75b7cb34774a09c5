/** The authoring API of Stoa modules, the same in every placement. */
declare const stoa: Stoa;
export default stoa;

export interface Stoa {
  /** Another module: `await stoa.module("words").count("a b")`. */
  module(name: string): RemoteModule;
  /** Arguments by name, as the last argument of a call: `words.count("a b", stoa.named({ least: 2 }))`. */
  named(values: Record<string, unknown>): unknown;
  /** The call that the running code serves. */
  readonly call: {
    /** Seconds left, or null. */
    readonly deadline: number | null;
    /** Whether nobody waits for the result any more. */
    readonly cancelled: boolean;
  };
  /** Lines for the host's log, marked with module and call. */
  readonly log: Record<"debug" | "info" | "warning" | "error", (...words: unknown[]) => void>;
  /** The lines of a text file. For scripts that run with the user's rights, as the next three. */
  lines(path: string): AsyncIterable<string>;
  /** The rows of a CSV file as objects. */
  csv(path: string): AsyncIterable<Record<string, string>>;
  /** The content of a JSON file. */
  json(path: string): RemoteCall;
  /** Writes a file: text and bytes as they are, iterables as lines (text as it is, other items as JSON), other data as JSON. */
  write(path: string, data: unknown, options?: { append?: boolean }): Promise<void>;
  /** The file that runs as a script, and its folder; null in a module. */
  readonly script: { readonly path: string; readonly folder: string } | null;
  /** The same as StoaError. */
  readonly Error: typeof StoaError;
  readonly StoaError: typeof StoaError;
}

/** Every method; `stream` has every method too, for answers that are read with `for await` only. */
export type RemoteModule = Record<string, (...values: unknown[]) => RemoteCall> & {
  stream: Record<string, (...values: unknown[]) => AsyncIterable<any>>;
};

/**
 * A promise and an async iterable; whichever is used first decides. Awaiting a method that streams gives an array of its
 * items, at most 100,000.
 */
export interface RemoteCall<T = any> extends PromiseLike<any>, AsyncIterable<T> {
  catch(rejected: (reason: unknown) => unknown): Promise<any>;
  finally(settled: () => void): Promise<any>;
}

/** A call that ended without a result. */
export class StoaError extends Error {
  /** `NO_SUCH_METHOD`, `THREW`, ...: PROTOCOL.md, "Failures". */
  readonly code: string;
  /** What to do next; may be empty. */
  readonly help: string;
  /** The same call may succeed later, and making it again does no harm. */
  readonly retryable: boolean;
  /** For `THREW`: what was thrown. */
  readonly remote: Remote | null;
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
