package stoa.outside;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.FailureException;

/// Why something could not be reached, for people.
///
/// @param where `HOST:PORT`
record NetFailures(String where) {
  FailureException of(IOException e) {
    Description description =
        switch (e) {
          case SSLException _ ->
              Description.of(
                  "cannot speak TLS with `" + where + "`: " + reason(e) + ".",
                  "Its certificate must be valid for the name, and known to this Java; or it does not speak TLS there.");
          case ConnectException _ ->
              Description.of(
                      "`" + where + "` takes no connections: " + reason(e) + ".",
                      "Look whether it runs, and at the port.")
                  .asRetryable();
          default ->
              Description.of("the connection to `" + where + "` broke: " + reason(e) + ".", "")
                  .asRetryable();
        };
    return new FailureException(Failure.of(Code.UNAVAILABLE, description), e);
  }

  FailureException timeout(Duration limit, Throwable cause) {
    return new FailureException(
        Failure.of(
            Code.DEADLINE_EXCEEDED,
            "`%s` said nothing for %d ms.".formatted(where, limit.toMillis()),
            "Give it more time with `timeout`, or look why it is slow."),
        cause);
  }

  private static String reason(Throwable e) {
    String message = e.getMessage();
    Throwable cause = e.getCause();
    if (message == null && cause != null) {
      return reason(cause);
    }
    String text = message == null ? e.getClass().getSimpleName() : message;
    return Shown.shortened(text.endsWith(".") ? text.substring(0, text.length() - 1) : text);
  }
}
