package stoa.testing;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a class of tests that leaves processes behind. The build has every class watched; a test
/// that is run without the mark, as by an IDE, is not.
public final class NobodyStays implements AfterAllCallback {
  /// A killed host, and its modules, are gone in a moment; a machine that builds is slow.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Optional<Mark> MARK = Mark.ofThisJvm();

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    // What a nested class uses may belong to the class around it.
    if (MARK.isPresent() && context.getRequiredTestClass().getEnclosingClass() == null) {
      Leftovers.none(MARK.get(), PATIENCE);
    }
  }
}
