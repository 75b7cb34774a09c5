package stoa.wire;

import java.util.concurrent.CompletionException;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.FailureException;
import stoa.call.Signal;
import stoa.limit.Quota;

/// The failures that a connection makes itself.
final class Refusals {
  private Refusals() {}

  static Failure lost(String reason) {
    return Failure.of(
        Code.LOST,
        Description.of(
                "the connection was lost: " + reason + ".",
                "It is not known whether the call was carried out.")
            .asRetryable());
  }

  static Failure notGreeted() {
    return Failure.of(
        Code.UNAVAILABLE,
        Description.of("the handshake is not done.", "Call when it is.").asRetryable());
  }

  static Failure queueFull(long queued) {
    return Quota.QUEUED.exceeded(
        Description.of(
                "the other side does not read: " + queued + " bytes wait for it.",
                "Make fewer calls at a time, or look why it is stuck.")
            .asRetryable(),
        queued,
        Connection.QUEUE_LIMIT);
  }

  /// For a side that never says that it has room.
  static Failure tooLargeForIt() {
    return Failure.of(
        Code.UNSUPPORTED,
        "a payload of more than %d bytes, for a peer without the feature `large-payloads`."
            .formatted(Signal.Room.FIRST),
        "Send it as a stream of smaller items, or use an SDK that has the feature.");
  }

  static Failure tooManyCalls(int used, int max) {
    return Quota.CALLS.exceeded(
        Description.of(
                "this connection has " + used + " calls open, and " + max + " are allowed.",
                "Wait for some of them to end before opening more.")
            .asRetryable(),
        used,
        max);
  }

  static Failure cancelled(String method, String reason) {
    return Failure.of(Code.CANCELLED, "`" + method + "` was cancelled: " + reason + ".", "");
  }

  /// What was to serve the call broke.
  static Failure defect(String method, RuntimeException broken) {
    return broken instanceof FailureException refusal
        ? refusal.failure()
        : Failure.of(
            Code.INTERNAL,
            "`" + method + "` could not be opened: " + broken + ".",
            "This is a fault of what serves it; the log of the host has the trace.");
  }

  static Failure ownResult(String method) {
    return Failure.of(
        Code.BAD_ARGUMENT,
        "`" + method + "` was called on its own result.",
        "`result_of` names another call, made before.");
  }

  /// Why the other side is not let in.
  static FailureException refusal(Throwable problem) {
    return switch (problem) {
      case FailureException known -> known;
      case CompletionException e when e.getCause() != null -> refusal(e.getCause());
      default ->
          new FailureException(
              Failure.of(
                  Code.INTERNAL,
                  "letting it in broke inside Stoa: " + problem + ".",
                  "This is a fault of Stoa; please report it."),
              problem);
    };
  }

  static Failure unsupported(String what) {
    return Failure.of(
        Code.UNSUPPORTED,
        what + " is not supported by this version of Stoa.",
        "Use it only when both sides named the feature in the handshake.");
  }
}
