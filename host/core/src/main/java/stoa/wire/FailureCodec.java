package stoa.wire;

import java.util.Optional;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.Thrown;
import stoa.v1.Failed;
import stoa.v1.FailureCode;
import stoa.v1.StackFrame;

/// Failures from and to `stoa.v1.Failed`.
final class FailureCodec {
  /// A chain of causes is cut here: a peer may send a longer one to exhaust the stack.
  private static final int MAX_CAUSES = 20;

  private FailureCodec() {}

  static Failed encode(Failure failure) {
    Failed.Builder out =
        Failed.newBuilder()
            .setCode(FailureCode.valueOf(failure.code().name()))
            .setMessage(failure.message())
            .setHelp(failure.help())
            .setRetryable(failure.retryable())
            .putAllDetails(failure.details());
    if (failure instanceof Failure.ByGuest(Thrown thrown, Description _)) {
      out.setThrown(encode(thrown, 0));
    }
    return out.build();
  }

  private static stoa.v1.Thrown encode(Thrown thrown, int depth) {
    stoa.v1.Thrown.Builder out =
        stoa.v1.Thrown.newBuilder()
            .setType(thrown.type())
            .setMessage(thrown.message())
            .setModule(thrown.module());
    for (Thrown.Frame frame : thrown.frames()) {
      out.addFrames(
          StackFrame.newBuilder()
              .setLanguage(frame.language())
              .setFunction(frame.function())
              .setFile(frame.file())
              .setLine(frame.line()));
    }
    if (thrown.cause().isPresent() && depth < MAX_CAUSES) {
      out.setCause(encode(thrown.cause().get(), depth + 1));
    }
    return out.build();
  }

  static Failure decode(Failed failed) {
    Description description =
        new Description(
            failed.getMessage(), failed.getHelp(), failed.getRetryable(), failed.getDetailsMap());
    return switch (failed.getCode()) {
      case THREW -> new Failure.ByGuest(decode(failed.getThrown(), 0), description);
      case FAILURE_CODE_UNSPECIFIED, UNRECOGNIZED -> Failure.of(Code.INTERNAL, description);
      case NO_SUCH_MODULE,
          NO_SUCH_METHOD,
          NAME_TAKEN,
          BAD_ARGUMENT,
          DENIED,
          RESOURCE_EXHAUSTED,
          UNSUPPORTED,
          LOAD_FAILED,
          LOST,
          UNAVAILABLE,
          DEADLINE_EXCEEDED,
          CANCELLED,
          DEADLOCK,
          INTERNAL ->
          Failure.of(Code.valueOf(failed.getCode().name()), description);
    };
  }

  private static Thrown decode(stoa.v1.Thrown thrown, int depth) {
    Optional<Thrown> cause =
        thrown.hasCause() && depth < MAX_CAUSES
            ? Optional.of(decode(thrown.getCause(), depth + 1))
            : Optional.empty();
    return new Thrown(
        thrown.getType(),
        thrown.getMessage(),
        thrown.getFramesList().stream()
            .map(f -> new Thrown.Frame(f.getLanguage(), f.getFunction(), f.getFile(), f.getLine()))
            .toList(),
        cause,
        thrown.getModule());
  }
}
