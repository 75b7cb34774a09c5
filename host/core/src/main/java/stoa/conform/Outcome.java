package stoa.conform;

/// What came of one case.
public sealed interface Outcome {
  record Passed() implements Outcome {}

  /// @param difference what was expected and what came
  record Failed(String difference) implements Outcome {}

  /// @param reason the method or feature that the module does not have
  record Skipped(String reason) implements Outcome {}
}
