package stoa.cli;

import stoa.call.Failure.Code;

/// How the process ends: the codes of sysexits.h, timeout(1) and shells where they have one.
final class ExitCode {
  static final int DONE = 0;
  static final int CALL_FAILED = 1;
  static final int USAGE = 2;
  static final int UNAVAILABLE = 69;
  static final int INTERNAL = 70;
  static final int DEADLINE = 124;
  static final int CANCELLED = 130;

  private ExitCode() {}

  static int of(Code code) {
    return switch (code) {
      case THREW,
          NO_SUCH_METHOD,
          NAME_TAKEN,
          BAD_ARGUMENT,
          DENIED,
          RESOURCE_EXHAUSTED,
          UNSUPPORTED,
          LOST,
          DEADLOCK ->
          CALL_FAILED;
      case NO_SUCH_MODULE, LOAD_FAILED, UNAVAILABLE -> UNAVAILABLE;
      case INTERNAL -> INTERNAL;
      case DEADLINE_EXCEEDED -> DEADLINE;
      case CANCELLED -> CANCELLED;
    };
  }
}
