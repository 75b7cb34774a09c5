package stoa.call;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Why a call ended without a result, sealed by who is to blame. Says what happened ([#message()]),
/// what to do next ([#help()]) and, for programs, the facts ([#details()]).
public sealed interface Failure {
  Code code();

  Description description();

  default String message() {
    return description().message();
  }

  default String help() {
    return description().help();
  }

  default Map<String, String> details() {
    return description().details();
  }

  /// Whether the same call may succeed later and making it again does no harm.
  default boolean retryable() {
    return description().retryable();
  }

  /// The caller asked for something that cannot be, or may not be.
  record ByCaller(Code code, Description description) implements Failure {}

  /// The guest's own code threw. Its code is always [Code#THREW].
  record ByGuest(Thrown thrown, Description description) implements Failure {
    @Override
    public Code code() {
      return Code.THREW;
    }
  }

  /// The module could not be loaded, died or is resting.
  record ByModule(Code code, Description description) implements Failure {}

  /// Nobody's fault: time was up, or somebody changed their mind.
  record ByCall(Code code, Description description) implements Failure {}

  /// A fault of Stoa itself.
  record ByHost(Code code, Description description) implements Failure {}

  /// A failure of any code but [Code#THREW].
  static Failure of(Code code, Description description) {
    return switch (code) {
      case NO_SUCH_MODULE,
          NO_SUCH_METHOD,
          NAME_TAKEN,
          BAD_ARGUMENT,
          DENIED,
          RESOURCE_EXHAUSTED,
          UNSUPPORTED ->
          new ByCaller(code, description);
      case THREW ->
          new ByGuest(
              new Thrown("Error", description.message(), List.of(), Optional.empty(), ""),
              description);
      case LOAD_FAILED, LOST, UNAVAILABLE -> new ByModule(code, description);
      case DEADLINE_EXCEEDED, CANCELLED, DEADLOCK -> new ByCall(code, description);
      case INTERNAL -> new ByHost(code, description);
    };
  }

  static Failure of(Code code, String message, String help) {
    return of(code, Description.of(message, help));
  }

  static Failure threw(Thrown thrown) {
    return threw(thrown, Map.of());
  }

  /// @param details `code`: that of a nested call's failure which the guest did not catch
  static Failure threw(Thrown thrown, Map<String, String> details) {
    String text =
        thrown.message().isEmpty() ? thrown.type() : thrown.type() + ": " + thrown.message();
    return new ByGuest(thrown, Description.of(text, "").with(details));
  }

  /// @param message what happened, with names in backticks
  /// @param help the likely cause and the next step; may be empty
  /// @param details facts for programs, named as in PROTOCOL.md
  record Description(String message, String help, boolean retryable, Map<String, String> details) {
    public Description {
      details = Map.copyOf(details);
    }

    public static Description of(String message, String help) {
      return new Description(message, help, false, Map.of());
    }

    public Description with(Map<String, String> facts) {
      return new Description(message, help, retryable, facts);
    }

    public Description asRetryable() {
      return new Description(message, help, true, details);
    }
  }

  /// The kinds of failure. The numbers on the wire are those of `FailureCode` in frame.proto.
  enum Code {
    NO_SUCH_MODULE,
    NO_SUCH_METHOD,
    NAME_TAKEN,
    BAD_ARGUMENT,
    DENIED,
    RESOURCE_EXHAUSTED,
    UNSUPPORTED,
    THREW,
    LOAD_FAILED,
    LOST,
    UNAVAILABLE,
    DEADLINE_EXCEEDED,
    CANCELLED,
    DEADLOCK,
    INTERNAL
  }
}
