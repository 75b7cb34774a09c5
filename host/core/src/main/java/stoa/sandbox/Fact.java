package stoa.sandbox;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Something about this machine that is found out once, when somebody first asks. That is done on a
/// thread of its own: who asks may be interrupted, which must not become an answer for all. What
/// cannot be said now is thrown, and asked anew the next time.
final class Fact<T> {
  private final Supplier<T> question;
  private @Nullable T answer; // guarded by this

  Fact(Supplier<T> question) {
    this.question = question;
  }

  /// Waits for the answer, interrupted or not.
  synchronized T get() {
    T known = answer;
    if (known == null) {
      known = aside(question);
      answer = known;
    }
    return known;
  }

  /// Asks a question on a thread of its own.
  static <T> T aside(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("stoa-probe")
        .daemon()
        .start(() -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : e;
    }
  }
}
