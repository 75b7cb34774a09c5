package stoa.cli;

import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.cli.cbor.Cbor;
import stoa.value.Value;

/// Results as a CBOR sequence.
record CborOutput(Results out) {

  /// To stdout.
  ///
  /// @throws UsageException if a person would have to read it
  static CborOutput of(Streams streams) {
    if (streams.terminals().out()) {
      throw new UsageException(
          "CBOR is not for the eye, and stdout is a terminal.",
          "Send it on: `> FILE` or `| PROGRAM`. For people and programs: `--json`.");
    }
    return new CborOutput(streams.out());
  }

  /// @throws FailureException if CBOR cannot say it
  void print(Value value) {
    byte[] item;
    try {
      item = Cbor.write(value);
    } catch (IllegalArgumentException e) {
      throw new FailureException(
          Failure.of(Code.UNSUPPORTED, e.getMessage() + ".", "Leave `--cbor` out."), e);
    }
    out.write(item);
  }
}
