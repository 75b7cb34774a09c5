package stoa.call;

/// Carries a [Failure] to code that works with exceptions: the edge of the product, not its inside.
public final class FailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public FailureException(Failure failure) {
    super(failure.help().isEmpty() ? failure.message() : failure.message() + " " + failure.help());
    this.failure = failure;
  }

  public FailureException(Failure failure, Throwable cause) {
    this(failure);
    initCause(cause);
  }

  public Failure failure() {
    return failure;
  }
}
